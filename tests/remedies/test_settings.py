"""Every command that a mistake of the configuration names, typed as printed: the mistake is gone, and nothing else."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from components.configuration import parse
from components.mistakes import ConfigurationRefused
from smartrecruiters_calendar.outcome import Stopped
from tests.remedies import verb
from tests.remedies.configured_stack import ConfiguredStack
from tests.remedies.printed import Remedy
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION

SETTINGS, READING, VAULT, READER = (
    "components/settings.py",
    "components/configuration.py",
    "components/vault_place.py",
    "smartrecruiters_calendar/stack/settings.py",
)
_DIRECTORY_ID: Final = "pulumi config set directoryId <Directory (tenant) ID from the Entra overview page>"
DIRECTORY_ID, NO_DIRECTORY_ID = Remedy(SETTINGS, _DIRECTORY_ID), Remedy(READING, _DIRECTORY_ID)
FIRST_OWNER = Remedy(READING, "pulumi config set --path 'owners[0]' <object ID of the deployer's service principal>")
OWNER = Remedy(SETTINGS, "pulumi config set --path 'owners[0]' <object ID>")
ISSUED = Remedy(SETTINGS, "pulumi config set --path 'secrets[{}].issued' {}")
YEARS = Remedy(SETTINGS, "pulumi config set --path 'secrets[0].years' 1")
ANY_VALUE = Remedy(READING, "pulumi config set --path '{}' <value>")
OF_A_TYPE = Remedy(READING, "pulumi config set --path {}")
UNKNOWN_KEY = Remedy(READING, "pulumi config rm --path '{}'")
SUBSCRIPTION = Remedy(
    SETTINGS, "pulumi config set --path vault.subscriptionId <subscription ID, as `az account show` reports>"
)
DISPLAY_NAME = Remedy(SETTINGS, "pulumi config set displayName {}")
OFFERED = Remedy("components/page_selectors.py", "smartrecruiters-calendar sign-in --inspect")
GUID: Final = "5b2f0c1e-8a57-4c1b-9d6e-1b7a52c0d1ff"
SECRET: Final = {"issued": "2026-12-01", "years": 1}
SCOPE: Final = {"group": "scheduling@contoso.com", "inside": "boardroom@contoso.com", "outside": "ceo@contoso.com"}
RBAC: Final = {"calendarAccess": "exchange-rbac"}
FILTER: Final = "RecipientTypeDetails -eq 'RoomMailbox'"
PLACE: Final = {"subscriptionId": GUID, "resourceGroup": "identity", "name": "contoso-identity"}
ADDRESSES: Final = {
    "address": "team@contoso.com",
    "address of a mailbox in scope": "a@b.example",
    "address of a mailbox out of scope": "c@d.example",
}
SELECTORS: Final = {"smartrecruiters": {"channel": "browser", "selectors": {"save": "#save"}}}


@dataclass(frozen=True)
class Case:
    remedy: Remedy
    changed: dict[str, Any]
    """What is configured; None: the key is not there."""
    filled: dict[str, str] = field(default_factory=dict)
    touches: frozenset[str] = frozenset()
    """Keys that the command changes beside those that are wrong."""


CASES = [
    Case(NO_DIRECTORY_ID, {"directoryId": None}, {"Directory": GUID}),
    Case(DIRECTORY_ID, {"directoryId": "contoso.com"}, {"Directory": GUID}),
    Case(FIRST_OWNER, {"owners": None}, {"object": GUID}),
    Case(FIRST_OWNER, {"owners": []}, {"object": GUID}),
    Case(OWNER, {"owners": ["me@contoso.com"]}, {"object": GUID}),
    Case(
        Remedy(READING, "pulumi config set --path 'secrets[0].issued' <today, YYYY-MM-DD>"),
        {"secrets": None},
        {"today": "2026-12-01"},
    ),
    Case(Remedy(READING, YEARS.command), {"secrets": None}, {"today": "2026-12-01"}),
    Case(YEARS, {"secrets": [SECRET, {"issued": "2026-11-01", "years": 3}]}),
    Case(YEARS, {"secrets": [{"issued": "2026-12-01"}]}),
    Case(Remedy(SETTINGS, "pulumi config rm --path 'secrets[0].days'"), {"secrets": [SECRET | {"days": 9}]}),
    Case(
        Remedy(SETTINGS, "pulumi config set --path 'secrets[0].issued' 2026-12-01"),
        {"secrets": [{"issued": "soon", "years": 1}]},
    ),
    Case(Remedy(SETTINGS, "pulumi config rm permissions"), {"permissions": []}),
    Case(
        Remedy("components/permission_names.py", "pulumi config set --path 'permissions[0]'"),
        {"permissions": ["Place.Read.All", "calendars.readwrite"]},
    ),
    Case(
        Remedy("components/permission_names.py", "pulumi config set --path 'delegatedPermissions[0]' {}"),
        {"delegatedPermissions": ["two words"]},
    ),
    Case(Remedy(SETTINGS, "pulumi config set tenantDomain contoso.onmicrosoft.com"), {"tenantDomain": "contoso"}),
    Case(Remedy(SETTINGS, "pulumi config set displayName '{}'"), {"displayName": " "}),
    Case(Remedy(SETTINGS, "pulumi config set warnDays {}"), {"warnDays": 400}),
    Case(
        Remedy("components/redirect_url.py", "pulumi config set redirectUrl https://www.smartrecruiters.com/"),
        {"redirectUrl": "http://a.com/"},
    ),
    Case(
        Remedy(SETTINGS, "pulumi config rm expectedRooms"),
        {"expectedRooms": ["a@x.example"], "expectedRoomsFile": "rooms.csv"},
    ),
    Case(
        Remedy(SETTINGS, "pulumi config set calendarAccess exchange-rbac"),
        {"calendarScope": SCOPE},
        touches=frozenset({"calendarAccess"}),
    ),
    Case(Remedy(SETTINGS, "pulumi config rm calendarScope"), {"calendarScope": SCOPE}),
    Case(
        Remedy(SETTINGS, "pulumi config set --path calendarScope.group <address>"),
        RBAC,
        ADDRESSES,
        touches=frozenset({"calendarScope"}),
    ),
    Case(
        Remedy(SETTINGS, "pulumi config set --path calendarScope.inside <address of a mailbox in scope>"),
        RBAC,
        ADDRESSES,
        touches=frozenset({"calendarScope"}),
    ),
    Case(
        Remedy(SETTINGS, "pulumi config rm --path calendarScope.recipientFilter"),
        RBAC | {"calendarScope": SCOPE | {"recipientFilter": FILTER}},
    ),
    Case(
        Remedy(SETTINGS, "pulumi config set --path calendarScope.group <address of a mail-enabled security group>"),
        RBAC | {"calendarScope": {key: value for key, value in SCOPE.items() if key != "group"}},
        {"address": "team@contoso.com"},
    ),
    Case(
        Remedy(SETTINGS, "pulumi config set --path calendarScope.outside <address of a mailbox out of scope>"),
        RBAC | {"calendarScope": SCOPE | {"outside": SCOPE["inside"]}},
        {"address": "ceo@contoso.com"},
    ),
    Case(SUBSCRIPTION, {"vault": PLACE | {"subscriptionId": "prod"}}, {"subscription": GUID}),
    Case(
        Remedy(VAULT, "pulumi config set --path vault.name <name>"),
        {"vault": PLACE | {"name": "https://x"}},
        {"name": "contoso-kv"},
    ),
    Case(
        Remedy(VAULT, "pulumi config set --path vault.secretName smartrecruiters-calendar"),
        {"vault": PLACE | {"secretName": "a b"}},
    ),
    Case(
        Remedy(VAULT, "pulumi config set --path vault.resourceGroup <name, as `az keyvault show --name …` shows>"),
        {"vault": PLACE | {"resourceGroup": "a/b"}},
        {"name": "identity"},
    ),
    Case(UNKNOWN_KEY, {"redirectURL": "https://a.com/"}),
    Case(UNKNOWN_KEY, {"smartrecruiters": {"chanel": "browser"}}),
    Case(UNKNOWN_KEY, {"secrets": [SECRET | {"yeras": 2}]}),
    Case(ANY_VALUE, {"adminConsent": "yes"}, {"value": "external"}),
    Case(OF_A_TYPE, {"warnDays": "soon"}, {"number": "30"}),
    Case(OF_A_TYPE, {"protectSecrets": "maybe"}),
    Case(OF_A_TYPE, {"owners": "nobody"}, {"first": GUID}),
    Case(OF_A_TYPE, {"tenantDomain": ["a"]}, {"text": "contoso.example"}),
    Case(OF_A_TYPE, {"expectedRooms": [7]}, {"text": "boardroom@contoso.example"}),
    Case(Remedy("components/provider_settings.py", "pulumi config rm {}"), {"azuread:clientId": GUID}),
    Case(Remedy(READER, "pulumi config set --stack {} {} <value>"), {"warnDays": {"secure": "v1:x"}}, {"value": "30"}),
]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> ConfiguredStack:
    return ConfiguredStack(tmp_path_factory.mktemp("stack"))


def refusal(stack: ConfiguredStack) -> str | None:
    try:
        stack.check()
    except (ConfigurationRefused, Stopped) as refused:
        return str(refused)
    return None


def configure(stack: ConfiguredStack, changed: dict[str, Any]) -> dict[str, Any]:
    configuration = {key: value for key, value in {**CONFIGURATION, **changed}.items() if value is not None}
    stack.write(configuration)
    return configuration


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.remedy.command} {list(case.changed)}")
def test_the_command_of_a_mistake_removes_it_and_changes_nothing_else(stack: ConfiguredStack, case: Case) -> None:
    before = configure(stack, case.changed)
    printed = refusal(stack)
    assert printed
    stack.type(printed, case.remedy, **case.filled)
    assert refusal(stack) is None
    allowed = {*case.changed, *case.touches}
    after = stack.read()
    assert {key: value for key, value in after.items() if key not in allowed} == {
        key: value for key, value in before.items() if key not in allowed
    }


def test_a_display_name_is_corrected_without_its_apostrophe_and_whatever_else_it_holds(stack: ConfiguredStack) -> None:
    configure(stack, {"displayName": 'It\'s $(touch here) `touch here` "x"'})
    printed = refusal(stack)
    assert printed
    stack.type(printed, DISPLAY_NAME)
    assert stack.read()["displayName"] == 'Its $(touch here) `touch here` "x"'
    assert not (stack.folder / "here").exists()


def test_a_secret_of_the_future_is_dated_today_where_it_stands(stack: ConfiguredStack) -> None:
    """The program compares the dates with the clock, so the mistake is its own."""
    before = configure(stack, {"secrets": [SECRET, {"issued": "2027-12-01", "years": 1}]})
    now = datetime(2026, 12, 5, 12, tzinfo=UTC)
    with pytest.raises(ConfigurationRefused) as refused:
        parse(before).check_validity(now, "dev")
    stack.type(str(refused.value.for_stack("dev")), ISSUED)
    assert stack.read()["secrets"] == [SECRET, {"issued": "2026-12-05", "years": 1}]
    parse(stack.read()).check_validity(now, "dev")


def test_a_selector_without_its_kind_leads_to_what_the_page_offers(stack: ConfiguredStack) -> None:
    """`tests.sandbox.smartrecruiters.test_browser_meets_page` sees what is listed."""
    configure(stack, {"smartrecruiters": {"channel": "browser", "selectors": {"save": "#save"}}})
    printed = refusal(stack)
    assert printed
    stack.run("pulumi config rm --path smartrecruiters.selectors.save --stack dev")
    assert refusal(stack) is None  # so that the verb gets as far as the page
    assert verb.read(f"{OFFERED.in_(printed)} --stack dev", "sign-in")["inspect"] is True
