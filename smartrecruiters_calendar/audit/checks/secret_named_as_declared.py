"""The display name of each declared secret, in the tenant and in the declaration."""

from collections.abc import Iterator

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="secret-named-as-declared",
    title="Each declared secret has the declared display name",
    topic=Topic.CREDENTIALS,
    why="The name tells people in Entra which stack and day a secret belongs to, and which one not to remove.",
    risk="low",
    remedy="Rotate: the provider would replace the secret to name it anew.",
    reference="https://learn.microsoft.com/graph/api/resources/passwordcredential",
)


def findings(case: Case) -> Iterator[Finding]:
    """One per declared secret that is in the tenant."""
    for credential in sorted(case.evidence.credentials, key=lambda one: one.id):
        declared = case.declaration(credential)
        if declared is None:
            continue
        name = declared.key_name(case.stack)
        if credential.name == name:
            yield CHECK.passed(credential.id, f"The {credential} has its declared display name.")
        else:
            yield CHECK.failed(credential.id, f"The {credential} is declared under the display name {name!r}.")
