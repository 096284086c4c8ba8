"""What public baselines (CISA ScubaGear, Maester, Prowler) will raise for this app, with texts for the exceptions."""

from collections.abc import Iterator
from typing import Final

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.check import about, check
from smartrecruiters_calendar.audit.evidence import Application, SecretPolicy
from smartrecruiters_calendar.audit.finding import Topic, Verdict, manual, passed
from smartrecruiters_calendar.entra.comparison import Permission

_SCUBA: Final = "https://github.com/cisagov/ScubaGear/blob/main/PowerShell/ScubaGear/baselines/aad.md"
_DAYS: Final = 180
_NARROWED: Final = frozenset(
    {
        "Mail.Read",
        "Mail.ReadBasic",
        "Mail.ReadBasic.All",
        "Mail.ReadWrite",
        "Mail.Send",
        "MailboxSettings.Read",
        "MailboxSettings.ReadWrite",
        "Calendars.Read",
        "Calendars.ReadWrite",
        "Contacts.Read",
        "Contacts.ReadWrite",
    }
)
"""The permissions that MT.1058 looks at."""


@check(
    "cisa-5-5-new-secrets",
    "CISA MS.AAD.5.5v1: adding application passwords should be blocked",
    topic=Topic.BASELINES,
    why="ScubaGear reports every tenant whose app management policy lets applications have new client secrets.",
    risk="medium",
    remedy="Block new secrets in the tenant and exempt this app by an app management policy of its own.",
    reference=_SCUBA,
)
@about(lambda evidence: evidence.tenant_policy)
def cisa_new_secrets(case: Case, policy: SecretPolicy) -> Iterator[Verdict]:
    if policy.blocks_new_secrets:
        yield passed(policy.name, f"The tenant's policy {policy.name!r} blocks new client secrets.")
    else:
        yield manual(
            policy.name,
            f"MS.AAD.5.5v1 will be raised for the tenant: its policy {policy.name!r} allows new client secrets.",
            exception=f"MS.AAD.5.5v1 (SHOULD): the {case.app} needs client secrets, since SmartRecruiters signs in "
            "with nothing else. Its secrets are declared, dated, reviewed and rotated as code. Where the tenant blocks "
            "new secrets, this app is exempted by an app management policy of its own.",
        )


@check(
    "cisa-5-6-secret-lifetime",
    "CISA MS.AAD.5.6v1: application passwords should live 180 days or less",
    topic=Topic.BASELINES,
    why="ScubaGear asks for a policy of at most 180 days; a secret that lives longer could not be created under it.",
    risk="medium",
    remedy="Declare `days: 180` instead of years for the next secret, after asking SmartRecruiters: its guide names 1 "
    "or 2 years.",
    reference=_SCUBA,
)
def cisa_secret_lifetime(case: Case) -> Iterator[Verdict]:
    for secret in case.evidence.of_kind("secret"):
        days = secret.lifetime_days
        if days is not None and days <= _DAYS:
            yield passed(secret.id, f"The {secret} lives {days} days.", days)
        elif days is not None:
            yield manual(
                secret.id,
                f"The {secret} lives {days} days, more than the {_DAYS} that MS.AAD.5.6v1 allows.",
                days,
                f"MS.AAD.5.6v1 (SHOULD): the {secret} of the {case.app} lives {days} days. SmartRecruiters' guide "
                "names 1 or 2 years, and each change has to be entered there by a person or a recorded session. The "
                "end date is declared and reviewed, and a warning comes 30 days before it.",
            )


@check(
    "maester-1057-secrets",
    "Maester MT.1057: app registrations should no longer use secrets",
    topic=Topic.BASELINES,
    why="Maester reports every app registration that has a client secret, whatever its lifetime.",
    risk="medium",
    remedy="None here: SmartRecruiters accepts only a client secret. Register the exception.",
    reference="https://maester.dev/docs/tests/MT.1057",
)
@about(lambda evidence: evidence.application)
def maester_secrets(case: Case, application: Application) -> Iterator[Verdict]:
    count = sum(credential.kind == "secret" for credential in application.credentials)
    secrets = "1 client secret" if count == 1 else f"{count} client secrets"
    if not count:
        yield passed(application.object_id, f"The {case.app} has no client secret.")
    else:
        yield manual(
            application.object_id,
            f"MT.1057 will be raised for the {case.app}, which has {secrets}.",
            exception=f"MT.1057: the {case.app} has {secrets}, since SmartRecruiters' settings accept a client secret "
            "and neither a certificate nor a federated credential. Declared, dated and rotated as code; foreign "
            "secrets are reported.",
        )


@check(
    "maester-1058-mailboxes",
    "Maester MT.1058: mailbox permissions should be narrowed by an access policy",
    topic=Topic.BASELINES,
    why="Maester reports every app with one of eleven mailbox permissions and no application access policy. It does "
    "not see scopes of Exchange's RBAC for Applications.",
    risk="medium",
    remedy="Set calendarAccess to access-policy, or drop the tenant-wide grant with exchange-rbac.",
    reference="https://maester.dev/docs/tests/MT.1058",
)
@about(lambda evidence: evidence.granted)
def maester_mailboxes(case: Case, granted: frozenset[Permission]) -> Iterator[Verdict]:
    subject = case.deployed.client_id
    names = ", ".join(sorted(one.name for one in granted if one.kind == "application" and one.name in _NARROWED))
    if not names:
        yield passed(subject, f"The {case.app} has none of the permissions that MT.1058 looks at.")
    elif case.settings.calendar_access == "access-policy":
        yield manual(
            subject, f"MT.1058 passes for {names} of the {case.app} if its application access policy is in Exchange."
        )
    else:
        yield manual(
            subject,
            f"MT.1058 will be raised for {names} of the {case.app}, which no application access policy narrows.",
            exception=f"MT.1058: {names} of the {case.app} covers every mailbox. SmartRecruiters books rooms and reads "
            "interviewers' availability throughout the company, and it has not confirmed that it works with less.",
        )


@check(
    "prowler-client-secret",
    "Prowler entra_app_registration_client_secret_unused: no client secrets",
    topic=Topic.BASELINES,
    why="Prowler reports every app registration with a client secret, expired ones too; in older versions the check is "
    "called entra_app_registration_no_password_credentials.",
    risk="medium",
    remedy="Remove secrets that have ended; register the exception for the current one.",
    reference="https://hub.prowler.com/check/entra_app_registration_client_secret_unused",
)
def prowler_client_secret(case: Case) -> Iterator[Verdict]:
    for secret in case.evidence.of_kind("secret"):
        standing = case.standing(secret)
        yield manual(
            secret.id,
            f"Prowler will raise entra_app_registration_client_secret_unused for the {standing} {secret}.",
            exception=None
            if standing in ("foreign", "other-stack")
            else f"entra_app_registration_client_secret_unused: SmartRecruiters signs in with the {standing} {secret} "
            f"of the {case.app} and accepts no other kind of credential. Declared and rotated as code.",
        )
