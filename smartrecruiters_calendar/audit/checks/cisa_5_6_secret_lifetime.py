"""CISA ScubaGear MS.AAD.5.6v1: client secrets live for 180 days or less."""

from collections.abc import Iterator

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="cisa-5-6-secret-lifetime",
    title="CISA MS.AAD.5.6v1: application passwords should live 180 days or less",
    topic=Topic.BASELINES,
    why="ScubaGear asks for a policy of at most 180 days; a secret that lives longer could not be made under it.",
    risk="medium",
    remedy="Declare `days: 180` instead of years for the next secret, after asking SmartRecruiters: its guide names 1 "
    "or 2 years.",
    reference="https://github.com/cisagov/ScubaGear/blob/main/PowerShell/ScubaGear/baselines/aad.md",
)
_DAYS = 180


def findings(case: Case) -> Iterator[Finding]:
    """One per secret."""
    for credential in sorted(case.evidence.credentials, key=lambda one: one.id):
        days = credential.lifetime_days
        if credential.kind != "secret" or days is None:
            continue
        if days <= _DAYS:
            yield CHECK.passed(credential.id, f"The {credential} lives {days} days.", days=days)
        else:
            yield CHECK.manual(
                credential.id,
                f"The {credential} lives {days} days, more than the {_DAYS} that MS.AAD.5.6v1 allows.",
                days=days,
                exception=f"MS.AAD.5.6v1 (SHOULD): the {credential} of the {case.app} lives {days} days. "
                "SmartRecruiters' guide names 1 or 2 years, and each change has to be entered there by a person or a "
                "recorded session. The end date is declared and reviewed, and a warning comes 30 days before it.",
            )
