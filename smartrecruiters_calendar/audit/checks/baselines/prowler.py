"""Prowler: its checks of app registrations, their credentials, policies and mailbox permissions."""

from collections.abc import Iterable, Iterator
from typing import Final

from components.client_secrets import EXPIRY_WARNING
from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.check import about, check
from smartrecruiters_calendar.audit.checks.baselines.mailboxes import all_declared, exception_for, to_be_narrowed
from smartrecruiters_calendar.audit.checks.baselines.sources import SOURCES
from smartrecruiters_calendar.audit.evidence import (
    Application,
    AppManagementPolicy,
    Held,
    ServicePrincipalFacts,
    Unread,
)
from smartrecruiters_calendar.audit.finding import Topic, Verdict, manual, not_read, passed
from smartrecruiters_calendar.entra.comparison import Permission
from smartrecruiters_calendar.entra.registration import Credential

_REQUIRED: Final = {
    "passwordAddition": "block password addition",
    "passwordLifetime": "restrict max password lifetime",
    "customPasswordAddition": "block custom passwords",
    "asymmetricKeyLifetime": "restrict max certificate lifetime",
}

_CONTROL_PLANE: Final = frozenset(
    {
        "62e90394-69f5-4237-9190-012177145e10",
        "e8611ab8-c189-46e8-94e1-60213ab1f814",
        "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
        "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
        "158c047a-c907-4556-b7ef-446551a6b5f7",
        "c4e39bd9-1100-46d3-8c65-fb160da0071f",
        "0526716b-113d-4c15-b2c8-68e3c22b9f80",
        "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
        "8329153b-31d0-4727-b945-745eb3bc5f31",
        "be2f45a1-457d-42af-a067-6ec1fa63bc45",
        "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2",
        "194ae4cb-b126-40b2-bd5b-6091b380977d",
        "fe930be7-5e62-47db-91af-98c3a49a38b1",
        "d29b2b05-8046-44ba-8758-1e26182fcf32",
        "e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8",
    }
)
"""Prowler's own list of directory roles, by template ID; shorter than that of `components.privileged`."""


def _control_plane(held: tuple[Held, ...]) -> str:
    """The roles that Prowler looks at, named; empty: none. It reads assignments alone, and those of any scope."""
    return ", ".join(f"the {one}" for one in held if one.role_template_id in _CONTROL_PLANE)


def _in_order(application: Application) -> list[Credential]:
    return sorted(application.credentials, key=lambda one: one.id)


@check(
    "prowler-app-policy",
    "Prowler entra_default_app_management_policy_enabled: four restrictions, none of them left out for this app",
    topic=Topic.BASELINES,
    why="Prowler reports a tenant whose default policy is off, or lacks one of four restrictions on app registrations.",
    risk="low",
    remedy="Nothing to do for this app; where the tenant blocks new secrets, it is exempted by a policy of its own.",
    reference=SOURCES["prowler-app-policy"].reference,
)
@about(lambda evidence: evidence.tenant_policy)
def app_policy(case: Case, policy: AppManagementPolicy) -> Iterator[Verdict]:
    held = {one.kind for one in (*policy.applications.secrets, *policy.applications.certificates) if one.enabled}
    missing = [name for kind, name in _REQUIRED.items() if kind not in held]
    if policy.enabled and not missing:
        yield passed(policy.name, f"Prowler passes the policy {policy.name!r}, which has all four restrictions.")
        return
    because = f"lacks: {', '.join(missing)}" if policy.enabled else "is not enabled"
    yield passed(
        policy.name,
        f"Prowler will raise entra_default_app_management_policy_enabled for the tenant, whose policy {policy.name!r} "
        f"{because}; not because of the {case.app}.",
    )


@check(
    "prowler-client-secret",
    "Prowler entra_app_registration_client_secret_unused: no client secrets",
    topic=Topic.BASELINES,
    why="Prowler makes one finding for each app registration that has client secrets, expired ones too.",
    risk="medium",
    remedy="Remove secrets that have ended; register the exception for the declared ones.",
    reference=SOURCES["prowler-client-secret"].reference,
)
@about(lambda evidence: evidence.application)
def client_secret(case: Case, application: Application) -> Iterator[Verdict]:
    secrets = [one for one in _in_order(application) if one.kind == "secret"]
    declared = [one for one in secrets if case.declaration(one)]
    rule = "entra_app_registration_client_secret_unused"
    if not secrets:
        yield passed(application.object_id, f"Prowler passes the {case.app}, which has no client secret.")
        return
    named = ", ".join(f"the {case.standing(one)} {one}" for one in secrets)
    ended = any(one.ends is None or one.ends <= case.now for one in secrets)
    verdict = passed if declared == secrets and not ended else manual
    yield verdict(
        application.object_id,
        f"Prowler will raise {rule} once for the {case.app}, for {named}.",
        exception=f"{rule}: SmartRecruiters signs in with {', '.join(f'the {one}' for one in declared)} of the "
        f"{case.app} and accepts no other kind of credential. Declared and rotated as code."
        if declared
        else None,
    )


@check(
    "prowler-credential-expiry",
    "Prowler entra_app_registration_credential_not_expired: each credential ends, in more than 30 days",
    topic=Topic.BASELINES,
    why="Prowler reports each secret and certificate of an app registration that has ended, ends within 30 days, or "
    "has no end.",
    risk="medium",
    remedy="Declare a newer secret in addition, deploy, deliver and prove it, then remove this one.",
    reference=SOURCES["prowler-credential-expiry"].reference,
)
@about(lambda evidence: evidence.application)
def credential_expiry(case: Case, application: Application) -> Iterator[Verdict]:
    for credential in _in_order(application):
        if credential.ends is None:
            why = "has no end"
        elif credential.ends <= case.now:
            why = "has ended"
        elif (days := case.days_until(credential.ends)) <= EXPIRY_WARNING.days:
            why = f"ends in {days} days"
        else:
            yield passed(credential.id, f"Prowler passes the {credential}, which ends in {days} days.", days)
            continue
        yield manual(
            credential.id,
            f"Prowler will raise entra_app_registration_credential_not_expired for the {credential}, which {why}.",
        )


@check(
    "prowler-mailbox-policy",
    "Prowler exchange_application_access_policy_restricts_mailbox_apps: mailbox permissions narrowed by a policy",
    topic=Topic.BASELINES,
    why="Prowler reports every enabled app with one of the eleven permissions of MT.1058 that no application access "
    "policy of the kind RestrictAccess is for.",
    risk="medium",
    remedy="Set calendarAccess to access-policy, or drop the tenant-wide grant with exchange-rbac.",
    reference=SOURCES["prowler-mailbox-policy"].reference,
)
@about(lambda evidence: evidence.granted)
def mailbox_policy(case: Case, granted: frozenset[Permission]) -> Iterator[Verdict]:
    rule = "exchange_application_access_policy_restricts_mailbox_apps"
    subject, found = case.deployed.client_id, to_be_narrowed(granted)
    principal, names = case.evidence.service_principal, ", ".join(found)
    if not found:
        yield passed(subject, f"Prowler does not look at the {case.app}, which has no mailbox permission.")
    elif isinstance(principal, ServicePrincipalFacts) and not principal.enabled:
        yield passed(subject, f"Prowler does not look at the {case.app}, which is disabled.")
    elif case.settings.calendar_access == "access-policy":
        yield manual(
            subject, f"Prowler passes {names} of the {case.app} if its application access policy is in Exchange."
        )
    else:
        verdict = passed if all_declared(case.declared.permissions, found) else manual
        yield verdict(
            subject,
            f"Prowler will raise {rule} for {names} of the {case.app}.",
            exception=exception_for(rule, case.app, case.declared.permissions, found),
        )


@check(
    "prowler-unused-privileges",
    "Prowler entra_app_registration_no_unused_privileged_permissions: no privileged permission lies idle",
    topic=Topic.BASELINES,
    why="Prowler reads from Microsoft Defender's app governance which privileged permissions an app has not used, and "
    "fails where there is none of that data.",
    risk="low",
    remedy="Look under App governance in Microsoft Defender, or run Prowler with ThreatHunting.Read.All.",
    reference=SOURCES["prowler-unused-privileges"].reference,
)
@about(lambda evidence: evidence.granted)
def unused_privileges(case: Case, granted: frozenset[Permission]) -> Iterator[Verdict]:
    rule, subject = "entra_app_registration_no_unused_privileged_permissions", case.deployed.client_id
    if not granted:
        yield passed(subject, f"Prowler passes the {case.app}, which has no permission.")
    else:
        yield manual(
            subject,
            f"Whether Prowler will raise {rule} for the {case.app} only Microsoft Defender's app governance knows "
            "(ThreatHunting.Read.All).",
        )


@check(
    "prowler-privileged-secret",
    "Prowler entra_service_principal_no_secrets_for_permanent_tier0_roles: no privileged role with a client secret",
    topic=Topic.BASELINES,
    why="Prowler reports every service principal that is assigned one of fifteen directory roles and, itself or by its "
    "app registration, has a client secret that has not ended.",
    risk="high",
    remedy="Remove the role: nothing here needs one.",
    reference=SOURCES["prowler-privileged-secret"].reference,
)
@about(lambda evidence: evidence.power.roles if evidence.power else None)
def privileged_secret(case: Case, held: tuple[Held, ...]) -> Iterator[Verdict]:
    secrets = [one for one in case.evidence.of_kind("secret") if one.ends is None or one.ends > case.now]
    yield _of_privileged(
        case,
        held,
        "entra_service_principal_no_secrets_for_permanent_tier0_roles",
        having=", ".join(f"the {case.standing(one)} {one}" for one in secrets),
        parts=(case.evidence.application, case.evidence.service_principal),
        nothing="no client secret in force",
    )


@check(
    "prowler-privileged-owners",
    "Prowler entra_service_principal_privileged_role_no_owners: no privileged role with an owner",
    topic=Topic.BASELINES,
    why="Prowler reports every service principal that is assigned one of fifteen directory roles and has an owner, its "
    "own or its app registration's.",
    risk="high",
    remedy="Remove the role: nothing here needs one, and the deployer has to own the app.",
    reference=SOURCES["prowler-privileged-owners"].reference,
)
@about(lambda evidence: evidence.power.roles if evidence.power else None)
def privileged_owners(case: Case, held: tuple[Held, ...]) -> Iterator[Verdict]:
    parts = (case.evidence.application_owners, case.evidence.service_principal_owners)
    owners = sorted({owner.object_id for part in parts if not isinstance(part, Unread) for owner in part})
    yield _of_privileged(
        case,
        held,
        "entra_service_principal_privileged_role_no_owners",
        having=f"the owners {', '.join(owners)}" if owners else "",
        parts=parts,
        nothing="no owner",
    )


def _of_privileged(
    case: Case, held: tuple[Held, ...], rule: str, *, having: str, parts: Iterable[object], nothing: str
) -> Verdict:
    """What a rule says of an app that has one of Prowler's privileged roles.

    Args:
        having: what the rule reports beside the role; empty: nothing was seen.
        parts: where it was looked for; what is unread there may hold it.
        nothing: how its absence is called.
    """
    subject, roles = case.deployed.client_id, _control_plane(held)
    if not roles:
        return passed(subject, f"Prowler passes the {case.app}, which has none of its privileged directory roles.")
    if having:
        return manual(subject, f"Prowler will raise {rule} for the {case.app}, which has {roles} and {having}.")
    if unread := next((part for part in parts if isinstance(part, Unread)), None):
        return not_read(unread)
    return passed(subject, f"Prowler passes the {case.app}, which has {roles} and {nothing}.")
