"""The frame of every verb: reads the common options, resolves the stack, runs the verb, prints its outcome, exits.

A verb is a function from a `Call` and its own options to an `Outcome`. It raises `Stopped` where it cannot go on;
neither it nor what it calls prints errors or exits. Nothing here knows what any verb does.
"""

import inspect
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar, get_args

import typer
from rich.console import Console
from rich.text import Text

from components.clock import ClockFileUnreadable
from components.mistakes import ConfigurationRefused
from smartrecruiters_calendar.cli.printing import ReadableLog, ToReader, document, leave, prepare, printed
from smartrecruiters_calendar.cli.progress import OWN_LOG, ProgressLines
from smartrecruiters_calendar.cli.secrecy import nothing_written
from smartrecruiters_calendar.entra import proxies, tls
from smartrecruiters_calendar.outcome import EarlyEnd, ExitCode, Outcome, Reason, Stopped
from smartrecruiters_calendar.plain_text import readable
from smartrecruiters_calendar.report_files import check_writable, write_report
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.this_machine import ThisMachine

if TYPE_CHECKING:
    from smartrecruiters_calendar.cli.elsewhere import Elsewhere
    from smartrecruiters_calendar.stack.pulumi import Pulumi

T = TypeVar("T")

STACK: Final = Annotated[str | None, typer.Option("--stack", help="Stack.", show_default="the selected stack")]
JSON: Final = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
CWD: Final = Annotated[Path | None, typer.Option("--cwd", help="Project folder.", show_default="this project")]
VERBOSE: Final = Annotated[bool, typer.Option("--verbose", help="Log requests on stderr, without secrets.")]
_COMMON: Final = {"stack": (STACK, None), "json": (JSON, False), "cwd": (CWD, None), "verbose": (VERBOSE, False)}

WRITTEN: Final = "written"
"""Marks an option that names a file to write: whether that is possible is checked before work begins."""

# Options that several verbs take; each verb chooses the default.
All = Annotated[bool, typer.Option("--all", help="Every stack of the project.")]
Again = Annotated[bool, typer.Option("--again", help="Repeat what was already done.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan; change nothing.")]
Environments = Annotated[Path | None, typer.Option(help="Folder of <stack>.env files, mode 0600.")]
Headed = Annotated[bool, typer.Option("--headed/--no-headed", help="Show the browser.")]
Html = Annotated[Path | None, typer.Option("--html", help="Also write a summary as an HTML page."), WRITTEN]
Markdown = Annotated[Path | None, typer.Option("--markdown", help="Also write a summary as Markdown."), WRITTEN]
Output = Annotated[Path | None, typer.Option("--output", help="Write to this path instead of stdout."), WRITTEN]
Wait = Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for changes to take effect.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")]

_EXIT_CODES: Final = """Exit codes: 0 success; 1 a check failed; 2 invalid command or configuration;
3 a service did not respond; 4 manual action required; 130 interrupted."""


@dataclass
class Call:
    verb: str
    project: Path
    """Folder of Pulumi.yaml."""
    named: str | None = None
    """`--stack`, as typed."""
    json: bool = False
    progress: ProgressLines = field(default_factory=ProgressLines)
    show: "Callable[[Any, Console], None]" = field(default=lambda outcome, console: show_sentence(outcome, console))
    """How people read the outcome."""

    unwritten: Stopped | None = None
    """Why a summary is missing."""

    @cached_property
    def stack(self) -> StackName:
        """The stack: `--stack`, or else the selected one, which is said on stderr.

        Raises:
            Stopped: the name is invalid, or no stack is selected (`stack-unknown`).
        """
        if self.named is not None:  # an empty one, as of an unset variable, is not the selected one
            return StackName.parse(self.named)
        name = StackName.parse(self._selected())
        self.note(f"Stack: {name} (selected)", prefix="")
        return name

    @cached_property
    def elsewhere(self) -> "Elsewhere | None":
        """The other project whose program declares the packaged component; None: this project's own, or a copy."""
        try:
            if b"packages" not in (self.project / "Pulumi.yaml").read_bytes():
                return None  # reading YAML takes modules that not every verb needs
            from smartrecruiters_calendar.stack.project import Project

            if not Project.read(self.project).uses_package:
                return None
        except (OSError, Stopped):
            return None  # whoever needs the project reports what is wrong with it
        from smartrecruiters_calendar.cli.elsewhere import Elsewhere

        return Elsewhere(self.project, project_folder(None))

    def said(self, what: T) -> T:
        """A text or a document, with remedies that fit the project it is about."""
        return self.elsewhere.said(what, _known(self)) if self.elsewhere else what

    @cached_property
    def pulumi(self) -> "Pulumi":
        """The `pulumi` command in the project's folder.

        Raises:
            Stopped: there is no usable one on PATH.
        """
        from smartrecruiters_calendar.stack.pulumi import Pulumi  # loads the SDK, which not every verb needs

        return Pulumi(self.project)

    def also_write(self, path: Path, text: str) -> None:
        """Write a summary next to the outcome, which a file that cannot be written does not lose."""
        try:
            write_report(path, text)
        except Stopped as stopped:
            self.note(f"{stopped.sentence} [{stopped.reason}]")
            self.unwritten = stopped

    def note(self, text: str, *, prefix: str | None = None) -> None:
        try:
            text = self.said(text)
            typer.echo(readable(f"{self.verb}: {text}" if prefix is None else f"{prefix}{text}"), err=True)
        except BrokenPipeError:
            leave(sys.stderr)

    def confirm(self, typed: str, question: str, refused: str) -> None:
        """Have a person type a text.

        Raises:
            Stopped: something else was typed, or nobody is there (`confirmation-needed`).
        """
        with self.progress.paused() as console:
            console.print(f"Type {typed} to {question}: ", markup=False, end="")
            answer = sys.stdin.readline().strip()
        if answer != typed:
            raise Stopped(Reason.CONFIRMATION_NEEDED, f"{refused} Nothing was changed.")

    def _selected(self) -> str:
        try:
            return self.pulumi.selected()
        except Stopped as stopped:
            if "no stack selected" not in stopped.sentence:
                raise
            raise Stopped(
                Reason.STACK_UNKNOWN,
                f"No stack is selected in {self.project}. Name one, for example `smartrecruiters-calendar "
                f"{self.verb} --stack dev`, or select one with `pulumi stack select dev`.",
            ) from None


@dataclass(frozen=True, kw_only=True)
class Verb:
    """A verb: its function, and how its outcome is shown."""

    function: Callable[..., Outcome]
    """Takes a `Call`, then its own options as typer reads them; its docstring is the help."""
    examples: Sequence[str]
    """Command lines without the program's name."""
    notes: str = ""
    """More help, after the examples."""
    show: Callable[[Any, Console], None] | None = None
    """None: the outcome's sentence."""
    stopped: Callable[[str, Stopped], Outcome] | None = None
    """The verb's own document about a stack where it could not go on; None: a common one."""
    interrupted: str = "Nothing was changed."
    """What ctrl-C leaves, and what to do next."""
    common: Sequence[str] = tuple(_COMMON)
    """Which of the common options it takes."""
    alone: bool = False
    """It changes the stack, so no other such run on this machine may be at work on it."""

    def command(self, name: str) -> Any:
        app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
        self.add_to(app, name)
        return typer.main.get_command(app)

    def add_to(self, app: typer.Typer, name: str, group: str = "") -> None:
        """Add the verb to a command, or to a group of verbs."""
        full_name = f"{group} {name}".strip()

        def run(**options: Any) -> None:
            raise typer.Exit(self.run(full_name, options))

        run.__doc__ = self.function.__doc__
        own = list(inspect.signature(self.function, eval_str=True).parameters.values())[1:]
        first, last = self.common[:1] if "stack" in self.common else (), [c for c in self.common if c != "stack"]
        parameters = [*map(_common, first), *own, *map(_common, last)]
        signature = inspect.Signature([one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in parameters])
        run.__signature__ = signature  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in parameters}
        lines = "\n".join(f"  smartrecruiters-calendar {line}" for line in self.examples)
        notes = "\n\n".join(part for part in (self.notes, _EXIT_CODES) if part)
        app.command(name, epilog=f"\b\nExamples:\n{lines}\n\n{notes}")(run)

    def run(self, name: str, options: dict[str, Any]) -> ExitCode:
        """Run the verb to its end, print its outcome, and return the exit code."""
        common: dict[str, Any] = {option: default for option, (_, default) in _COMMON.items()}
        common |= {option: options.pop(option) for option in self.common if option in options}
        prepare()
        call = Call(name, project_folder(common["cwd"]), common["stack"], common["json"])
        if self.show:
            call.show = self.show
        with _logged(verbose=common["verbose"]), _interruptible(), nothing_written():
            try:
                with call.progress:
                    outcome = call.said(self._outcome(call, options))
            except Stopped as stopped:
                call.note(f"{stopped.sentence} [{stopped.reason}]")
                outcome = call.said(self._stopped(call, stopped))
            except typer.BadParameter as mistake:
                if not call.json:
                    raise
                call.note(mistake.format_message())
                outcome = EarlyEnd(exit_code=ExitCode.USAGE, sentence=mistake.format_message(), stack=_known(call))
            except KeyboardInterrupt:
                sentence = f"Interrupted. {self.interrupted}"
                call.note(sentence)
                outcome = EarlyEnd(exit_code=ExitCode.INTERRUPTED, sentence=sentence, stack=_known(call))
            else:
                if not call.json:
                    return printed(lambda: call.show(outcome, ToReader(said=call.said)), outcome.exit_code, call.note)
            if call.json:
                return printed(lambda: sys.stdout.write(document(outcome)), outcome.exit_code, call.note)
        return ExitCode(outcome.exit_code)

    def _outcome(self, call: Call, options: dict[str, Any]) -> Outcome:
        if not call.project.is_dir():
            raise Stopped(
                Reason.SETTINGS_REFUSED, f"There is no folder {call.project}: name the project's one with --cwd."
            )
        for name, parameter in inspect.signature(self.function, eval_str=True).parameters.items():
            if WRITTEN in get_args(parameter.annotation) and options[name]:
                check_writable(options[name], folder=options.get("every") is True)  # of every stack: a folder
        # Whatever the verb asks of the network would fail, and some of it would be blamed on others.
        proxies.check()
        tls.check()
        if call.elsewhere:
            call.elsewhere.check_serves(call.verb, _known(call))
        try:
            with ThisMachine(call.project, call.stack, os.environ).alone(call.verb) if self.alone else nullcontext():
                outcome = self.function(call, **options)
        except (ConfigurationRefused, ClockFileUnreadable) as refused:
            raise Stopped(Reason.SETTINGS_REFUSED, str(refused)) from None
        if call.unwritten is None or outcome.exit_code:
            return outcome
        return outcome.model_copy(update={"exit_code": call.unwritten.exit_code, "reason": call.unwritten.reason})

    def _stopped(self, call: Call, stopped: Stopped) -> Outcome:
        stack = _known(call)
        if self.stopped and stack:
            return self.stopped(stack, stopped)
        return EarlyEnd.of_stop(stopped, stack=stack)


def project_folder(cwd: Path | None) -> Path:
    """The folder of Pulumi.yaml: as given, or the checkout that this code is in, or where the command was typed."""
    if cwd:
        return cwd.resolve()
    checkout = Path(__file__).resolve().parents[2]
    return checkout if (checkout / "Pulumi.yaml").exists() else Path.cwd()


def show_sentence(outcome: Outcome, console: Console) -> None:
    """Print the outcome in one line, with its reason where it has one."""
    sentence = Text(outcome.sentence, style="red" if outcome.reason else "green")
    console.print(Text.assemble(f"[{outcome.reason}] ", sentence) if outcome.reason else sentence, soft_wrap=True)


def _common(name: str) -> inspect.Parameter:
    annotation, default = _COMMON[name]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _known(call: Call) -> str | None:
    return vars(call).get("stack", call.named)


@contextmanager
def _logged(*, verbose: bool) -> Iterator[None]:
    lines = logging.StreamHandler()
    lines.setFormatter(ReadableLog("%(name)s: %(message)s"))
    level = logging.DEBUG if verbose else logging.CRITICAL
    lines.setLevel(level)
    logging.basicConfig(level=level, handlers=[lines])
    logging.getLogger(OWN_LOG).setLevel(min(level, logging.WARNING))  # which the progress tells
    try:
        yield
    finally:
        logging.getLogger().removeHandler(lines)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Turn ctrl-C and SIGTERM into `KeyboardInterrupt`, so that what was begun is cleaned up."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, signal.default_int_handler) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
