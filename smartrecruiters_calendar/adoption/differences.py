"""How an existing registration differs from what a stack declares, with who resolves each difference.

Adoption itself only adds; anything undeclared stays until SmartRecruiters holds the declared secret, since it may still
be in use.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from components.settings import Settings
from smartrecruiters_calendar.entra.comparison import AUDIENCE, Declaration, Match, Permission, PermissionNames, compare
from smartrecruiters_calendar.entra.registration import Credential, Registration
from smartrecruiters_calendar.outcome import JsonModel

_MAY_CHANGE_EVERY_APP: Final = "Application.ReadWrite.All"


class DifferenceKind(StrEnum):
    """The kinds of differences, in the order in which they are resolved. A kind never changes its meaning."""

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
    ADMINISTRATOR = "administrator"
    """A person with more rights than the deployer, before the adoption."""
    ADOPTION = "adoption"
    BEFORE_DELIVERY = "before-delivery"
    """A person runs the printed command: post-deploy delivers for no app that may do more or less than declared."""
    NEXT_UP = "next-up"
    """The `pulumi up` after the delivery; its preview shows it."""
    HAND = "hand"
    """A person runs the printed command after the delivery: Pulumi does not manage the object."""


class Difference(JsonModel):
    kind: DifferenceKind
    settled_by: SettledBy
    subject: str
    """The URL, permission, owner, key or other thing it is about."""
    sentence: str
    command: str | None = None
    """What to type, where a person resolves it."""


@dataclass(frozen=True)
class Compared:
    registration: Registration
    settings: Settings
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

    @property
    def declaration(self) -> Declaration:
        return Declaration.of(self.settings)

    @property
    def names(self) -> PermissionNames:
        return PermissionNames(self.permission_names, self.permission_names)

    @property
    def deployer_changes_only_its_own(self) -> bool:
        """Under `Application.ReadWrite.OwnedBy` the deployer cannot change an app it does not own."""
        return _MAY_CHANGE_EVERY_APP not in self.deployer_roles


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


def redirect_urls_with_path(registration: Registration) -> tuple[str, ...] | None:
    """The registered redirect URLs with the slash that the provider requires; None: all of them have it."""
    complete = tuple(dict.fromkeys(_with_slash(url) for url in registration.redirect_urls))
    return None if complete == registration.redirect_urls else complete


def _ownership(compared: Compared) -> Iterator[Difference]:
    if not compared.deployer_changes_only_its_own:
        return
    registration, deployer = compared.registration, compared.deployer
    if deployer not in registration.owner_ids:
        yield Difference(
            kind=DifferenceKind.DEPLOYER_NOT_OWNER,
            settled_by=SettledBy.ADMINISTRATOR,
            subject=deployer,
            sentence=f"The deployer {deployer} does not own the application, so it cannot change it.",
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
            sentence="The application has no service principal, so nobody can sign in with it; one is created.",
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
    name, audience, declared = compared.registration.name, compared.registration.audience, compared.declaration.name
    if name != declared:
        yield _by_next_up(DifferenceKind.NAME_DIFFERS, name, f"Its name is {name!r}; {declared!r} is declared.")
    if audience != AUDIENCE:
        yield _by_next_up(
            DifferenceKind.AUDIENCE_DIFFERS,
            audience,
            f"Its supported account types are {audience}; {AUDIENCE} is declared. Until that is changed, people of "
            "other directories can sign in.",
        )


def _redirect_urls(compared: Compared) -> Iterator[Difference]:
    registration = compared.registration
    declared = [compared.declaration.redirect_url.url] if compared.declaration.redirect_url else []
    for url in registration.redirect_urls:
        if _with_slash(url) != url:
            yield Difference(
                kind=DifferenceKind.REDIRECT_URL_WITHOUT_PATH,
                settled_by=SettledBy.ADOPTION,
                subject=url,
                sentence=f"The redirect URL {url} is registered as {_with_slash(url)}: both are the same address, and "
                "the azuread provider accepts only the second.",
            )
    registered = compare(declared, sorted(map(_with_slash, registration.redirect_urls)))
    for url in (url for url, match in registered.items() if match is Match.MISSING):
        yield _by_next_up(
            DifferenceKind.REDIRECT_URL_MISSING, url, f"The declared redirect URL {url} is not registered."
        )
    undeclared = [url for url, match in registered.items() if match is Match.UNDECLARED]
    for url in undeclared + sorted(registration.other_redirect_urls):
        yield _by_next_up(
            DifferenceKind.REDIRECT_URL_FOREIGN,
            url,
            f"The redirect URL {url} is not declared: make sure that no other application needs it.",
        )


def _requests(compared: Compared) -> Iterator[Difference]:
    requested = [
        compared.names.requested(one.resource_app_id, one.id, one.kind) for one in compared.registration.requests
    ]
    for permission, match in compare(compared.declaration.requested, requested).items():
        name, kind = permission.name, "delegated permission" if permission.kind == "delegated" else "permission"
        if match is Match.MISSING:
            sentence = f"The {kind} {name} is declared, but not requested."
            yield _by_next_up(DifferenceKind.REQUEST_MISSING, name, sentence)
        elif match is Match.UNDECLARED:
            sentence = f"The {kind} {name} is requested, but not declared; the request is removed."
            yield _by_next_up(DifferenceKind.REQUEST_FOREIGN, name, sentence)


def _grants(compared: Compared) -> Iterator[Difference]:
    principal = compared.registration.service_principal
    grants = principal.grants if principal else ()
    granted = [compared.names.granted(grant.app_role_id, grant.resource_name) for grant in grants]
    matches = compare(compared.declaration.permissions, granted)
    yield from (_missing_grant(compared, one) for one, match in matches.items() if match is Match.MISSING)
    for grant, permission in zip(grants, granted, strict=True):
        if principal and matches[permission] is Match.UNDECLARED:
            path = f"servicePrincipals/{principal.object_id}/appRoleAssignments/{grant.id}"
            yield Difference(
                kind=DifferenceKind.GRANT_FOREIGN,
                settled_by=SettledBy.BEFORE_DELIVERY,
                subject=permission.name,
                sentence=f"The permission {permission.name} of {grant.resource_name} is granted, but not declared.",
                command=f"az rest --method DELETE --uri '{compared.graph_address}/{path}'",
            )


def _missing_grant(compared: Compared, permission: Permission) -> Difference:
    external = compared.settings.admin_consent == "external"
    return Difference(
        kind=DifferenceKind.GRANT_MISSING,
        settled_by=SettledBy.BEFORE_DELIVERY if external else SettledBy.ADOPTION,
        subject=permission.name,
        sentence=f"The permission {permission.name} is declared, but not granted; "
        + ("an administrator grants it." if external else "it is granted."),
        command=f"az ad app permission admin-consent --id {compared.registration.client_id}" if external else None,
    )


def _owners(compared: Compared) -> Iterator[Difference]:
    registration, declared = compared.registration, compared.declaration.owners
    reported = {compared.deployer} if compared.deployer_changes_only_its_own else set()
    for owner, match in compare(declared, registration.owner_ids).items():
        if match is Match.MISSING and owner not in reported:
            yield _by_next_up(
                DifferenceKind.OWNER_MISSING, owner, f"The declared owner {owner} does not own the application."
            )
    principal = registration.service_principal
    owners = (*registration.owners, *(principal.owners if principal else ()))
    names = {owner.object_id: owner.name for owner in owners}
    for object_id, match in compare(declared, sorted(names)).items():
        if match is Match.UNDECLARED:
            yield _by_next_up(
                DifferenceKind.OWNER_FOREIGN,
                object_id,
                f"{names[object_id] or 'Somebody'} ({object_id}) owns it, but is not declared: an owner can add "
                "secrets.",
            )


def _keys(compared: Compared) -> Iterator[Difference]:
    registration = compared.registration
    for key in registration.keys:
        if key.id not in compared.known_keys:
            yield _foreign_key(compared, key, DifferenceKind.SECRET_FOREIGN, "secret", "")
    for key in registration.certificates:
        yield _foreign_key(compared, key, DifferenceKind.CERTIFICATE_FOREIGN, "certificate", " --cert")


def _foreign_key(compared: Compared, key: Credential, kind: DifferenceKind, word: str, option: str) -> Difference:
    name = f" ({key.name})" if key.name else ""
    state = f"works until {key.ends:%Y-%m-%d}" if key.ends else "never ends"
    if key.ends and key.ends <= compared.now:
        state = f"ended on {key.ends:%Y-%m-%d} and no longer works"
    return Difference(
        kind=kind,
        settled_by=SettledBy.HAND,
        subject=key.id,
        sentence=f"The {word} {key.id}{name} is not this stack's; it {state}.",
        command=f"az ad app credential delete --id {compared.registration.client_id} --key-id {key.id}{option}",
    )


def _by_next_up(kind: DifferenceKind, subject: str, sentence: str) -> Difference:
    return Difference(kind=kind, settled_by=SettledBy.NEXT_UP, subject=subject, sentence=sentence)


def _with_slash(url: str) -> str:
    """A web URL with the slash that the azuread provider requires where there is no path."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.path:
        return url
    return parts._replace(path="/").geturl()
