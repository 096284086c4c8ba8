"""Draws a stack's secrets as bars over time, with today's place among them, for a terminal."""

from datetime import datetime, timedelta
from typing import Final

from rich.console import Console, Group
from rich.text import Text

from smartrecruiters_calendar.rotation.status import SecretStatus, StackStatus

_BAR: Final = {True: ("├", "─", "┤", "▲"), False: ("[", "-", "]", "^")}
"""Begin, middle and end of a bar, and today's mark; with or without box-drawing characters."""
_LABEL: Final = 22
_WIDEST: Final = 72
_NARROWEST: Final = 20


def draw(status: StackStatus, console: Console) -> None:
    """Print the timeline, the findings and what is next."""
    if status.secrets:
        console.print(Group(*_lines(status, console)), soft_wrap=True)
    for finding in status.findings:
        console.print(Text.assemble(f"[{finding.code}] ", (finding.sentence, "yellow")), soft_wrap=True)
    if not status.findings:
        style = "red" if status.reason else "green"
        code = f"[{status.reason}] " if status.reason else ""
        console.print(Text.assemble(code, (status.sentence, style)), soft_wrap=True)
    if status.next:
        console.print(Text(f"next: {status.next}"), soft_wrap=True)


def _lines(status: StackStatus, console: Console) -> list[Text]:
    boxed = console.encoding.startswith("utf")
    today = status.at
    starts = [_start(secret) for secret in status.secrets]
    first = min(*starts, today)
    last = max(*(secret.ends for secret in status.secrets), today)
    width = max(_NARROWEST, min(_WIDEST, console.width - _LABEL - 24))

    def place(moment: datetime) -> int:
        return round((moment - first) / max(last - first, timedelta(days=1)) * (width - 1))

    mark = place(today)
    lines = [Text(f"Secrets of stack {status.stack} on {today:%Y-%m-%d}", style="bold")]
    for secret in reversed(status.secrets):
        bar = _bar(place(_start(secret)), place(secret.ends), width, boxed=boxed)
        style = "red" if secret.days_left < 0 else "green" if secret.role == "current" else "yellow"
        lines.append(Text.assemble(f"{secret.role:<9}{secret.issued}  ", (bar, style), f"  {_words(secret)}"))
    under = " " * (_LABEL - 1 + mark) + _BAR[boxed][3] + " today"
    lines.append(Text(under))
    return lines


def _bar(start: int, end: int, width: int, *, boxed: bool) -> str:
    begin, middle, stop, _ = _BAR[boxed]
    return (" " * start + begin + middle * max(0, end - start - 1) + stop).ljust(width)[:width]


def _start(secret: SecretStatus) -> datetime:
    return datetime.combine(secret.issued, datetime.min.time(), secret.ends.tzinfo)


def _words(secret: SecretStatus) -> str:
    left = f"{secret.days_left} days left" if secret.days_left >= 0 else "ended"
    words = [f"{'ends' if secret.days_left >= 0 else 'ended'} {secret.ends:%Y-%m-%d}"]
    if secret.days_left >= 0:
        words.append(left)
    if secret.held:
        words.append("held by SmartRecruiters")
    if secret.key_id is None:
        words.append("not deployed")
    elif not secret.declared:
        words.append("no longer declared")
    elif secret.protected:
        words.append("protected")
    return ", ".join(words)
