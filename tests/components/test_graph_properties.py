"""A property that somebody has set is named, whether this version knows it or not; one as Entra writes it is not."""

import contextlib
from collections.abc import Iterator, Mapping, Set
from typing import Any

import pytest

from components.graph_properties import (
    APPLICATION_FACTS,
    APPLICATION_JUDGED,
    APPLICATION_VALUES,
    PRINCIPAL_FACTS,
    PRINCIPAL_JUDGED,
    PRINCIPAL_VALUES,
    set_properties,
)
from sandbox.core.home import Home
from sandbox.seed import creation
from tests.sandbox.in_process import InProcess

KNOWN: dict[str, tuple[Set[str], Mapping[str, tuple[Any, ...]]]] = {
    "applications": (APPLICATION_JUDGED | APPLICATION_FACTS, APPLICATION_VALUES),
    "servicePrincipals": (PRINCIPAL_JUDGED | PRINCIPAL_FACTS, PRINCIPAL_VALUES),
}
SET: dict[str, dict[str, Any]] = {
    "applications": {
        "api.acceptMappedClaims": True,
        "api.knownClientApplications": ["id"],
        "api.oauth2PermissionScopes": [{"value": "more"}],
        "api.preAuthorizedApplications": [{"appId": "id"}],
        "api.requestedAccessTokenVersion": 2,
        "appRoles": [{"value": "more"}],
        "description": "more",
        "disabledByMicrosoftStatus": "DisabledDueToViolationOfServicesAgreement",
        "groupMembershipClaims": "All",
        "identifierUris": ["api://more"],
        "info.privacyStatementUrl": "https://stranger.example/",
        "isDeviceOnlyAuthSupported": True,
        "isFallbackPublicClient": True,
        "nativeAuthenticationApisEnabled": "all",
        "newlyMade": {"deep": [0]},
        "notes": "more",
        "optionalClaims.accessToken": [{"name": "groups"}],
        "parentalControlSettings.legalAgeGroupRule": "RequireConsentForMinors",
        "samlMetadataUrl": "https://stranger.example/",
        "tags": ["more"],
        "tokenEncryptionKeyId": "id",
        "uniqueName": "more",
        "web.homePageUrl": "https://stranger.example/",
        "web.logoutUrl": "https://stranger.example/",
    },
    "servicePrincipals": {
        "alternativeNames": ["more"],
        "description": "more",
        "disabledByMicrosoftStatus": "DisabledDueToViolationOfServicesAgreement",
        "loginUrl": "https://stranger.example/",
        "newlyMade": "none",
        "notes": "more",
        "notificationEmailAddresses": ["somebody@stranger.example"],
        "preferredSingleSignOnMode": "saml",
        "preferredTokenSigningKeyThumbprint": "more",
        "samlSingleSignOnSettings.relayState": "more",
        "tags": ["HideApp"],
        "tokenEncryptionKeyId": "id",
    },
}
"""By their paths, with a value of somebody's."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    """Both as Graph shows them when nothing is set on them."""
    home = Home(tmp_path_factory.mktemp("properties") / "home")
    creation.ensure(home)
    with contextlib.closing(InProcess(home)) as entra:
        caller = entra.caller("Application.ReadWrite.All")
        application = caller.made("POST", "/applications", {"displayName": "x"})
        principal = caller.made("POST", "/servicePrincipals", {"appId": application["appId"]})
        yield {"applications": application, "servicePrincipals": principal}


def named(kind: str, shown: Mapping[str, Any]) -> list[str]:
    return [path for path, _ in set_properties(shown, *KNOWN[kind])]


@pytest.mark.parametrize("kind", KNOWN)
def test_on_a_new_object_nothing_is_set(kind: str, made: dict[str, dict[str, Any]]) -> None:
    assert named(kind, made[kind]) == []


@pytest.mark.parametrize(("kind", "path"), [(kind, path) for kind, properties in SET.items() for path in properties])
def test_whatever_somebody_has_set_is_named(kind: str, path: str, made: dict[str, dict[str, Any]]) -> None:
    *above, name = path.split(".")
    shown = {**made[kind]}
    holder = shown
    for part in above:
        holder[part] = {**(holder.get(part) or {})}
        holder = holder[part]
    value = holder[name] = SET[kind][path]
    assert named(kind, shown) == ([f"{path}.deep"] if isinstance(value, dict) else [path])


@pytest.mark.parametrize("kind", KNOWN)
def test_what_another_check_judges_is_left_to_it_with_everything_below_and_nothing_beside(kind: str) -> None:
    judged = "web.redirectUris" if kind == "applications" else "keyCredentials"
    beside = {f"{judged}More": "more", judged.partition(".")[0]: {"more": "more"} if "." in judged else ["more"]}
    assert named(kind, {f"{judged}More": "more"}) == [f"{judged}More"]
    assert (f"{judged.partition('.')[0]}.more" in named(kind, beside)) is ("." in judged)
