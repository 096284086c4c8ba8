"""Runs the `pulumi` command in one project folder, and explains why it failed.

`run` reads what a command prints, `show` lets a person watch it. The Automation API's own `Stack` invokes the CLI
several times for one step (version, select, configuration, history), 0.2 s each; here one step is one invocation.
Nothing here knows what a stack is for.
"""

import copy
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

from pulumi.automation import CommandError, InvalidVersionError, PulumiCommand, StackNotFoundError

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.name import StackName

_EXIT_CODE = re.compile(r"^ code: (\d+)$", re.MULTILINE)
_NOT_LOGGED_IN: Final = 3
"""Exit code of the CLI: `ExitAuthenticationError` of its `cmdutil` package."""
LOCKED: Final = "the stack is currently locked by"
"""What the CLI prints when another run, or one that was killed, holds a self-managed backend's lock."""


class Pulumi:
    def __init__(self, project: Path, environment: Mapping[str, str] | None = None) -> None:
        """Find the CLI.

        Raises:
            Stopped: there is no usable `pulumi` on PATH.
        """
        self.project = project
        self._environment = dict(environment or {})
        try:
            self._command = PulumiCommand()
        except FileNotFoundError:
            raise Stopped(
                Reason.CLI_MISSING,
                "There is no pulumi on PATH: install it (https://www.pulumi.com/docs/install/), "
                "or put the one that `python -m engine` names on PATH.",
            ) from None
        except InvalidVersionError as error:
            raise Stopped(Reason.CLI_MISSING, f"The pulumi on PATH cannot be used: {error}") from None

    @property
    def version(self) -> str:
        """Version of the CLI, e.g. `3.259.0`; empty where it does not print one."""
        return str(self._command.version or "")

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
        errors: list[str] = []
        try:
            done = self._command.run(
                [*arguments, *_named(stack)],
                str(self.project),
                additional_env={**self._environment, **(environment or {})},
                on_error=errors.append,
            )
        except CommandError as error:
            # The exception's own text holds what was printed so far, which may be the outputs: only stderr is quoted.
            raise self._explained(error, " ".join(" ".join(errors).split()), stack) from None
        return done.stdout

    def show(
        self, *arguments: str, stack: StackName | None = None, environment: Mapping[str, str] | None = None
    ) -> int:
        """Run a command that a person watches, on stderr, and return its exit code.

        Ctrl-C reaches the command as well; it is waited for, since it completes its writes and releases its lock.
        """
        command = ["pulumi", *arguments, *_named(stack), "--non-interactive"]
        with subprocess.Popen(
            command,
            cwd=self.project,
            env=os.environ | self._environment | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno(),
        ) as process:
            try:
                return process.wait()
            except KeyboardInterrupt:
                process.wait()
                raise

    def _explained(self, error: CommandError, message: str, stack: StackName | None) -> Stopped:
        if isinstance(error, StackNotFoundError):
            return Stopped(
                Reason.STACK_UNKNOWN,
                f"There is no stack {stack!r} in this state backend: name one that `pulumi stack ls` lists, "
                f"or deploy it first with `pulumi up --stack {stack}`.",
            )
        code = _EXIT_CODE.search(str(error))
        if code and int(code[1]) == _NOT_LOGGED_IN:
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
        if LOCKED in message:
            return Stopped(
                Reason.STACK_LOCKED,
                f"Another run holds the stack {stack!r} ({message}): wait until it ends; if it was killed, type "
                f"`smartrecruiters-calendar recover --stack {stack}`.",
            )
        subject = f"the stack {stack!r}" if stack else "the state backend"
        return Stopped(
            Reason.STACK_UNREADABLE,
            f"Pulumi could not read {subject} ({message}): check that the state backend can be reached, "
            "then run this again.",
        )


def _named(stack: StackName | None) -> list[str]:
    return ["--stack", stack.qualified] if stack else []
