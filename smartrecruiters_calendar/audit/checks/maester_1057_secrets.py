"""Maester MT.1057: app registrations use no client secrets."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Application
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="maester-1057-secrets",
    title="Maester MT.1057: app registrations should no longer use secrets",
    topic=Topic.BASELINES,
    why="Maester reports every app registration that has a client secret, whatever its life.",
    risk="medium",
    remedy="None here: SmartRecruiters takes a client secret and nothing else. Register the exception.",
    reference="https://maester.dev/docs/tests/MT.1057",
)


def findings(case: Case) -> Iterator[Finding]:
    """One."""
    return CHECK.on(case.evidence.application, partial(_secrets, case))


def _secrets(case: Case, application: Application) -> Iterator[Finding]:
    count = sum(credential.kind == "secret" for credential in application.credentials)
    if not count:
        yield CHECK.passed(application.object_id, f"The {case.app} has no client secret.")
        return
    secrets = "1 client secret" if count == 1 else f"{count} client secrets"
    yield CHECK.manual(
        application.object_id,
        f"MT.1057 will be raised for the {case.app}, which has {secrets}.",
        exception=f"MT.1057: the {case.app} has {secrets}, since SmartRecruiters' settings take a client secret and "
        "neither a certificate nor a federated credential. Declared, dated and rotated as code; foreign secrets are "
        "reported.",
    )
