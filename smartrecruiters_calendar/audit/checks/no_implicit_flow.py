"""The implicit flow hands tokens to a browser; the integration needs none."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Application
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="no-implicit-flow",
    title="The implicit flow is off",
    topic=Topic.APPLICATION,
    why="It puts tokens into the address of a page, where history, logs and other sites can read them.",
    risk="medium",
    remedy="Run `pulumi up`, or untick both tokens under App registrations, the app, Authentication.",
    reference="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-implicit-grant-flow",
)


def findings(case: Case) -> Iterator[Finding]:
    """One."""
    return CHECK.on(case.evidence.application, partial(_off, case))


def _off(case: Case, application: Application) -> Iterator[Finding]:
    if application.implicit_tokens:
        kinds = " and ".join(application.implicit_tokens)
        yield CHECK.failed(application.object_id, f"The {case.app} hands out {kinds} tokens by the implicit flow.")
    else:
        yield CHECK.passed(application.object_id, f"The {case.app} hands out no token by the implicit flow.")
