"""What signs in as the app: the declared secrets, how long they last, and nothing else."""

from collections.abc import Iterator

from components.client_secrets import EXPIRY_WARNING
from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.check import about, check
from smartrecruiters_calendar.audit.evidence import Application, AppManagementPolicy, PolicyRestriction, Unread
from smartrecruiters_calendar.audit.finding import Topic, Verdict, failed, manual, not_read, passed
from smartrecruiters_calendar.entra.graph_objects import by_precedence
from smartrecruiters_calendar.entra.registration import Credential


@check(
    "secrets-as-declared",
    "Every client secret is a declared one",
    topic=Topic.CREDENTIALS,
    why="Anyone who holds an undeclared secret reads and writes every calendar, and no rotation ends it.",
    risk="high",
    remedy="Find out who created it, then remove it under App registrations, the app, Certificates & secrets. A "
    "declared one that is missing is created again by `pulumi up --refresh`; deliver it after that. One that bears "
    "another stack's name: make sure first that no such stack uses the app any more.",
    reference="https://learn.microsoft.com/graph/api/resources/passwordcredential",
)
def secrets_as_declared(case: Case) -> Iterator[Verdict]:
    yield from _missing_secrets(case)
    for secret in case.evidence.of_kind("secret"):
        standing = case.standing(secret)
        made = f", created on {secret.starts:%Y-%m-%d}" if secret.starts else ""
        if standing == "foreign":
            yield failed(secret.id, f"The {secret} of the {case.app}{made} is foreign: it is not declared.")
        elif standing == "other-stack":
            yield failed(
                secret.id,
                f"The {secret} of the {case.app}{made} bears the name of the stack {case.other_stack(secret)}, and "
                "this stack does not declare it.",
            )
        else:
            yield passed(secret.id, f"The {secret} of the {case.app} is the declared {standing} one.")


@about(lambda evidence: evidence.application)
def _missing_secrets(case: Case, application: Application) -> Iterator[Verdict]:
    found = {credential.id for credential in application.credentials}
    for secret, key in case.key_of.items():
        if key is None:
            yield failed(
                secret.key_name(case.stack), f"The secret issued on {secret.issued} is declared, but not deployed yet."
            )
        elif key not in found:
            yield failed(key, f"The declared secret issued on {secret.issued} ({key}) is no longer in the tenant.")


@check(
    "secret-ends-as-declared",
    "Each declared secret ends on the declared day",
    topic=Topic.CREDENTIALS,
    why="The end date is a reviewed decision; a secret that lives longer is one that nobody agreed to.",
    risk="medium",
    remedy="Rotate: a secret's end cannot be changed.",
    reference="https://learn.microsoft.com/graph/api/application-addpassword",
)
def secret_ends_as_declared(case: Case) -> Iterator[Verdict]:
    for credential, declared in case.declared_credentials():
        if credential.ends == declared.ends:
            yield passed(credential.id, f"The {credential} ends on {declared.ends:%Y-%m-%d} as declared.")
        else:
            found = f"ends on {credential.ends:%Y-%m-%d}" if credential.ends else "never ends"
            yield failed(credential.id, f"The {credential} {found}, but {declared.ends:%Y-%m-%d} is declared.")


@check(
    "secret-named-as-declared",
    "Each declared secret has the declared display name",
    topic=Topic.CREDENTIALS,
    why="The name shows people in Entra which stack and day a secret belongs to, and which one not to remove.",
    risk="low",
    remedy="Rotate: the provider would replace the secret to rename it.",
    reference="https://learn.microsoft.com/graph/api/resources/passwordcredential",
)
def secret_named_as_declared(case: Case) -> Iterator[Verdict]:
    for credential, declared in case.declared_credentials():
        name = case.key_name(declared)
        if credential.name == name:
            yield passed(credential.id, f"The {credential} has its declared display name.")
        else:
            yield failed(credential.id, f"The {credential} is declared under the display name {name!r}.")


@check(
    "credentials-not-ending",
    "No credential has ended or ends within 30 days",
    topic=Topic.CREDENTIALS,
    why="SmartRecruiters cannot sign in with an expired secret: interviews stop being booked on that day.",
    risk="high",
    remedy="Declare a newer secret in addition, deploy, deliver and prove it, then remove this one.",
    reference="https://hub.prowler.com/check/entra_app_registration_credential_not_expired",
)
def credentials_not_ending(case: Case) -> Iterator[Verdict]:
    for credential in case.evidence.of_kind("secret", "certificate"):
        yield _end(case, credential)


def _end(case: Case, credential: Credential) -> Verdict:
    ends = credential.ends
    if ends is None:
        return failed(credential.id, f"The {credential} has no end date.")
    days = case.days_until(ends)
    if ends <= case.now:
        return failed(credential.id, f"The {credential} ended on {ends:%Y-%m-%d}, {-days} days ago.", days)
    sentence = f"The {credential} ends on {ends:%Y-%m-%d}, in {days} days"
    if ends - case.now > EXPIRY_WARNING:
        return passed(credential.id, f"{sentence}.", days)
    if case.standing(credential) == "outgoing":
        advice = "it is the outgoing one: make sure that SmartRecruiters holds the current one"
        return manual(credential.id, f"{sentence}; {advice}.", days)
    return failed(credential.id, f"{sentence}, within the warning period of {EXPIRY_WARNING.days} days.", days)


@check(
    "no-certificates",
    "No certificate signs in as the app",
    topic=Topic.CREDENTIALS,
    why="A certificate works like a secret, outlives every rotation of secrets, and is easily overlooked.",
    risk="high",
    remedy="Find out who added it, then remove it under App registrations, the app, Certificates & secrets.",
    reference="https://learn.microsoft.com/graph/api/resources/keycredential",
)
@about(lambda evidence: evidence.application)
def no_certificates(case: Case, application: Application) -> Iterator[Verdict]:
    found = case.evidence.of_kind("certificate")
    if not found:
        yield passed(application.object_id, f"The {case.app} has no certificate.")
    yield from _undeclared(case, found)


@check(
    "no-federated-credentials",
    "No foreign workload signs in as the app",
    topic=Topic.CREDENTIALS,
    why="A federated credential lets a workload elsewhere sign in as the app without any secret, and it never ends.",
    risk="high",
    remedy="Find out who added it, then remove it under Certificates & secrets, Federated credentials.",
    reference="https://learn.microsoft.com/graph/api/application-list-federatedidentitycredentials",
)
@about(lambda evidence: evidence.federated)
def no_federated_credentials(case: Case, found: tuple[Credential, ...]) -> Iterator[Verdict]:
    if not found:
        yield passed(case.deployed.application_object_id, f"The {case.app} has no federated credential.")
    yield from _undeclared(case, case.evidence.of_kind("federated"))


def _undeclared(case: Case, credentials: list[Credential]) -> Iterator[Verdict]:
    for credential in credentials:
        yield failed(credential.id, f"The {credential} signs in as the {case.app}, but is not declared.")


@check(
    "rotation-allowed",
    "The tenant's policy allows the next client secret",
    topic=Topic.CREDENTIALS,
    why="A policy blocks only new secrets: everything works until the day a rotation is refused.",
    risk="medium",
    remedy="Declare a shorter life in days, or have the policy's owner exempt this app.",
    reference="https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy",
)
def rotation_allowed(case: Case) -> Iterator[Verdict]:
    own, default = case.evidence.own_policy, case.evidence.tenant_policy
    for policy in (own, default):
        if isinstance(policy, Unread):
            yield not_read(policy)
            return
    newest = case.settings.declared_secrets()[0]
    days = (newest.ends.date() - newest.issued).days
    refused = False
    for policy, restriction in _in_force(case):
        longest = restriction.longest_days
        if restriction.kind == "passwordAddition":
            yield failed(policy.name, f"The policy {policy.name!r} blocks new secrets for the {case.app}.")
        elif restriction.kind == "passwordLifetime" and longest is not None and days > longest:
            sentence = (
                f"The policy {policy.name!r} allows secrets of {longest} days, but the {case.app} declares {days}"
            )
            yield failed(policy.name, f"{sentence} days.", days)
        else:
            continue
        refused = True
    if not refused:
        names = " and ".join(repr(policy.name) for policy in _policies(case))
        yield passed(_policies(case)[0].name, f"A secret of {days} days is allowed by {names}.", days)


def _policies(case: Case) -> list[AppManagementPolicy]:
    """The app's own, if it has one, and the tenant's default."""
    both = (case.evidence.own_policy, case.evidence.tenant_policy)
    return [policy for policy in both if isinstance(policy, AppManagementPolicy)]


def _in_force(case: Case) -> Iterator[tuple[AppManagementPolicy, PolicyRestriction]]:
    """The restrictions on secrets that concern the app, each with the policy that it is of."""
    *own, default = ([(policy, one) for one in policy.about_secrets] for policy in _policies(case))
    application = case.evidence.application
    created = application.created if isinstance(application, Application) else None
    for policy, one in by_precedence(default, own[0] if own else [], lambda pair: pair[1].kind):
        later_apps_only = one.created_after is not None and created is not None and created <= one.created_after
        if one.enabled and not later_apps_only:
            yield policy, one
