"""Client secrets against the declared ones, both ways, by key ID."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Application
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="secrets-as-declared",
    title="Every client secret is a declared one",
    topic=Topic.CREDENTIALS,
    why="Whoever holds a foreign secret reads and writes every calendar, and no rotation ends it.",
    risk="high",
    remedy="Find out who made it, then remove it under App registrations, the app, Certificates & secrets. A declared "
    "one that is missing comes back with `pulumi up`, to be delivered anew.",
    reference="https://learn.microsoft.com/graph/api/resources/passwordcredential",
)


def findings(case: Case) -> Iterator[Finding]:
    """One per secret, declared or found."""
    yield from CHECK.on(case.evidence.application, partial(_missing, case))
    for credential in sorted(case.evidence.credentials, key=lambda one: one.id):
        if credential.kind == "secret":
            standing = case.standing(credential)
            if standing == "foreign":
                made = f", made on {credential.starts:%Y-%m-%d}" if credential.starts else ""
                yield CHECK.failed(
                    credential.id, f"The {credential} of the {case.app}{made} is foreign: nobody declared it."
                )
            else:
                yield CHECK.passed(credential.id, f"The {credential} of the {case.app} is the declared {standing} one.")


def _missing(case: Case, application: Application) -> Iterator[Finding]:
    found = {credential.id for credential in application.credentials}
    for secret, key in case.key_of.items():
        if key is None:
            yield CHECK.failed(
                secret.key_name(case.stack), f"The secret issued on {secret.issued} is declared and not deployed yet."
            )
        elif key not in found:
            yield CHECK.failed(
                key, f"The declared secret issued on {secret.issued} ({key}) is not in the tenant any more."
            )
