"""Runs the `pulumi` command in one project folder, and explains why it failed.

`run` reads what a command prints, `show` lets a person watch it; one step is one start of the CLI. The Automation API
starts it several times for a step (version, select, configuration, history), 0.2 s each, and loads gRPC to do so.
Nothing here knows what a stack is for.
"""

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from pydantic import BaseModel, TypeAdapter

from smartrecruiters_calendar.entra.sign_in_variables import has_token_service
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.plain_text import printable
from smartrecruiters_calendar.stack import workspace
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.project import Project

_UNKNOWN_STACK = re.compile("no stack named.*found")
_NOT_LOGGED_IN: Final = 3
"""Exit code of the CLI: `ExitAuthenticationError` of its `cmdutil` package."""
_LOCKED: Final = "the stack is currently locked by"
"""What the CLI prints when another run, or one that was killed, holds a self-managed backend's lock."""
_WITHOUT_NEWS: Final = {"PULUMI_SKIP_UPDATE_CHECK": "true"}


T = TypeVar("T")


class _Login(BaseModel):
    url: str


class _Listed(BaseModel):
    name: str


class Pulumi:
    def __init__(self, project: Path, environment: Mapping[str, str] | None = None) -> None:
        """Find the CLI.

        Raises:
            Stopped: there is no `pulumi` on PATH.
        """
        self.project = project
        self._environment = dict(environment or {})
        found = shutil.which("pulumi")
        if found is None:
            raise Stopped(
                Reason.CLI_MISSING,
                "There is no pulumi on PATH: install it (https://www.pulumi.com/docs/install/), "
                "or put the one that `python -m engine` names on PATH.",
            )
        self._command = found

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that the command is run with."""
        return os.environ | self._environment

    def version(self) -> str:
        """Version of the CLI, e.g. `3.260.0`; whatever it prints where that is no version.

        Raises:
            Stopped: it fails.
        """
        return printable(self.run("version").strip()).removeprefix("v")

    def with_environment(self, environment: Mapping[str, str]) -> Self:
        """The same command with other variables; PATH is not searched again."""
        other = copy.copy(self)
        other._environment = dict(environment)  # noqa: SLF001 (its own class)
        return other

    def run(self, *arguments: str, stack: StackName | None = None, environment: Mapping[str, str] | None = None) -> str:
        """What a command prints on stdout.

        Args:
            arguments: without `pulumi` and `--stack`; never a secret, since process lists show them.

        Raises:
            Stopped: the command failed. What it printed on stdout, which may hold secrets, is never repeated.
        """
        with subprocess.Popen(
            [self._command, *_options(arguments, stack)],
            cwd=self.project,
            env=self._variables(_WITHOUT_NEWS, environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        ) as process:
            try:
                printed, errors = process.communicate()
            except KeyboardInterrupt:
                process.communicate()  # a write is completed, as in `show`
                raise
        if process.returncode:
            Project.read(self.project)  # what is wrong with the project is the better explanation
            message = printable(" ".join(errors.split()))
            raise refused(message, stack, process.returncode) or _unreadable(message, stack)
        return printed

    def read(
        self,
        form: type[T],
        *arguments: str,
        stack: StackName | None = None,
        environment: Mapping[str, str] | None = None,
        object_hook: Callable[[dict[str, Any]], Any] | None = None,
    ) -> T:
        """The JSON document that a command prints.

        Args:
            form: what it has to be, by Python's types or as a pydantic model; more keys than asked for are ignored.
            object_hook: as of `json.loads`.

        Raises:
            Stopped: as `run`, and where it prints something else, which may hold secrets and is never repeated.
        """
        printed = self.run(*arguments, stack=stack, environment=environment)
        try:
            return TypeAdapter(form).validate_python(json.loads(printed, object_hook=object_hook))
        except (ValueError, RecursionError):
            command = " ".join(word for word in arguments if word != "--show-secrets")
            raise Stopped(
                Reason.STACK_UNREADABLE,
                f"`pulumi {command}` does not print what a `pulumi` of this project's version prints: check that no "
                "other program of that name is first on PATH and that nothing writes into its output, then run this "
                "again.",
            ) from None

    def backend(self) -> str:
        """Address of the state backend."""
        return workspace.backend(self.project, self.environment) or self.read(_Login, "whoami", "--json").url

    def selected(self) -> str:
        """The name of the selected stack. On a backend without organizations it is the last part, as the CLI prints it.

        Raises:
            Stopped: none is selected, or the CLI cannot tell.
        """
        kept = workspace.selected_stack(self.project, self.environment)
        if kept is None:
            return self.run("stack", "--show-name").strip()
        return kept.rpartition("/")[2] if kept.startswith("organization/") else kept

    def stacks(self, *options: str) -> list[StackName]:
        return [StackName.parse(found.name) for found in self.read(list[_Listed], "stack", "ls", *options, "--json")]

    def show(
        self, *arguments: str, stack: StackName | None = None, environment: Mapping[str, str] | None = None
    ) -> int:
        """Run a command that a person watches, on stderr, and return its exit code.

        Ctrl-C reaches the command as well; it is waited for, since it completes its writes and releases its lock.
        """
        with subprocess.Popen(
            [self._command, *_options(arguments, stack)],
            cwd=self.project,
            env=self._variables({}, environment),
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno(),
        ) as process:
            try:
                return process.wait()
            except KeyboardInterrupt:
                process.wait()
                raise

    def _variables(self, own: Mapping[str, str], more: Mapping[str, str] | None) -> dict[str, str]:
        variables = {**os.environ, **own, **self._environment, **(more or {})}
        renew_assertions(variables)
        return variables


def renew_assertions(variables: Mapping[str, str]) -> None:
    """Before each CLI invocation: it signs in to state backend and secrets provider by a file, which ends in minutes.

    Raises:
        Stopped: a new assertion is needed, and there is none.
    """
    if has_token_service(variables):
        from smartrecruiters_calendar.entra.assertions import renew_files  # needs httpx, which most commands do not

        renew_files(variables)


def _options(arguments: tuple[str, ...], stack: StackName | None) -> list[str]:
    return ["--non-interactive", *arguments, *(["--stack", stack.qualified] if stack else [])]


def refused(message: str, stack: StackName | str | None, code: int = 0) -> Stopped | None:
    """What kept the CLI from its work, by what it printed on one line and its exit code; None: something else."""
    if _UNKNOWN_STACK.search(message):
        return Stopped(
            Reason.STACK_UNKNOWN,
            f"There is no stack {stack!r} in this state backend: name one that `pulumi stack ls` lists, "
            f"or create it with `pulumi stack init {stack}`.",
        )
    if code == _NOT_LOGGED_IN:
        return Stopped(
            Reason.NOT_LOGGED_IN,
            f"Pulumi is not logged in to a state backend ({message}): type `pulumi login`, "
            "or set PULUMI_BACKEND_URL to where this project's state is.",
        )
    if "passphrase" in message:
        return Stopped(
            Reason.PASSPHRASE_REFUSED,
            f"The stack's secrets cannot be decrypted ({message}): set PULUMI_CONFIG_PASSPHRASE_FILE to the file "
            "with this stack's passphrase.",
        )
    if _LOCKED in message:
        return Stopped(
            Reason.STACK_LOCKED,
            f"Another run holds the stack {stack!r} ({message}): wait until it ends; if it was killed, type "
            f"`smartrecruiters-calendar recover --stack {stack}`.",
        )
    return None


def _unreadable(message: str, stack: StackName | None) -> Stopped:
    subject = f"the stack {stack!r}" if stack else "the state backend"
    return Stopped(
        Reason.STACK_UNREADABLE,
        f"Pulumi could not read {subject} ({message}): check that the state backend can be reached, "
        "then run this again.",
    )
