"""The deployer is an identity of its own, not somebody's account."""

from collections.abc import Iterator

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Unread
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="deployer-owns",
    title="A deployer that is no person owns the app",
    topic=Topic.OWNERS,
    why="A pipeline's service principal has an owner, a log and an end; a person's account leaves with the person.",
    risk="low",
    remedy="Deploy as a service principal or managed identity and configure it as an owner.",
    reference="https://learn.microsoft.com/entra/workload-id/workload-identities-overview",
)


def findings(case: Case) -> Iterator[Finding]:
    """One."""
    owners = case.evidence.application_owners
    if isinstance(owners, Unread):
        yield CHECK.not_read(owners)
        return
    configured = set(case.settings.owners)
    deployers = [one for one in owners if one.kind == "service principal" and one.object_id in configured]
    if deployers:
        named = ", ".join(str(one) for one in sorted(deployers, key=lambda one: one.object_id))
        yield CHECK.passed(case.deployed.application_object_id, f"The {named} can deploy the {case.app} as its owner.")
    elif any(one.kind not in ("service principal", "person") for one in owners):
        yield CHECK.manual(
            case.deployed.application_object_id,
            f"Whether a service principal is among the owners of the {case.app} is not known.",
        )
    else:
        yield CHECK.manual(
            case.deployed.application_object_id,
            f"No service principal is an owner of the {case.app}: it is deployed by a person, or not at all any more.",
        )
