"""Shows a rotation on a terminal: a verb's result, or a stack's secrets as bars over time with today marked."""

from datetime import datetime, timedelta
from typing import Final

from rich.console import Console
from rich.text import Text

from smartrecruiters_calendar.rotation.result import RotationResult
from smartrecruiters_calendar.rotation.status import SecretStatus, StackStatus

_BAR: Final = {True: ("├", "─", "┤", "▲"), False: ("[", "-", "]", "^")}
"""Begin, middle and end of a bar, and today's mark; with or without box-drawing characters."""
_ROLE: Final = 9
_WIDEST: Final = 72
_NARROWEST: Final = 20


def show_result(result: RotationResult, console: Console) -> None:
    """Print what was done, the outcome in one sentence, and what is next."""
    for done in result.done:
        console.print(Text(f"- {done}"), soft_wrap=True)
    _show_outcome(result, console)


def show_status(status: StackStatus, console: Console) -> None:
    if status.secrets:
        for line in _timeline(status, console):
            console.print(line, soft_wrap=True)
    for finding in status.findings:
        console.print(Text.assemble(f"[{finding.code}] ", (finding.sentence, "yellow")), soft_wrap=True)
    _show_outcome(status, console)


def _show_outcome(document: RotationResult | StackStatus, console: Console) -> None:
    if not (isinstance(document, StackStatus) and document.findings):
        sentence = Text(document.sentence, style="red" if document.reason else "green")
        code = f"[{document.reason}] " if document.reason else ""
        console.print(Text.assemble(code, sentence), soft_wrap=True)
    if document.next:
        console.print(Text(f"next: {document.next}"), soft_wrap=True)


def _timeline(status: StackStatus, console: Console) -> list[Text]:
    boxed = console.encoding.startswith("utf")
    today = status.at
    first = min(*map(_start, status.secrets), today)
    last = max(*(secret.ends for secret in status.secrets), today)
    days = max(len(str(secret.issued)) for secret in status.secrets)
    label = _ROLE + days + 2
    width = max(_NARROWEST, min(_WIDEST, console.width - label - 25))

    def place(moment: datetime) -> int:
        return round((moment - first) / max(last - first, timedelta(days=1)) * (width - 1))

    lines = [Text(f"Secrets of stack {status.stack} on {today:%Y-%m-%d}", style="bold")]
    for secret in reversed(status.secrets):
        bar = _bar(place(_start(secret)), place(secret.ends), width, boxed=boxed)
        style = "red" if secret.days_left < 0 else "green" if secret.role == "current" else "yellow"
        lines.append(
            Text.assemble(f"{secret.role:<{_ROLE}}{secret.issued!s:<{days}}  ", (bar, style), f"  {_words(secret)}")
        )
    lines.append(Text(" " * (label + place(today)) + _BAR[boxed][3] + " today"))
    return lines


def _bar(start: int, end: int, width: int, *, boxed: bool) -> str:
    begin, middle, stop, _ = _BAR[boxed]
    return (" " * start + begin + middle * max(0, end - start - 1) + stop).ljust(width)[:width]


def _start(secret: SecretStatus) -> datetime:
    return datetime.combine(secret.issued, datetime.min.time(), secret.ends.tzinfo)


def _words(secret: SecretStatus) -> str:
    if secret.days_left >= 0:
        words = [f"ends {secret.ends:%Y-%m-%d}", f"{secret.days_left} days left"]
    else:
        words = [f"ended {secret.ends:%Y-%m-%d}"]
    if secret.held:
        words.append("held by SmartRecruiters")
    if secret.key_id is None:
        words.append("not deployed")
    elif not secret.declared:
        words.append("no longer declared")
    elif secret.protected:
        words.append("protected")
    return ", ".join(words)
