"""Secrets and certificates that have ended, or end within 30 days."""

from collections.abc import Iterator
from datetime import datetime

from components.client_secrets import EXPIRY_WARNING
from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Credential
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="credentials-not-ending",
    title="No credential has ended or ends within 30 days",
    topic=Topic.CREDENTIALS,
    why="SmartRecruiters cannot sign in with an ended secret: interviews stop being booked on that day.",
    risk="high",
    remedy="Declare a newer secret beside it, deploy, deliver and prove it, then remove this one.",
    reference="https://hub.prowler.com/check/entra_app_registration_credential_not_expired",
)


def findings(case: Case) -> Iterator[Finding]:
    """One per secret and certificate."""
    for credential in sorted(case.evidence.credentials, key=lambda one: one.id):
        if credential.kind == "federated":
            continue
        if credential.ends is None:
            yield CHECK.failed(credential.id, f"The {credential} has no end date.")
        else:
            yield _judged(case, credential, credential.ends)


def _judged(case: Case, credential: Credential, ends: datetime) -> Finding:
    days = case.days_until(ends)
    if ends <= case.now:
        sentence = f"The {credential} ended on {ends:%Y-%m-%d}, {-days} days ago."
        return CHECK.failed(credential.id, sentence, days=days)
    sentence = f"The {credential} ends on {ends:%Y-%m-%d}, in {days} days"
    if ends - case.now > EXPIRY_WARNING:
        return CHECK.passed(credential.id, f"{sentence}.", days=days)
    if case.standing(credential) == "outgoing":
        return CHECK.manual(
            credential.id,
            f"{sentence}; it is the outgoing one: make sure that SmartRecruiters holds the current one.",
            days=days,
        )
    return CHECK.failed(credential.id, f"{sentence}, within the {EXPIRY_WARNING.days} days of warning.", days=days)
