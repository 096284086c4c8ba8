"""Maester: MT.1002, MT.1057, MT.1058 and MT.1075."""

from collections.abc import Iterator

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.check import about, check
from smartrecruiters_calendar.audit.checks.baselines.mailboxes import all_declared, exception_for, to_be_narrowed
from smartrecruiters_calendar.audit.checks.baselines.sources import SOURCES
from smartrecruiters_calendar.audit.evidence import Application, AppManagementPolicy, ServicePrincipalFacts
from smartrecruiters_calendar.audit.finding import Topic, Verdict, manual, passed
from smartrecruiters_calendar.entra.comparison import Permission


@check(
    "maester-1002-policy",
    "Maester MT.1002: the default app management policy should be enabled, and this app needs no other",
    topic=Topic.BASELINES,
    why="Maester reports a tenant whose default policy is not enabled, whatever it restricts.",
    risk="low",
    remedy="Nothing to do for this app.",
    reference=SOURCES["maester-1002-policy"].reference,
)
@about(lambda evidence: evidence.tenant_policy)
def default_policy(case: Case, policy: AppManagementPolicy) -> Iterator[Verdict]:
    if policy.enabled:
        yield passed(policy.name, f"MT.1002 passes: the policy {policy.name!r} is enabled.")
    else:
        yield passed(
            policy.name,
            f"MT.1002 will be raised for the tenant, whose policy {policy.name!r} is not enabled; not because of the "
            f"{case.app}.",
        )


@check(
    "maester-1057-secrets",
    "Maester MT.1057: app registrations should no longer use secrets",
    topic=Topic.BASELINES,
    why="Maester reports every app registration that has a client secret, whatever its lifetime.",
    risk="medium",
    remedy="None here: SmartRecruiters accepts only a client secret. Register the exception.",
    reference=SOURCES["maester-1057-secrets"].reference,
)
@about(lambda evidence: evidence.application)
def secrets(case: Case, application: Application) -> Iterator[Verdict]:
    count = sum(credential.kind == "secret" for credential in application.credentials)
    if not count:
        yield passed(application.object_id, f"MT.1057 passes: the {case.app} has no client secret.")
        return
    declared = sum(one.kind == "secret" and case.declaration(one) is not None for one in application.credentials)
    verdict = passed if declared == count else manual
    yield verdict(
        application.object_id,
        f"MT.1057 will be raised for the {case.app}, which has {_counted(count)}.",
        exception=f"MT.1057: {_counted(declared)} of the {case.app} {'is' if declared == 1 else 'are'} declared, since "
        "SmartRecruiters' settings accept a client secret and neither a certificate nor a federated credential. Dated "
        "and rotated as code."
        if declared
        else None,
    )


def _counted(secrets: int) -> str:
    return "1 client secret" if secrets == 1 else f"{secrets} client secrets"


@check(
    "maester-1058-mailboxes",
    "Maester MT.1058: mailbox permissions should be narrowed by an access policy",
    topic=Topic.BASELINES,
    why="Maester reports every app with one of eleven mailbox permissions of Graph and no application access policy "
    "of any kind. It does not see scopes of Exchange's RBAC for Applications.",
    risk="medium",
    remedy="Set calendarAccess to access-policy, or drop the tenant-wide grant with exchange-rbac.",
    reference=SOURCES["maester-1058-mailboxes"].reference,
)
@about(lambda evidence: evidence.granted)
def mailboxes(case: Case, granted: frozenset[Permission]) -> Iterator[Verdict]:
    subject, found = case.deployed.client_id, to_be_narrowed(granted)
    names = ", ".join(found)
    if not found:
        yield passed(subject, f"MT.1058 passes: the {case.app} has none of the permissions that it looks at.")
    elif case.settings.calendar_access == "access-policy":
        yield manual(
            subject, f"MT.1058 passes for {names} of the {case.app} if its application access policy is in Exchange."
        )
    else:
        verdict = passed if all_declared(case.declared.permissions, found) else manual
        yield verdict(
            subject,
            f"MT.1058 will be raised for {names} of the {case.app}, which no application access policy narrows.",
            exception=exception_for("MT.1058", case.app, case.declared.permissions, found),
        )


@check(
    "maester-1075-assignment",
    "Maester MT.1075: people should need an assignment to use an app",
    topic=Topic.BASELINES,
    why="Maester reports every enabled service principal of an app that is not Microsoft's and requires no assignment.",
    risk="low",
    remedy="Switch on Assignment required under Enterprise applications, the app, Properties, after asking "
    "SmartRecruiters whether the person who saves the credentials signs in.",
    reference=SOURCES["maester-1075-assignment"].reference,
)
@about(lambda evidence: evidence.service_principal)
def assignment(case: Case, principal: ServicePrincipalFacts) -> Iterator[Verdict]:
    if principal.assignment_required:
        yield passed(principal.object_id, f"MT.1075 passes: the {case.app} requires an assignment.")
    elif not principal.enabled:
        yield passed(principal.object_id, f"MT.1075 passes: the {case.app} is disabled.")
    else:
        verdict = manual if case.declared.delegated else passed
        yield verdict(
            principal.object_id,
            f"MT.1075 will be raised for the {case.app}, which anybody in the tenant may use.",
            exception=None
            if case.declared.delegated
            else f"MT.1075: the {case.app} signs in as itself and offers people nothing to sign in to; an assignment "
            "would keep nobody from anything.",
        )
