"""Shows an offboarding, or its restoration, to a person."""

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from smartrecruiters_calendar.offboarding.result import NextStep, OffboardingResult, RestorationResult
from smartrecruiters_calendar.outcome import Reason


def show(result: OffboardingResult, console: Console) -> None:
    for proof in result.proofs:
        mark = Text("gone ", style="green") if proof.gone else Text("THERE", style="bold red")
        console.print(Text.assemble(mark, f"  {proof.what}: {proof.evidence}"), soft_wrap=True)
    _show_verdict(result.reason, result.sentence, console)
    _show_steps("Within 30 days it can be restored:", result.restore, console)


def show_restoration(result: RestorationResult, console: Console) -> None:
    for what in result.restored:
        console.print(Text.assemble(("back  ", "green"), what), soft_wrap=True)
    _show_verdict(result.reason, result.sentence, console)
    _show_steps("Next:", result.next, console)


def _show_verdict(reason: Reason | None, sentence: str, console: Console) -> None:
    verdict = Text(sentence, style="red" if reason else "green")
    console.print(Text.assemble(f"[{reason}] ", verdict) if reason else verdict, soft_wrap=True)


def _show_steps(heading: str, steps: Iterable[NextStep], console: Console) -> None:
    """Each command is on a line of its own, so that it can be copied."""
    for number, step in enumerate(steps, 1):
        if number == 1:
            console.print(heading)
        console.print(f"  {number}. {step.effect}", highlight=False, soft_wrap=True)
        console.print(Text(f"     {step.command}", style="cyan"), soft_wrap=True)
