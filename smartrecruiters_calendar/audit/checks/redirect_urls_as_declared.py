"""Redirect URLs against the declared one, on every platform."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Application, RedirectUrl
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="redirect-urls-as-declared",
    title="The declared redirect URL is the only one",
    topic=Topic.APPLICATION,
    why="Entra sends sign-in answers to every registered address; a foreign one is how tokens are stolen.",
    risk="high",
    remedy="Run `pulumi up`, which sets the redirect URLs back; remove single-page and public-client ones in Entra.",
    reference="https://learn.microsoft.com/entra/identity-platform/reply-url",
)


def findings(case: Case) -> Iterator[Finding]:
    """One per URL, declared or registered."""
    return CHECK.on(case.evidence.application, partial(_compare, case))


def _compare(case: Case, application: Application) -> Iterator[Finding]:
    declared = RedirectUrl(case.settings.redirect_url)
    if declared not in application.redirect_urls:
        yield CHECK.failed(declared.url, f"The redirect URL {declared.url} is declared, and the {case.app} lacks it.")
    for found in sorted(application.redirect_urls, key=lambda one: (one.platform, one.url)):
        if found == declared:
            yield CHECK.passed(found.url, f"The {case.app} has the declared redirect URL {found.url}.")
        else:
            yield CHECK.failed(
                f"{found.platform} {found.url}",
                f"The {case.app} has the {found.platform} redirect URL {found.url}, which nobody declared.",
            )
