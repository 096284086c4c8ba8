"""Client secrets: protected, and ending within the limit on a declared day, never one computed from the clock.

The day of issue is at the end of the secret's display name, which `components.client_secrets` writes. What a single
preview cannot show: a program that reads the clock *and* rounds it to midnight *and* names the secret after it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from components import clock
from components.declared_resources import SECRET, Declared
from components.issue_day import WRITTEN
from policy.rule import ResourceRule, Setting, Violation

_AHEAD: Final = 7
"""Days by which a day of issue may lie ahead of the day of the preview."""
_REMEDY = "declare the secret in `secrets` with the day it was issued and years or days; the end follows from them."


def _issued(declared: Declared) -> date | None:
    found = re.search(rf"{WRITTEN}$", str(declared.properties.get("displayName")))
    try:
        return date.fromisoformat(found[0][:10]) if found else None
    except ValueError:
        return None


def _ends(declared: Declared) -> datetime | None:
    """The declared end; None where it is missing, unknown before deploying, or not a moment in time."""
    try:
        return datetime.fromisoformat(str(declared.properties.get("endDate")))
    except ValueError:
        return None


def _check_declared(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Violation]:
    if declared.type != SECRET:
        return
    ends = _ends(declared)
    if declared.properties.get("endDateRelative"):
        yield Violation(declared, "its end is given relative to the moment of deployment.", _REMEDY)
    elif ends is None:
        yield Violation(declared, "its end date is missing or known only after deploying.", _REMEDY)
    elif ends.tzinfo is None or ends.astimezone(UTC).time() != time():
        yield Violation(declared, f"its end date {declared.properties['endDate']} has a time of day.", _REMEDY)
    if declared.properties.get("startDate"):
        yield Violation(declared, "it sets a start date.", "leave start_date out: Entra writes the moment of issue.")
    if _issued(declared) is None:
        yield Violation(declared, "its display name does not end in the day of issue (YYYY-MM-DD).", _REMEDY)


def _check_lifetime(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Violation]:
    issued, ends = _issued(declared), _ends(declared)
    if declared.type != SECRET or ends is None:
        return
    most = int(settings["maxDays"])
    remedy = f"declare a lifetime of 1 to {most} days in `secrets`."
    if issued is not None and not 0 < (days := (ends.date() - issued).days) <= most:
        yield Violation(
            declared,
            f"it is issued on {issued} and ends on {ends:%Y-%m-%d}, {days} days later; the limit is {most}.",
            remedy,
        )
        return
    # Whatever day its name gives: a name is the program's to choose, and Entra looks at the end alone.
    latest = clock.now().date() + timedelta(days=most + _AHEAD)
    if ends.date() > latest:
        yield Violation(declared, f"it ends on {ends:%Y-%m-%d}; the latest end allowed today is {latest}.", remedy)


SECRET_LIFETIME = ResourceRule(
    name="secret-lifetime",
    demands="A client secret ends within the company's limit after its day of issue.",
    why="A secret that leaked works until it ends.",
    severity="high",
    settings={
        "maxDays": Setting(
            default=731,
            schema={"type": "integer", "minimum": 1, "maximum": 731},
            meaning="days from issue to end; 731 are the guide's two years",
        )
    },
    check=_check_lifetime,
)

SECRET_END_DECLARED = ResourceRule(
    name="secret-end-declared",
    demands="A client secret's end is a declared day, never a moment computed from the clock.",
    why="An end computed from the clock differs at every run: each deployment would replace the secret in use.",
    severity="high",
    check=_check_declared,
)


def _check_protected(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Violation]:
    if declared.type == SECRET and not declared.protect and declared.stack not in settings["unprotectedStacks"]:
        yield Violation(
            declared,
            f"it is not protected, and {declared.stack} is a production stack.",
            f"pulumi config rm protectSecrets --stack {declared.stack}",
        )


PROTECTED_SECRETS = ResourceRule(
    name="protected-secrets",
    demands="Client secrets of production stacks are protected.",
    why="Removing the secret that SmartRecruiters holds stops every booking, and its value cannot be recovered.",
    severity="high",
    settings={
        "unprotectedStacks": Setting(
            default=["dev"],
            schema={"type": "array", "items": {"type": "string"}},
            meaning="stacks that are not production",
        )
    },
    check=_check_protected,
)
