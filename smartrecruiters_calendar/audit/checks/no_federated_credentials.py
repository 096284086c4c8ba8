"""Federated credentials: none is declared, so none may exist."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Credential
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="no-federated-credentials",
    title="No foreign workload signs in as the app",
    topic=Topic.CREDENTIALS,
    why="A federated credential lets a workload elsewhere be the app without any secret, and it never ends.",
    risk="high",
    remedy="Find out who added it, then remove it under Certificates & secrets, Federated credentials.",
    reference="https://learn.microsoft.com/graph/api/application-list-federatedidentitycredentials",
)


def findings(case: Case) -> Iterator[Finding]:
    """One per federated credential; one when there are none."""
    return CHECK.on(case.evidence.federated, partial(_none, case))


def _none(case: Case, found: tuple[Credential, ...]) -> Iterator[Finding]:
    if not found:
        yield CHECK.passed(case.deployed.application_object_id, f"The {case.app} has no federated credential.")
    for credential in sorted(found, key=lambda one: one.id):
        yield CHECK.failed(credential.id, f"The {credential} signs in as the {case.app}, and nobody declared it.")
