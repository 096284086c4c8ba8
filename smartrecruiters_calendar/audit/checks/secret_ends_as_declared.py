"""The end date of each declared secret, in the tenant and in the declaration."""

from collections.abc import Iterator

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="secret-ends-as-declared",
    title="Each declared secret ends on the declared day",
    topic=Topic.CREDENTIALS,
    why="The end date is a reviewed decision; a secret that lives longer is one that nobody agreed to.",
    risk="medium",
    remedy="Rotate: a secret's end cannot be changed.",
    reference="https://learn.microsoft.com/graph/api/application-addpassword",
)


def findings(case: Case) -> Iterator[Finding]:
    """One per declared secret that is in the tenant."""
    for credential in sorted(case.evidence.credentials, key=lambda one: one.id):
        declared = case.declaration(credential)
        if declared is None:
            continue
        if credential.ends == declared.ends:
            yield CHECK.passed(credential.id, f"The {credential} ends on {declared.ends:%Y-%m-%d} as declared.")
        else:
            found = f"on {credential.ends:%Y-%m-%d}" if credential.ends else "never"
            yield CHECK.failed(
                credential.id, f"The {credential} ends {found}, and {declared.ends:%Y-%m-%d} is declared."
            )
