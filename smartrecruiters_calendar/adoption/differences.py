"""How a registration that was made by hand differs from what a stack declares: a pure comparison.

Each difference says who settles it. Adoption itself only adds; whatever is foreign stays until SmartRecruiters holds
the declared secret, since somebody may still be using it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from components.graph_permissions import GRAPH_APP_ID, PERMISSIONS
from components.permission_names import DELEGATED_IDS
from components.settings import Settings
from smartrecruiters_calendar.entra.registration import Key, Registration, ServicePrincipal
from smartrecruiters_calendar.outcome import JsonModel

AUDIENCE: Final = "AzureADMyOrg"
"""Accounts in this directory only: what the component declares."""

_MAY_CHANGE_EVERY_APP: Final = "Application.ReadWrite.All"
_GRAPH_NAME: Final = "Microsoft Graph"


class DifferenceKind(StrEnum):
    """The kinds of differences. A kind is never given a second meaning."""

    DEPLOYER_NOT_OWNER = "deployer-not-owner"
    SERVICE_PRINCIPAL_NOT_OWNED = "service-principal-not-owned"
    SERVICE_PRINCIPAL_DISABLED = "service-principal-disabled"

    SERVICE_PRINCIPAL_MISSING = "service-principal-missing"
    GRANT_MISSING = "grant-missing"
    REDIRECT_URL_WITHOUT_PATH = "redirect-url-without-path"

    NAME_DIFFERS = "name-differs"
    AUDIENCE_DIFFERS = "audience-differs"
    REDIRECT_URL_MISSING = "redirect-url-missing"
    REDIRECT_URL_FOREIGN = "redirect-url-foreign"
    REQUEST_MISSING = "request-missing"
    REQUEST_FOREIGN = "request-foreign"
    OWNER_MISSING = "owner-missing"
    OWNER_FOREIGN = "owner-foreign"

    GRANT_FOREIGN = "grant-foreign"
    SECRET_FOREIGN = "secret-foreign"  # noqa: S105 (a word, not a secret)
    CERTIFICATE_FOREIGN = "certificate-foreign"


class SettledBy(StrEnum):
    """Who or what makes a difference go away."""

    ADMINISTRATOR = "administrator"
    """Somebody with more rights than the deployer, before the adoption."""
    ADOPTION = "adoption"
    NEXT_UP = "next-up"
    """The `pulumi up` after the delivery; its preview shows it."""
    HAND = "hand"
    """The command that is given, after the delivery: Pulumi does not manage the object."""


class Difference(JsonModel):
    """One way in which the registration is not as declared."""

    kind: DifferenceKind
    settled_by: SettledBy
    subject: str
    """The URL, permission, owner, key or other thing it is about."""
    sentence: str
    command: str | None = None
    """What to type, where a person settles it."""


@dataclass(frozen=True)
class Compared:
    """What is compared."""

    registration: Registration
    settings: Settings
    stack: str
    known_keys: frozenset[str]
    """Key IDs of the stack's own secrets."""
    deployer: str
    """Object ID of the identity that `pulumi up` runs as."""
    deployer_roles: frozenset[str]
    """Graph permissions of the deployer."""
    graph_address: str
    """Of Microsoft Graph in this cloud, with version."""
    permission_names: Mapping[str, str]
    """ID to name of what Microsoft Graph offers."""
    now: datetime


def find(compared: Compared) -> list[Difference]:
    """Every difference: what has to be done before the adoption first, what is retired after it last."""
    found = [
        *_ownership(compared),
        *_service_principal(compared),
        *_properties(compared),
        *_redirect_urls(compared),
        *_requests(compared),
        *_grants(compared),
        *_owners(compared),
        *_keys(compared),
    ]
    order = list(DifferenceKind)
    return sorted(found, key=lambda difference: order.index(difference.kind))


def mended_redirect_urls(registration: Registration) -> tuple[str, ...] | None:
    """The registered redirect URLs with the slash that the provider insists on; None: all of them have it."""
    mended = tuple(dict.fromkeys(_with_slash(url) for url in registration.redirect_urls))
    return None if mended == registration.redirect_urls else mended


def _ownership(compared: Compared) -> Iterator[Difference]:
    """Under `Application.ReadWrite.OwnedBy` an app that it does not own the deployer cannot change."""
    if _MAY_CHANGE_EVERY_APP in compared.deployer_roles:
        return
    registration, deployer = compared.registration, compared.deployer
    if deployer not in registration.owner_ids:
        yield Difference(
            kind=DifferenceKind.DEPLOYER_NOT_OWNER,
            settled_by=SettledBy.ADMINISTRATOR,
            subject=deployer,
            sentence=f"The deployer {deployer} does not own the application, so Entra lets it change nothing there.",
            command=f"az ad app owner add --id {registration.client_id} --owner-object-id {deployer}",
        )
    principal = registration.service_principal
    if principal and deployer not in {owner.object_id for owner in principal.owners}:
        body = f'{{"@odata.id": "{compared.graph_address}/directoryObjects/{deployer}"}}'
        yield Difference(
            kind=DifferenceKind.SERVICE_PRINCIPAL_NOT_OWNED,
            settled_by=SettledBy.ADMINISTRATOR,
            subject=deployer,
            sentence=f"The deployer {deployer} does not own the service principal, which later changes will need.",
            command=f"az rest --method POST --uri '{compared.graph_address}/servicePrincipals/{principal.object_id}"
            f"/owners/$ref' --body '{body}'",
        )


def _service_principal(compared: Compared) -> Iterator[Difference]:
    principal = compared.registration.service_principal
    if principal is None:
        yield Difference(
            kind=DifferenceKind.SERVICE_PRINCIPAL_MISSING,
            settled_by=SettledBy.ADOPTION,
            subject=compared.registration.client_id,
            sentence="The application has no service principal, so nobody can sign in with it; one is made.",
        )
    elif not principal.enabled:
        yield Difference(
            kind=DifferenceKind.SERVICE_PRINCIPAL_DISABLED,
            settled_by=SettledBy.ADMINISTRATOR,
            subject=principal.object_id,
            sentence="Somebody switched sign-in off for this application: find out why before you switch it on.",
            command=f"az ad sp update --id {compared.registration.client_id} --set accountEnabled=true",
        )


def _properties(compared: Compared) -> Iterator[Difference]:
    registration, declared = compared.registration, compared.settings.display_name
    if registration.name != declared:
        yield _by_next_up(
            DifferenceKind.NAME_DIFFERS,
            registration.name,
            f"It is called {registration.name!r}, and {declared!r} is declared.",
        )
    if registration.audience != AUDIENCE:
        yield _by_next_up(
            DifferenceKind.AUDIENCE_DIFFERS,
            registration.audience,
            f"Its supported account types are {registration.audience}, and {AUDIENCE} is declared: people of other "
            "directories can sign in until then.",
        )


def _redirect_urls(compared: Compared) -> Iterator[Difference]:
    registration, declared = compared.registration, compared.settings.redirect_url
    for url in registration.redirect_urls:
        if _with_slash(url) != url:
            yield Difference(
                kind=DifferenceKind.REDIRECT_URL_WITHOUT_PATH,
                settled_by=SettledBy.ADOPTION,
                subject=url,
                sentence=f"The redirect URL {url} is registered as {_with_slash(url)}: both name the same place, and "
                "the azuread provider takes only the second.",
            )
    registered = {_with_slash(url) for url in registration.redirect_urls}
    if declared not in registered:
        yield _by_next_up(
            DifferenceKind.REDIRECT_URL_MISSING, declared, f"The declared redirect URL {declared} is not registered."
        )
    for url in sorted(registered - {declared}) + sorted(registration.other_redirect_urls):
        yield _by_next_up(
            DifferenceKind.REDIRECT_URL_FOREIGN,
            url,
            f"The redirect URL {url} is not declared: make sure that no other application needs it.",
        )


def _requests(compared: Compared) -> Iterator[Difference]:
    declared = {PERMISSIONS[name].app_role_id: name for name in compared.settings.requested_permissions}
    requests = compared.registration.requests
    requested = {one.id for one in requests if one.resource_app_id == GRAPH_APP_ID and one.kind == "Role"}
    for role, name in declared.items():
        if role not in requested:
            yield _by_next_up(
                DifferenceKind.REQUEST_MISSING, name, f"The permission {name} is declared and not requested."
            )
    for one in requests:
        if one.resource_app_id == GRAPH_APP_ID and one.kind == "Role" and one.id in declared:
            continue
        name = _permission(compared, one.id)
        kind = "delegated permission" if one.kind == "Scope" else "permission"
        yield _by_next_up(
            DifferenceKind.REQUEST_FOREIGN, name, f"The {kind} {name} is requested and not declared; it is dropped."
        )


def _grants(compared: Compared) -> Iterator[Difference]:
    principal = compared.registration.service_principal
    granted = (
        {grant.app_role_id for grant in principal.grants if grant.resource_name == _GRAPH_NAME} if principal else ()
    )
    external = compared.settings.admin_consent == "external"
    declared = {PERMISSIONS[name].app_role_id: name for name in compared.settings.requested_permissions}
    for role, name in declared.items():
        if role not in granted:
            yield Difference(
                kind=DifferenceKind.GRANT_MISSING,
                settled_by=SettledBy.HAND if external else SettledBy.ADOPTION,
                subject=name,
                sentence=f"The permission {name} is declared and not granted; "
                + ("an administrator grants it." if external else "it is granted."),
                command=f"az ad app permission admin-consent --id {compared.registration.client_id}"
                if external
                else None,
            )
    for grant in principal.grants if principal else ():
        if grant.resource_name == _GRAPH_NAME and grant.app_role_id in declared:
            continue
        name = _permission(compared, grant.app_role_id)
        yield Difference(
            kind=DifferenceKind.GRANT_FOREIGN,
            settled_by=SettledBy.HAND,
            subject=name,
            sentence=f"The permission {name} of {grant.resource_name} is granted and not declared.",
            command=_revoke(compared, principal, grant.id) if principal else None,
        )


def _revoke(compared: Compared, principal: ServicePrincipal, grant: str) -> str:
    path = f"servicePrincipals/{principal.object_id}/appRoleAssignments/{grant}"
    return f"az rest --method DELETE --uri '{compared.graph_address}/{path}'"


def _owners(compared: Compared) -> Iterator[Difference]:
    registration, declared = compared.registration, compared.settings.owners
    principal = registration.service_principal
    holders = {
        owner.object_id: owner.name for owner in (*registration.owners, *(principal.owners if principal else ()))
    }
    told = {compared.deployer} if _MAY_CHANGE_EVERY_APP not in compared.deployer_roles else set()
    for owner in declared:
        if owner not in registration.owner_ids and owner not in told:
            yield _by_next_up(
                DifferenceKind.OWNER_MISSING, owner, f"The declared owner {owner} does not own the application."
            )
    for object_id, name in sorted(holders.items()):
        if object_id not in declared:
            yield _by_next_up(
                DifferenceKind.OWNER_FOREIGN,
                object_id,
                f"{name or 'Somebody'} ({object_id}) owns it and is not declared: an owner can add secrets.",
            )


def _keys(compared: Compared) -> Iterator[Difference]:
    registration = compared.registration
    for key in registration.keys:
        if key.key_id not in compared.known_keys:
            yield _foreign_key(compared, key, DifferenceKind.SECRET_FOREIGN, "secret", "")
    for key in registration.certificates:
        yield _foreign_key(compared, key, DifferenceKind.CERTIFICATE_FOREIGN, "certificate", " --cert")


def _foreign_key(compared: Compared, key: Key, kind: DifferenceKind, word: str, option: str) -> Difference:
    named = f" ({key.name})" if key.name else ""
    ended = key.ends <= compared.now
    state = f"ended on {key.ends:%Y-%m-%d} and opens nothing" if ended else f"works until {key.ends:%Y-%m-%d}"
    return Difference(
        kind=kind,
        settled_by=SettledBy.HAND,
        subject=key.key_id,
        sentence=f"The {word} {key.key_id}{named} was made by hand; it {state}.",
        command=f"az ad app credential delete --id {compared.registration.client_id} --key-id {key.key_id}{option}",
    )


def _by_next_up(kind: DifferenceKind, subject: str, sentence: str) -> Difference:
    return Difference(kind=kind, settled_by=SettledBy.NEXT_UP, subject=subject, sentence=sentence)


def _permission(compared: Compared, role: str) -> str:
    return compared.permission_names.get(role) or DELEGATED_IDS.get(role) or role


def _with_slash(url: str) -> str:
    """A web URL with the slash that the azuread provider wants where there is no path."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.path:
        return url
    return parts._replace(path="/").geturl()
