"""record-profile: the profile of a company's SmartRecruiters settings page, from a visit to it or a HAR file of one."""

import getpass
import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from pydantic import SecretStr
from rich.console import Console

from components import clock
from smartrecruiters_calendar.cli.frame import Call, Output, Verb, Wait, show_sentence
from smartrecruiters_calendar.outcome import Outcome, Reason, Stopped

if TYPE_CHECKING:
    import httpx

    from smartrecruiters_calendar.page.recording.recorded_profile import RecordedProfile

VISIT_SECONDS: Final = 1800.0
"""How long a person may take to sign in, save and load."""


def record_profile(
    call: Call,
    recording: Annotated[
        Path | None,
        typer.Argument(help="A HAR file, saved with content.", show_default="a browser opens and is watched"),
    ] = None,
    client_id: Annotated[str | None, typer.Option(help="The Client ID that you typed.")] = None,
    tenant_id: Annotated[str | None, typer.Option(help="The Tenant ID that you typed.")] = None,
    secret_typed_file: Annotated[Path | None, typer.Option(help="File, mode 600, with the secret you typed.")] = None,
    address: Annotated[
        str | None, typer.Option(help="The page's address.", show_default="the stack's; of a HAR: where Save went")
    ] = None,
    room: Annotated[str | None, typer.Option(help="Name or address of a room that the list showed.")] = None,
    keep: Annotated[list[str] | None, typer.Option(help="Copy this value although it looks private.")] = None,
    leave_out: Annotated[list[str] | None, typer.Option(help="Leave this value out.")] = None,
    output: Output = None,
    wait: Wait = VISIT_SECONDS,
) -> Outcome:
    """Create the profile of a company's SmartRecruiters settings page, watched while a person saves and loads once."""
    stack = None if client_id and tenant_id and not call.named else call.stack
    call.progress.step(f"Reading the stack {stack}" if stack else "Reading what you typed")
    from smartrecruiters_calendar.page.address import page_address
    from smartrecruiters_calendar.page.channel import Credentials
    from smartrecruiters_calendar.page.choice import ADDRESS, PUBLIC_ADDRESS
    from smartrecruiters_calendar.page.recording.copying import Choices
    from smartrecruiters_calendar.page.recording.making import RecordingInput
    from smartrecruiters_calendar.page.recording.recorded_profile import record_har, record_visit, secret_typed
    from smartrecruiters_calendar.stack.stack import Stack

    given = _address(address or os.environ.get(ADDRESS))
    configured = None
    if stack:
        facts = Stack(stack, call.project, call.pulumi).read()
        configured = facts.settings.smartrecruiters.address
        secret = secret_typed(secret_typed_file) if secret_typed_file else facts.outputs.client_secret
        typed = Credentials(client_id or facts.outputs.client_id, secret, tenant_id or facts.outputs.tenant_id)
    else:
        typed = Credentials(client_id or "", _asked(secret_typed_file), tenant_id or "")
    wanted = RecordingInput(
        typed,
        address=given or _address(configured),
        room=room,
        choices=Choices(frozenset(keep or ()), frozenset(leave_out or ())),
    )
    call.show = partial(_show, recording=recording, stack=stack)
    out, today = output or Path(f"{stack or 'smartrecruiters'}.profile.yaml"), clock.now().date()
    if recording:
        call.progress.step(f"Reading {recording}")
        return record_har(recording, wanted, out, today)
    page = wanted.address or page_address(PUBLIC_ADDRESS)
    known = f"`pulumi stack output clientSecret --show-secrets --stack {stack}` prints it" if stack else "as given here"
    call.note(
        f"In the browser: sign in, go to the tab MSFT Office 365 Integration, enter Client ID {typed.client_id}, "
        f"Tenant ID {typed.tenant_id} and the Client Secret ({known}), press Save, press Load Resources, and "
        "close the window when the list of rooms is shown."
    )
    call.progress.step(f"Watching a visit to {page}")
    return record_visit(os.environ, page, replace(wanted, address=page), out, today, wait)


def _asked(file: Path | None) -> SecretStr:
    if file:
        from smartrecruiters_calendar.page.recording.recorded_profile import secret_typed

        return secret_typed(file)
    if not sys.stdin.isatty():
        raise Stopped(
            Reason.RECORDING_REFUSED,
            "The Client Secret that you typed is needed to find Save: name a file of mode 600 with "
            "--secret-typed-file, or run this on a terminal to be asked.",
        )
    try:
        return SecretStr(getpass.getpass("Client Secret that you typed (not shown): ").strip())
    except EOFError:
        raise KeyboardInterrupt from None


def _address(written: str | None) -> "httpx.URL | None":
    from smartrecruiters_calendar.page.address import page_address

    return page_address(written) if written else None


def _show(result: "RecordedProfile", console: Console, *, recording: Path | None, stack: str | None) -> None:
    show_sentence(result, console)
    lines = [f"  tab             GET {result.settings_page}", f"  Save            {result.save}"]
    lines += [f"  Load Resources  {result.load_resources}"]
    if result.check:
        lines.append("Check these points, which the recording did not show:")
        lines += [f"  - {note}" for note in result.check]
    chosen = f" --stack {stack}" if stack else ""
    lines += ["Next:", f"  pulumi config set --path smartrecruiters.profile {result.profile}{chosen}"]
    if recording:
        lines.append(f"  rm {recording}    (it holds your session and the secret)")
    console.print("\n".join(lines), markup=False, soft_wrap=True)


def _stopped(_stack: str, why: Stopped) -> Outcome:
    from smartrecruiters_calendar.page.recording.recorded_profile import not_recorded

    return not_recorded(why)


VERB = Verb(
    function=record_profile,
    stopped=_stopped,
    interrupted="Nothing was written.",
    examples=(
        "record-profile --stack acme",
        "record-profile recording.har --stack acme",
        'record-profile recording.har \\\n      --client-id "$CLIENT_ID" --tenant-id acme.onmicrosoft.com',
    ),
    notes="The first opens a browser in which you save and load once; close its window when the list is shown. Nothing "
    "of the visit is kept but the profile. The second reads a HAR file, for machines where no browser can be watched. "
    "Both take what you typed to be the stack's own credentials; the third asks for the Client Secret that you typed, "
    "without showing it, or reads it from --secret-typed-file. docs/profile.md shows how to record. "
    "The profile is written to STACK.profile.yaml unless --output names another file.",
)
