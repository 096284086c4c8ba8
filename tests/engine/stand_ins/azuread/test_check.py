"""What the plugin refuses before it asks Graph anything."""

import pytest

from tests.engine.stand_ins.azuread import declared
from tests.engine.stand_ins.azuread.engine_calls import (
    APPLICATION,
    GRANT,
    PASSWORD,
    SERVICE_PRINCIPAL,
    UNKNOWN_TEXT,
    Engine,
)
from tests.engine.stand_ins.azuread.toy_graph import CALLER, ToyGraph


def refusal(pulumi: Engine, type_name: str = APPLICATION, **inputs: object) -> str:
    _, failures = pulumi.check(type_name, **inputs)
    assert len(failures) == 1, failures
    return failures[0]


def test_a_full_declaration_passes_and_gets_the_defaults(pulumi: Engine) -> None:
    given = declared.application()
    del given["signInAudience"], given["preventDuplicateNames"]

    inputs, failures = pulumi.check(APPLICATION, **given, api={"mappedClaimsEnabled": False})

    assert not failures
    assert inputs["signInAudience"] == "AzureADMyOrg"
    assert inputs["preventDuplicateNames"] is False
    assert inputs["api"]["requestedAccessTokenVersion"] == 1
    assert "description" not in inputs


def test_check_asks_nobody(pulumi: Engine, graph: ToyGraph) -> None:
    pulumi.check(APPLICATION, **declared.application())

    assert graph.take() == []


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"displayname": "lower case"}, "the-name.displayname"),
        ({"web": {"redirectUri": ["https://a.example/"]}}, "the-name.web.redirectUri"),
        ({"objectId": CALLER}, "the-name.objectId"),
    ],
)
def test_unknown_properties_are_refused_at_any_depth(pulumi: Engine, inputs: dict[str, object], path: str) -> None:
    assert refusal(pulumi, **declared.application(**inputs)) == (f"Invalid or unknown key. Examine values at '{path}'.")


def test_missing_properties_are_named(pulumi: Engine) -> None:
    assert "Missing required property 'displayName'" in refusal(pulumi, owners=[CALLER])
    assert "Missing required property 'requiredResourceAccesses[0].resourceAppId'" in refusal(
        pulumi, displayName="x", requiredResourceAccesses=[{"resourceAccesses": []}]
    )


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("https://www.smartrecruiters.com", "trailing slash when there is no path segment"),
        ("ftp://www.smartrecruiters.com/", "unexpected URI scheme"),
        ("www.smartrecruiters.com/", "URI has no host"),
        ("", "must not be empty"),
        (f"https://www.smartrecruiters.com/{'x' * 256}", "256 characters or less"),
    ],
)
def test_redirect_uris_that_the_official_plugin_refuses_are_refused(pulumi: Engine, uri: str, reason: str) -> None:
    assert reason in refusal(pulumi, **declared.application(web={"redirectUris": [uri]}))


@pytest.mark.parametrize(
    "uri",
    ["https://www.smartrecruiters.com/", "https://a.example/cb", "http://localhost/", "urn:ietf:wg:oauth:2.0:oob"],
)
def test_redirect_uris_that_the_official_plugin_takes_are_taken(pulumi: Engine, uri: str) -> None:
    _, failures = pulumi.check(APPLICATION, **declared.application(web={"redirectUris": [uri]}))

    assert not failures


@pytest.mark.parametrize(
    ("type_name", "inputs", "reason"),
    [
        (APPLICATION, {"displayName": ""}, "not an empty string"),
        (APPLICATION, {"displayName": "x", "owners": ["me"]}, "expected a valid UUID, got me"),
        (APPLICATION, {"displayName": "x", "signInAudience": "Everyone"}, "expected one of"),
        (APPLICATION, {"displayName": "x", "description": "x" * 1025}, "got 1025 characters"),
        (APPLICATION, {"displayName": "x", "tags": ["a"], "featureTags": [{"hide": True}]}, "Conflicting"),
        (SERVICE_PRINCIPAL, {"clientId": "not a guid"}, "expected a valid UUID"),
        (PASSWORD, {"applicationId": CALLER}, "/applications/<object ID>"),
        (PASSWORD, {"applicationId": f"/applications/{CALLER}", "endDate": "2027-12-01"}, "valid RFC3339 date"),
        (GRANT, {"appRoleId": "x", "principalObjectId": CALLER, "resourceObjectId": CALLER}, "valid UUID"),
    ],
)
def test_values_of_the_wrong_form_are_refused(
    pulumi: Engine, type_name: str, inputs: dict[str, object], reason: str
) -> None:
    assert any(reason in failure for failure in pulumi.check(type_name, **inputs)[1])


def test_values_of_the_wrong_type_are_refused(pulumi: Engine) -> None:
    assert "expected list, got str" in refusal(pulumi, **declared.application(owners=CALLER))
    assert "expected bool, got str" in refusal(pulumi, **declared.application(preventDuplicateNames="yes"))


def test_a_property_that_only_the_official_plugin_manages_is_refused_with_that_reason(pulumi: Engine) -> None:
    assert "the official plugin does" in refusal(pulumi, **declared.application(logoImage="aGVsbG8="))


def test_values_known_only_later_pass(pulumi: Engine) -> None:
    inputs, failures = pulumi.check(SERVICE_PRINCIPAL, clientId=UNKNOWN_TEXT, owners=[UNKNOWN_TEXT])

    assert not failures
    assert inputs["clientId"] == UNKNOWN_TEXT
