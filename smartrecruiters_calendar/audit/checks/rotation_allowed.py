"""App management policies that would refuse the next secret."""

from collections.abc import Iterator

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import SecretPolicy, Unread
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="rotation-allowed",
    title="The tenant's policy allows the next client secret",
    topic=Topic.CREDENTIALS,
    why="A policy stops new secrets only: everything works until the day a rotation is refused.",
    risk="medium",
    remedy="Declare a shorter life in days, or have the policy's owner exempt this app.",
    reference="https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy",
)


def findings(case: Case) -> Iterator[Finding]:
    """One."""
    # A policy of the app's own takes the place of the tenant's default.
    own, default = case.evidence.own_policy, case.evidence.tenant_policy
    policy = default if own is None else own
    yield CHECK.not_read(policy) if isinstance(policy, Unread) else _judged(case, policy)


def _judged(case: Case, policy: SecretPolicy) -> Finding:
    newest = case.settings.declared_secrets()[0]
    days = (newest.ends.date() - newest.issued).days
    if policy.blocks_new_secrets:
        return CHECK.failed(policy.name, f"The policy {policy.name!r} lets the {case.app} have no new secret.")
    if policy.longest_days is not None and days > policy.longest_days:
        return CHECK.failed(
            policy.name,
            f"The policy {policy.name!r} allows secrets of {policy.longest_days} days, and the {case.app} declares "
            f"{days} days.",
            days=days,
        )
    return CHECK.passed(policy.name, f"The policy {policy.name!r} allows a secret of {days} days.", days=days)
