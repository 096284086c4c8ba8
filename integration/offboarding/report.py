"""Shows an offboarding to a person."""

from rich.console import Console
from rich.text import Text

from integration.offboarding.result import OffboardingResult


def show(result: OffboardingResult, console: Console) -> None:
    """Print the proofs, the result, and how to restore."""
    for proof in result.proofs:
        mark = Text("gone ", style="green") if proof.gone else Text("THERE", style="bold red")
        console.print(Text.assemble(mark, f"  {proof.what}: {proof.evidence}"), soft_wrap=True)
    sentence = Text(result.sentence, style="red" if result.reason else "green")
    console.print(Text.assemble(f"[{result.reason}] ", sentence) if result.reason else sentence, soft_wrap=True)
    if result.restore:
        console.print("Within 30 days it can be restored:")
    for number, step in enumerate(result.restore, 1):
        console.print(Text(f"  {number}. {step}"), soft_wrap=True)
