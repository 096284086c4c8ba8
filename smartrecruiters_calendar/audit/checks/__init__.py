"""The checks, grouped by subject. Every `Check` that a module here defines is run."""

from typing import Final

from smartrecruiters_calendar.audit.check import Check
from smartrecruiters_calendar.audit.checks import application, credentials, owners, permissions, power, program, use
from smartrecruiters_calendar.audit.checks.baselines import cisa, maester, prowler
from smartrecruiters_calendar.audit.finding import Topic

_TOPICS: Final = list(Topic)

ALL_CHECKS: Final[tuple[Check, ...]] = tuple(
    sorted(
        (
            found
            for module in (permissions, application, credentials, owners, power, use, program, cisa, maester, prowler)
            for found in vars(module).values()
            if isinstance(found, Check)
        ),
        key=lambda check: (_TOPICS.index(check.text.topic), check.text.id),
    )
)
"""By topic, then by ID."""
