"""CISA ScubaGear MS.AAD.5.5v1: the tenant blocks new client secrets."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import SecretPolicy
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="cisa-5-5-new-secrets",
    title="CISA MS.AAD.5.5v1: adding application passwords should be blocked",
    topic=Topic.BASELINES,
    why="ScubaGear reports every tenant whose app management policy lets applications have new client secrets.",
    risk="medium",
    remedy="Block new secrets in the tenant and exempt this app by an app management policy of its own.",
    reference="https://github.com/cisagov/ScubaGear/blob/main/PowerShell/ScubaGear/baselines/aad.md",
)


def findings(case: Case) -> Iterator[Finding]:
    """One, about the tenant."""
    return CHECK.on(case.evidence.tenant_policy, partial(_blocked, case))


def _blocked(case: Case, policy: SecretPolicy) -> Iterator[Finding]:
    if policy.blocks_new_secrets:
        yield CHECK.passed(policy.name, f"The tenant's policy {policy.name!r} blocks new client secrets.")
    else:
        yield CHECK.manual(
            policy.name,
            f"MS.AAD.5.5v1 will be raised for the tenant: its policy {policy.name!r} blocks no new client secret.",
            exception=f"MS.AAD.5.5v1 (SHOULD): the {case.app} needs client secrets, since SmartRecruiters signs in "
            "with nothing else. Its secrets are declared, dated, reviewed and rotated as code. Where the tenant blocks "
            "new secrets, this app is exempted by an app management policy of its own.",
        )
