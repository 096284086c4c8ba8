"""Each difference between a hand-made registration and the declaration, present and absent."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from components import configuration, settings
from components.graph_permissions import GRAPH_APP_ID, PERMISSIONS
from smartrecruiters_calendar.adoption import differences
from smartrecruiters_calendar.adoption.differences import Compared, Difference, DifferenceKind, SettledBy
from smartrecruiters_calendar.entra.registration import (
    Credential,
    Grant,
    Owner,
    Registration,
    Request,
    ServicePrincipal,
)
from tests.smartrecruiters_calendar.stack_values import CLIENT, CONFIGURATION

GUIDE = [PERMISSIONS[name].app_role_id for name in ("Directory.Read.All", "Calendars.ReadWrite")]
MAIL, USER_READ = "e2a3a72e-5f79-4c64-b1b1-878b674786c9", "e1fe6dd8-ba31-4d61-89e7-88639da4683d"
NOW, ENDS = datetime(2026, 12, 1, 8, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)
DEPLOYER = Owner(CONFIGURATION["owners"][0], "Deployer")
URL = "https://www.smartrecruiters.com/"
PRINCIPAL = ServicePrincipal(
    "principal", True, (DEPLOYER,), tuple(Grant(f"grant-{role}", role, "graph", "Microsoft Graph") for role in GUIDE)
)
AS_DECLARED = Registration(
    object_id="object",
    client_id=CLIENT,
    name=settings.DEFAULT_DISPLAY_NAME,
    created=NOW,
    audience="AzureADMyOrg",
    redirect_urls=(URL,),
    other_redirect_urls=(),
    requests=tuple(Request(GRAPH_APP_ID, role, "Role") for role in GUIDE),
    keys=(Credential("secret", "own", "dev 2026-12-01", ends=ENDS),),
    certificates=(),
    owners=(DEPLOYER,),
    service_principal=PRINCIPAL,
)
FOREIGN = Owner("1a7b2d63-0000-4e8d-b2d5-6e3f9ca01002", "Alex")


def with_principal(**changes: object) -> Registration:
    return replace(AS_DECLARED, service_principal=replace(PRINCIPAL, **changes))  # type: ignore[arg-type]


def compared(registration: Registration, **configured: object) -> list[Difference]:
    return differences.find(
        Compared(
            registration=registration,
            settings=configuration.parse(CONFIGURATION | configured),
            known_keys=frozenset({"own"}),
            deployer=DEPLOYER.object_id,
            deployer_roles=frozenset({"Application.ReadWrite.OwnedBy"}),
            graph_address="https://graph.example/v1.0",
            permission_names={MAIL: "Mail.ReadWrite"},
            now=NOW,
        )
    )


def told(registration: Registration, **configuration: object) -> list[tuple[DifferenceKind, SettledBy, str]]:
    found = compared(registration, **configuration)
    return [(difference.kind, difference.settled_by, difference.subject) for difference in found]


CROOKED: dict[DifferenceKind, tuple[Registration, SettledBy, str]] = {
    DifferenceKind.DEPLOYER_NOT_OWNER: (replace(AS_DECLARED, owners=()), SettledBy.ADMINISTRATOR, DEPLOYER.object_id),
    DifferenceKind.SERVICE_PRINCIPAL_NOT_OWNED: (
        with_principal(owners=()),
        SettledBy.ADMINISTRATOR,
        DEPLOYER.object_id,
    ),
    DifferenceKind.SERVICE_PRINCIPAL_DISABLED: (with_principal(enabled=False), SettledBy.ADMINISTRATOR, "principal"),
    DifferenceKind.GRANT_MISSING: (
        with_principal(grants=PRINCIPAL.grants[:1]),
        SettledBy.ADOPTION,
        "Calendars.ReadWrite",
    ),
    DifferenceKind.REDIRECT_URL_WITHOUT_PATH: (
        replace(AS_DECLARED, redirect_urls=(URL.rstrip("/"),)),
        SettledBy.ADOPTION,
        URL.rstrip("/"),
    ),
    DifferenceKind.NAME_DIFFERS: (replace(AS_DECLARED, name="Calendar"), SettledBy.NEXT_UP, "Calendar"),
    DifferenceKind.AUDIENCE_DIFFERS: (
        replace(AS_DECLARED, audience="AzureADMultipleOrgs"),
        SettledBy.NEXT_UP,
        "AzureADMultipleOrgs",
    ),
    DifferenceKind.REDIRECT_URL_MISSING: (replace(AS_DECLARED, redirect_urls=()), SettledBy.NEXT_UP, URL),
    DifferenceKind.REDIRECT_URL_FOREIGN: (
        replace(AS_DECLARED, redirect_urls=(URL, "https://hr.example/callback")),
        SettledBy.NEXT_UP,
        "https://hr.example/callback",
    ),
    DifferenceKind.REQUEST_MISSING: (
        replace(AS_DECLARED, requests=AS_DECLARED.requests[:1]),
        SettledBy.NEXT_UP,
        "Calendars.ReadWrite",
    ),
    DifferenceKind.REQUEST_FOREIGN: (
        replace(AS_DECLARED, requests=(*AS_DECLARED.requests, Request(GRAPH_APP_ID, USER_READ, "Scope"))),
        SettledBy.NEXT_UP,
        "User.Read",
    ),
    DifferenceKind.OWNER_FOREIGN: (
        replace(AS_DECLARED, owners=(DEPLOYER, FOREIGN)),
        SettledBy.NEXT_UP,
        FOREIGN.object_id,
    ),
    DifferenceKind.GRANT_FOREIGN: (
        with_principal(grants=(*PRINCIPAL.grants, Grant("g", MAIL, "graph", "Microsoft Graph"))),
        SettledBy.BEFORE_DELIVERY,
        "Mail.ReadWrite",
    ),
    DifferenceKind.SECRET_FOREIGN: (
        replace(AS_DECLARED, keys=(*AS_DECLARED.keys, Credential("secret", "old", "made by hand", ends=ENDS))),
        SettledBy.HAND,
        "old",
    ),
    DifferenceKind.CERTIFICATE_FOREIGN: (
        replace(AS_DECLARED, certificates=(Credential("certificate", "cert", "", ends=ENDS),)),
        SettledBy.HAND,
        "cert",
    ),
}


def test_what_is_as_declared_has_no_differences() -> None:
    assert compared(AS_DECLARED) == []


@pytest.mark.parametrize("kind", CROOKED)
def test_each_difference_is_reported_alone_with_who_resolves_it(kind: DifferenceKind) -> None:
    registration, settled_by, subject = CROOKED[kind]
    assert told(registration) == [(kind, settled_by, subject)]


def test_a_missing_service_principal_brings_its_grants_along() -> None:
    found = told(replace(AS_DECLARED, service_principal=None))
    assert [kind for kind, *_ in found] == [
        DifferenceKind.SERVICE_PRINCIPAL_MISSING,
        *[DifferenceKind.GRANT_MISSING] * 2,
    ]
    assert {settled_by for _, settled_by, _ in found} == {SettledBy.ADOPTION}


def test_another_declared_owner_is_added_by_the_next_up() -> None:
    owners = [DEPLOYER.object_id, FOREIGN.object_id]
    assert told(AS_DECLARED, owners=owners) == [(DifferenceKind.OWNER_MISSING, SettledBy.NEXT_UP, FOREIGN.object_id)]


def test_every_kind_has_a_test_of_its_own() -> None:
    alone = {DifferenceKind.SERVICE_PRINCIPAL_MISSING, DifferenceKind.OWNER_MISSING}
    assert set(CROOKED) | alone == set(DifferenceKind)


def test_a_deployer_that_may_change_every_app_needs_no_ownership() -> None:
    roles = frozenset({"Application.ReadWrite.All"})
    unowned = replace(AS_DECLARED, owners=(), service_principal=replace(PRINCIPAL, owners=()))
    seen = Compared(
        unowned,
        configuration.parse(CONFIGURATION),
        frozenset({"own"}),
        DEPLOYER.object_id,
        roles,
        "https://graph.example/v1.0",
        {},
        NOW,
    )
    assert [one.kind for one in differences.find(seen)] == [DifferenceKind.OWNER_MISSING]


def test_with_external_consent_an_administrator_grants() -> None:
    registration = CROOKED[DifferenceKind.GRANT_MISSING][0]
    (difference,) = compared(registration, adminConsent="external")
    assert difference.settled_by is SettledBy.BEFORE_DELIVERY
    assert difference.command == f"az ad app permission admin-consent --id {CLIENT}"


@pytest.mark.parametrize(
    "kind", [kind for kind in CROOKED if CROOKED[kind][1] not in (SettledBy.ADOPTION, SettledBy.NEXT_UP)]
)
def test_a_difference_that_a_person_resolves_has_a_command(kind: DifferenceKind) -> None:
    (difference,) = compared(CROOKED[kind][0])
    assert difference.command is not None
    assert difference.command.startswith("az ")


def test_an_ended_secret_is_distinguished_from_one_that_works() -> None:
    ended = replace(
        AS_DECLARED, keys=(Credential("secret", "old", "", ends=NOW), Credential("secret", "young", "", ends=ENDS))
    )
    old, young = compared(ended)
    assert "ended on 2026-12-01 and no longer works" in old.sentence
    assert "works until 2027-06-01" in young.sentence


def test_a_delegated_request_of_the_same_name_does_not_stand_for_the_application_permission() -> None:
    delegated = Request(GRAPH_APP_ID, GUIDE[0], "Scope")
    found = told(replace(AS_DECLARED, requests=(delegated, AS_DECLARED.requests[1])))
    assert [kind for kind, *_ in found] == [DifferenceKind.REQUEST_MISSING, DifferenceKind.REQUEST_FOREIGN]


def test_urls_keep_their_query_and_their_order_when_they_get_their_slash() -> None:
    urls = ("https://a.example?x=1", URL, "http://localhost", "ms-appx-web://app")
    complete = differences.redirect_urls_with_path(replace(AS_DECLARED, redirect_urls=urls))
    assert complete == ("https://a.example/?x=1", URL, "http://localhost/", "ms-appx-web://app")
    assert differences.redirect_urls_with_path(AS_DECLARED) is None


def test_a_tenant_wide_calendar_grant_is_foreign_where_exchange_gives_the_right_within_a_scope() -> None:
    scope = {"group": "scheduling@contoso.com", "inside": "boardroom@contoso.com", "outside": "ceo@contoso.com"}
    found = told(AS_DECLARED, calendarAccess="exchange-rbac", calendarScope=scope)
    assert {kind for kind, _, _ in found} == {DifferenceKind.REQUEST_FOREIGN, DifferenceKind.GRANT_FOREIGN}
