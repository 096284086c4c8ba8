"""Shows a verb's result to a person."""

from rich.console import Console
from rich.text import Text

from smartrecruiters_calendar.rotation.result import RotationResult


def show(result: RotationResult, console: Console) -> None:
    """Print what was done, the result in one sentence, and what is next."""
    for done in result.done:
        console.print(Text(f"- {done}"), soft_wrap=True)
    sentence = Text(result.sentence, style="red" if result.reason else "green")
    console.print(Text.assemble(f"[{result.reason}] ", sentence) if result.reason else sentence, soft_wrap=True)
    if result.next:
        console.print(Text(f"next: {result.next}"), soft_wrap=True)
