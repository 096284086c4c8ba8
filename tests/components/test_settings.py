"""Every mistake in the configuration is refused, and its message teaches."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.configuration import from_engine, parse
from components.elsewhere import in_a_program
from components.mistakes import ConfigurationRefused
from components.settings import Settings

GUID = "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101"
OWNER = "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca01002"


def valid(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"directoryId": GUID, "owners": [OWNER], "secrets": [{"issued": "2026-12-01", "years": 1}]}
    return {key: value for key, value in (values | changes).items() if value is not None}


def refusal(**changes: Any) -> str:
    with pytest.raises(ConfigurationRefused) as refused:
        parse(valid(**changes))
    return str(refused.value)


def test_three_keys_are_enough_and_the_rest_is_the_guides() -> None:
    settings = parse(valid())
    assert settings.display_name == "SmartRecruiters Calendar Integration"
    assert settings.redirect_url == "https://www.smartrecruiters.com/"
    assert settings.permissions == ("Directory.Read.All", "Calendars.ReadWrite")
    assert settings.protect_secrets
    assert settings.admin_consent == "declared"


@pytest.mark.parametrize(
    ("changes", "wrong", "remedy"),
    [
        ({"directoryId": None}, "directoryId: there is no directory ID", "config set directoryId"),
        ({"directoryId": "contoso.com"}, "'contoso.com' is not a directory ID", "config set directoryId"),
        ({"owners": None}, "owners: no owner is configured", "owners[0]"),
        ({"owners": []}, "owners: no owner is configured", "owners[0]"),
        ({"owners": ["me@contoso.com"]}, "owners[0]: 'me@contoso.com' is not an object ID", "az ad sp show"),
        ({"owners": [OWNER, OWNER]}, "is listed twice", "Remove one"),
        ({"secrets": None}, "secrets: no secret is declared", "secrets[0].issued"),
        ({"secrets": []}, "secrets: no secret is declared", "secrets[0].issued"),
        ({"secrets": [{"issued": "2026-12-01", "years": 3}]}, "secrets[0]: years is 3", "Use 1 or 2"),
        ({"secrets": [{"issued": "2026-12-01"}]}, "neither years nor days", "'secrets[0].years' 1"),
        (
            {"secrets": [{"issued": "2026-12-01", "years": 1, "days": 9}]},
            "both years and days",
            "config rm --path 'secrets[0].days'",
        ),
        ({"secrets": [{"issued": "2026-12-01", "days": 0}]}, "days is 0", "1 to 731"),
        ({"secrets": [{"issued": "2026-12-01", "days": 732}]}, "days is 732", "1 to 731"),
        ({"secrets": [{"issued": "2026-02-30", "years": 1}]}, "'2026-02-30' is not a day", "YYYY-MM-DD"),
        ({"secrets": [{"issued": "soon", "years": 1}]}, "'soon' is not a day", "YYYY-MM-DD"),
        ({"vault": {"subscriptionId": "prod"}}, "vault.subscriptionId: 'prod' is not a subscription ID", "az account"),
        ({"vault": {"nam": "kv"}}, "vault.nam: this key is unknown", "Did you mean name?"),
        ({"secrets": [{"issued": "2026-12-01", "years": 1, "yeras": 2}]}, "secrets[0].yeras: this key", "mean years?"),
        (
            {"secrets": [{"issued": "2026-12-01", "years": 1}, {"issued": "2026-12-01", "years": 2}]},
            "two secrets are issued on 2026-12-01",
            "Remove one",
        ),
        (
            {"secrets": [{"issued": f"2026-12-0{day}", "years": 1} for day in (1, 2, 3)]},
            "3 secrets are declared",
            "oldest",
        ),
        ({"permissions": []}, "permissions is an empty list", "config rm permissions"),
        ({"permissions": ["Calendar.ReadWrite"]}, "not an application permission", "Did you mean Calendars.ReadWrite?"),
        ({"permissions": ["directory.read.all"]}, "not an application permission", "Did you mean Directory.Read.All?"),
        ({"permissions": ["Zzz"]}, "not an application permission", "graph_permissions.py"),
        (
            {"permissions": ["1ec239c2-d7c9-4623-a91a-a9775856bb36"]},
            "ID of the delegated permission Calendars.ReadWrite",
            "permissions[0]' Calendars.ReadWrite",
        ),
        ({"permissions": ["ef54d2bf-783f-4e0f-bca1-3210c0444d99"]}, "is an ID", "Calendars.ReadWrite"),
        (
            {"delegatedPermissions": ["calendars.readwrite"]},
            "'calendars.readwrite' is not",
            "mean Calendars.ReadWrite?",
        ),
        (
            {"delegatedPermissions": ["User.Read", "1ec239c2-d7c9-4623-a91a-a9775856bb36"]},
            "is not the name of a delegated permission",
            "delegatedPermissions[1]' Calendars.ReadWrite",
        ),
        ({"delegatedPermissions": ["Zzz"]}, "not the name of a delegated permission", "graph_permissions.py"),
        ({"delegatedPermissions": ["User.Read", "User.Read"]}, "is listed twice", "Remove one"),
        ({"permissions": ["Place.Read.All", "Place.Read.All"]}, "is listed twice", "Remove one"),
        ({"redirectUrl": "http://www.smartrecruiters.com/"}, "not an https URL", "config set redirectUrl"),
        ({"redirectUrl": "https://*.smartrecruiters.com/"}, "holds a wildcard", "one exact address"),
        ({"redirectUrl": "https://a.com/#x"}, "has a fragment", "config set redirectUrl"),
        ({"redirectUrl": "https://a.com/(x)"}, "holds ( )", "config set redirectUrl"),
        ({"redirectUrl": "https://a.com/" + "x" * 250}, "264 characters", "config set redirectUrl"),
        ({"tenantDomain": "contoso"}, "'contoso' is not a domain name", "contoso.onmicrosoft.com"),
        ({"tenantDomain": "contoso..example"}, "is not a domain name", "contoso.onmicrosoft.com"),
        ({"tenantDomain": "münchen .example"}, "is not a domain name", "contoso.onmicrosoft.com"),
        ({"displayName": " "}, "display name is empty", "config set displayName"),
        ({"displayName": "x" * 121}, "121 characters", "config set displayName"),
        ({"displayName": "Acme's Calendar"}, "holds an apostrophe", "displayName 'Acmes Calendar'"),
        ({"displayName": "Acme's\u00a0Calendar\n"}, r"Acme's\xa0Calendar\n", "displayName 'Acmes Calendar'"),
        ({"displayName": "\u202e"}, "do not show", "displayName 'SmartRecruiters Calendar Integration'"),
        ({"expectedRooms": ["a@x.example", "A@X.example"]}, "is listed twice", "Remove one"),
        (
            {"expectedRooms": ["a@x.example"], "expectedRoomsFile": "rooms.csv"},
            "both expectedRooms and expectedRoomsFile",
            "Keep one of them",
        ),
        ({"expectedRooms": ["Boardroom"]}, "'Boardroom' is not an e-mail address", "full address"),
        ({"redirectURL": "https://a.com/"}, "redirectURL: this key is unknown", "Did you mean redirectUrl?"),
        ({"smartrecruiters": {"chanel": "x"}}, "smartrecruiters.chanel: this key is unknown", "Did you mean channel?"),
        ({"adminConsent": "yes"}, "adminConsent: input should be 'declared' or 'external'", "config set"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_its_remedy(changes: dict[str, Any], wrong: str, remedy: str) -> None:
    told = refusal(**changes)
    assert wrong in told
    assert remedy in told
    assert "Why it matters:" in told
    assert "pulumi config" not in in_a_program(told)


def test_all_mistakes_are_told_at_once() -> None:
    told = refusal(directoryId="x", owners=None, redirectUrl="http://a.com")
    assert "has 3 mistakes" in told
    assert all(f"  {key}:" in told for key in ("directoryId", "owners", "redirectUrl"))


@pytest.mark.parametrize(
    ("written", "deployed"),
    [
        ("https://www.smartrecruiters.com", "https://www.smartrecruiters.com/"),
        ("https://www.smartrecruiters.com?a=b", "https://www.smartrecruiters.com/?a=b"),
    ],
)
def test_a_missing_slash_is_mended_and_the_reason_given(written: str, deployed: str) -> None:
    settings = parse(valid(redirectUrl=written))
    assert settings.redirect_url == deployed
    assert "refuses a URL without a path" in settings.notes[0]


def test_an_app_may_have_no_redirect_url() -> None:
    settings = parse(valid(redirectUrl="none"))
    assert (settings.redirect_url, settings.component_arguments()["redirect_url"], settings.notes) == (None, "none", ())


@pytest.mark.parametrize(
    ("written", "deployed"),
    [
        ("Contoso.OnMicrosoft.com", "contoso.onmicrosoft.com"),
        ("München.example", "xn--mnchen-3ya.example"),
        ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("contoso.xn--p1ai", "contoso.xn--p1ai"),
    ],
)
def test_an_internationalised_domain_is_deployed_as_entra_writes_it(written: str, deployed: str) -> None:
    settings = parse(valid(tenantDomain=written))
    assert settings.tenant_domain == deployed
    assert bool(settings.notes) == (not written.isascii())


def test_a_url_with_a_path_is_left_alone() -> None:
    settings = parse(valid(redirectUrl="https://www.smartrecruiters.com/cb"))
    assert settings.redirect_url == "https://www.smartrecruiters.com/cb"
    assert settings.notes == ()


def as_texts(project: str = "smartrecruiters-calendar", **changes: Any) -> dict[str, str]:
    """A valid configuration as the engine hands it to the program, with some keys' texts changed."""
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in valid().items()}
    return {f"{project}:{key}": text for key, text in (texts | changes).items()}


@pytest.mark.parametrize("day", ["2026-12-01 00:00:00 +0000 UTC", "2026-12-01T00:00:00Z"])
def test_the_engines_forms_of_an_unquoted_day_are_that_day(day: str) -> None:
    texts = as_texts(secrets=json.dumps([{"issued": day, "years": 1}]))
    settings = from_engine("smartrecruiters-calendar", texts)
    assert settings.declared_secrets()[0].end_date == "2027-12-01T00:00:00Z"


def test_keys_of_other_namespaces_are_left_to_their_providers() -> None:
    texts = as_texts("hr-calendars") | {"aws:region": "eu-west-1", "smartrecruiters-calendar:owners": "[]"}
    assert from_engine("hr-calendars", texts) == parse(valid())


def test_quotes_in_a_text_are_part_of_it() -> None:
    settings = from_engine("smartrecruiters-calendar", as_texts(displayName='"Rooms"'))
    assert settings.display_name == '"Rooms"'


@pytest.mark.parametrize(
    ("changes", "place", "remedy"),
    [
        ({"owners": [OWNER, "x"]}, "owners[1]", "pulumi config set --path 'owners[1]'"),
        (
            {"secrets": [{"issued": "2026-12-01", "years": 1}, {"issued": "2026-11-01", "years": 5}]},
            "secrets[1]",
            "pulumi config set --path 'secrets[1].years' 1",
        ),
        ({"secrets": [{"issued": "2026-12-01", "years": "1"}]}, "secrets[0].years", "'secrets[0].years' <number>"),
        ({"permissions": ["Calendars.Read", 5]}, "permissions[1]", "'permissions[1]' <text>"),
    ],
)
def test_a_remedy_is_for_the_entry_that_is_wrong_and_for_its_stack(
    changes: dict[str, Any], place: str, remedy: str
) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        parse(valid(**changes))
    assert f"  {place}: " in str(refused.value)
    assert remedy in str(refused.value)
    assert remedy.replace("config", "config --stack org/acme") in str(refused.value.for_stack("org/acme"))


def settings_with(issued: str) -> Settings:
    return parse(valid(secrets=[{"issued": issued, "years": 1}]))


def test_a_current_secret_that_ends_within_30_days_warns_and_names_the_command() -> None:
    end = datetime(2027, 12, 1, tzinfo=UTC)
    assert settings_with("2026-12-01").check_validity(end - timedelta(days=31), "acme") == []
    (warning,) = settings_with("2026-12-01").check_validity(end - timedelta(days=30), "acme")
    assert "in 30 days" in warning
    assert "smartrecruiters-calendar rotate begin --stack acme" in warning


def test_how_early_it_warns_is_configured_in_days() -> None:
    end = datetime(2027, 12, 1, tzinfo=UTC)
    settings = parse(valid(warnDays=90))
    assert settings.check_validity(end - timedelta(days=91), "acme") == []
    assert len(settings.check_validity(end - timedelta(days=90), "acme")) == 1
    for days in (0, -1, 366):
        with pytest.raises(ConfigurationRefused, match="Use 1 to 365"):
            parse(valid(warnDays=days))


def test_while_any_declared_secret_is_valid_it_only_warns() -> None:
    short = {"issued": "2027-03-01", "days": 30}
    settings = parse(valid(secrets=[{"issued": "2026-12-01", "years": 1}, short]))
    (warning,) = settings.check_validity(datetime(2027, 6, 1, tzinfo=UTC), "acme")
    assert "issued on 2027-03-01, ended on 2027-03-31" in warning


def test_no_valid_secret_is_refused_and_the_command_named() -> None:
    with pytest.raises(ConfigurationRefused, match="newest ended on 2027-12-01") as refused:
        settings_with("2026-12-01").check_validity(datetime(2027, 12, 1, tzinfo=UTC), "acme")
    assert "smartrecruiters-calendar rotate begin --stack acme" in str(refused.value)


def test_a_secret_from_the_future_is_refused() -> None:
    with pytest.raises(ConfigurationRefused, match="today is 2026-11-01"):
        settings_with("2026-12-01").check_validity(datetime(2026, 11, 1, tzinfo=UTC), "acme")


@given(
    st.dictionaries(
        st.sampled_from(
            [*valid(), "tenantDomain", "permissions", "redirectUrl", "expectedRooms", "smartrecruiters", "x"]
        ),
        st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)),
    )
)
def test_whatever_is_written_is_taken_or_explained(values: dict[str, Any]) -> None:
    try:
        parse(values)
    except ConfigurationRefused as refused:
        assert all(m.wrong and m.why and m.remedy for _, m in refused.mistakes)  # noqa: PT017


def test_a_vaults_secret_may_have_a_name_of_its_own() -> None:
    vault = {"subscriptionId": OWNER, "resourceGroup": "identity", "name": "contoso-kv", "secretName": "office-365"}
    read = parse(valid(vault=vault)).vault
    assert read is not None
    assert read.place().secret_name == "office-365"
