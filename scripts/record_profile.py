"""Make the profile of a company's SmartRecruiters settings page from a HAR file recorded in a browser."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads, ctrl-C ends it without a traceback

import getpass
import os
import sys
from pathlib import Path
from typing import Annotated

import httpx
import typer
from pydantic import SecretStr
from rich.console import Console

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it; the project's packages are one level up

from components import clock
from smartrecruiters_calendar.cli.frame import ProgressLines, print_document, start_command
from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.page.address import page_address
from smartrecruiters_calendar.page.channel import Credentials
from smartrecruiters_calendar.page.choice import ADDRESS
from smartrecruiters_calendar.page.recording.copying import Choices
from smartrecruiters_calendar.page.recording.making import RecordingInput
from smartrecruiters_calendar.page.recording.recorded_profile import (
    RecordedProfile,
    not_recorded,
    record,
    secret_typed,
)
from smartrecruiters_calendar.stack.stack import Stack

EXAMPLES = """
Examples:

  smartrecruiters-calendar record-profile recording.har --stack acme

  smartrecruiters-calendar record-profile recording.har --client-id 0f6a1c52-… --tenant-id acme.onmicrosoft.com

The first when you typed the stack's own credentials into the page; the second asks for the Client Secret that you
typed, unseen, or reads it from --secret-typed-file. docs/profile.md says how to record.

Exit codes: 0 written; 2 the recording, the command or the configuration cannot be used; 3 the stack did not answer.
"""


def record_profile(
    recording: Annotated[Path, typer.Argument(help="The HAR file, saved with content.", show_default=False)],
    stack: Annotated[str | None, typer.Option(help="The stack whose credentials you typed.")] = None,
    client_id: Annotated[str | None, typer.Option(help="The Client ID that you typed.")] = None,
    tenant_id: Annotated[str | None, typer.Option(help="The Tenant ID that you typed.")] = None,
    secret_typed_file: Annotated[Path | None, typer.Option(help="File, mode 600, with the secret you typed.")] = None,
    address: Annotated[str | None, typer.Option(help="The page's address.", show_default="where Save went")] = None,
    room: Annotated[str | None, typer.Option(help="Name or address of a room that the list showed.")] = None,
    keep: Annotated[list[str] | None, typer.Option(help="Copy this value although it looks private.")] = None,
    leave_out: Annotated[list[str] | None, typer.Option(help="Leave this value out.")] = None,
    out: Annotated[Path | None, typer.Option(help="File to write.", show_default="STACK.profile.yaml")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
    cwd: Annotated[Path, typer.Option(help="Where Pulumi.yaml is.", show_default="this project")] = ROOT,
) -> None:
    """Make the profile of a company's SmartRecruiters settings page from a HAR file recorded in a browser."""
    try:
        with ProgressLines() as progress:
            given = _address(address or os.environ.get(ADDRESS))
            if stack:
                progress.step(f"Reading the stack {stack}")
            typed, configured = _typed(stack, client_id, tenant_id, secret_typed_file, cwd.resolve())
            wanted = RecordingInput(
                typed,
                address=given or _address(configured),
                room=room,
                choices=Choices(frozenset(keep or ()), frozenset(leave_out or ())),
            )
            progress.step(f"Reading {recording}")
            target = out or Path(f"{stack or 'smartrecruiters'}.profile.yaml")
            result = record(recording, wanted, target, clock.now().date())
    except Stopped as stopped:
        result = not_recorded(stopped)
    except (KeyboardInterrupt, EOFError):
        typer.echo("record_profile: interrupted; nothing was written.", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    if json:
        print_document(result)
    else:
        _show(result, recording, stack, Console(highlight=False))
    raise typer.Exit(result.exit_code)


def _typed(
    stack: str | None, client_id: str | None, tenant_id: str | None, secret_file: Path | None, project: Path
) -> tuple[Credentials, str | None]:
    """What was typed into the page, and the address that the stack configures."""
    if stack:
        facts = Stack(stack, project).read()
        secret = secret_typed(secret_file) if secret_file else facts.outputs.client_secret
        typed = Credentials(client_id or facts.outputs.client_id, secret, tenant_id or facts.outputs.tenant_id)
        return typed, facts.settings.smartrecruiters.address
    if not (client_id and tenant_id):
        raise Stopped(
            Reason.RECORDING_REFUSED,
            "What you typed into the page is how Save is found in the recording: name the stack with --stack, or give "
            "--client-id and --tenant-id.",
        )
    if secret_file:
        return Credentials(client_id, secret_typed(secret_file), tenant_id), None
    if not sys.stdin.isatty():
        raise Stopped(
            Reason.RECORDING_REFUSED,
            "The Client Secret that you typed is needed to find Save: name a file of mode 600 with "
            "--secret-typed-file, or run this on a terminal to be asked.",
        )
    asked = getpass.getpass("Client Secret that you typed (not shown): ").strip()
    return Credentials(client_id, SecretStr(asked), tenant_id), None


def _address(written: str | None) -> httpx.URL | None:
    return page_address(written) if written else None


def _show(result: RecordedProfile, recording: Path, stack: str | None, console: Console) -> None:
    if result.reason:
        console.print(f"[{result.reason}] ", style="red", end="", markup=False)
        console.print(result.sentence, markup=False, soft_wrap=True)
        return
    lines = [result.sentence, f"  tab             GET {result.settings_page}", f"  Save            {result.save}"]
    lines += [f"  Load Resources  {result.load_resources}"]
    if result.check:
        lines.append("Please check in the file what the recording did not show:")
        lines += [f"  - {note}" for note in result.check]
    chosen = f" --stack {stack}" if stack else ""
    lines += [
        "Next:",
        f"  pulumi config set --path smartrecruiters.profile {result.profile}{chosen}",
        f"  rm {recording}    (it holds your session and the secret)",
    ]
    console.print("\n".join(lines), markup=False, soft_wrap=True)


if __name__ == "__main__":
    start_command(record_profile, EXAMPLES)
