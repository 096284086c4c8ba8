"""Shows a recovery on a terminal: what was left behind and what was done about it."""

from rich.console import Console
from rich.text import Text

from smartrecruiters_calendar.recovery.run import Action, RecoveryResult


def show(result: RecoveryResult, console: Console) -> None:
    for step in result.steps:
        console.print(Text(step.sentence, style="red" if step.deed is Action.LEFT_ALONE else ""), soft_wrap=True)
    verdict = Text(result.sentence, style="red" if result.reason else "green")
    console.print(Text.assemble(f"[{result.reason}] ", verdict) if result.reason else verdict, soft_wrap=True)
