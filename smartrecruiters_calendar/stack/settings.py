"""A stack's settings, with the engine's own meaning: the one reader of them outside the program.

The defaults of Pulumi.yaml and the stack's file are read as the engine reads them, which needs no CLI and no state
backend. Only where they do not hold everything, since the file names an `environment` or the backend keeps the
configuration, the CLI is asked (`pulumi config --json`). Both yield the text that the program receives.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from components import configuration
from components.mistakes import ConfigurationRefused
from components.provider_settings import is_provider_setting
from components.settings import Settings
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack import packaged
from smartrecruiters_calendar.stack.engine_yaml import config_text
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.project import Project, full_key, read_yaml, stack_named
from smartrecruiters_calendar.stack.pulumi import Pulumi


@dataclass(frozen=True)
class Configuration:
    project: str
    """The project's name: the namespace of its keys."""
    stack: StackName
    texts: Mapping[str, str]
    """The project's own keys, with their namespace, and the text of each value; providers' keys without theirs."""
    values: Mapping[str, Any] | None = None
    """Of a program that declares the packaged component: the values themselves; there are no texts then."""

    def settings(self) -> Settings:
        """The checked settings.

        Raises:
            ConfigurationRefused: they have mistakes.
        """
        try:
            return (
                configuration.from_engine(self.project, self.texts)
                if self.values is None
                else configuration.parse(self.values)
            )
        except ConfigurationRefused as refused:
            raise refused.for_stack(self.stack.qualified) from None


def read_settings(folder: Path, stack: StackName, pulumi: Pulumi | None = None) -> Settings:
    """The checked settings of one stack; arguments as of `read_configuration`.

    Raises:
        Stopped: they cannot be read, or have mistakes.
    """
    try:
        return read_configuration(folder, stack, pulumi).settings()
    except ConfigurationRefused as refused:
        raise Stopped(Reason.SETTINGS_REFUSED, str(refused)) from None


def read_configuration(folder: Path, stack: StackName, pulumi: Pulumi | None = None) -> Configuration:
    """The configuration of one stack, not checked yet.

    Args:
        pulumi: the CLI, where it is at hand: asked for a stack without a file. None: there has to be one.

    Raises:
        Stopped: a file is missing or cannot be read, or the CLI fails.
    """
    name = stack_named(folder, stack)
    project = Project.read(folder)
    if project.uses_package:
        return Configuration(project.name, name, {}, packaged.settings_values(folder, name, pulumi or Pulumi(folder)))
    path = project.stack_file(name)
    if not path.exists():
        texts = _asked(pulumi, project.name, name) if pulumi else {}
        if texts.keys() <= project.defaults.keys():
            raise Stopped(
                Reason.SETTINGS_REFUSED,
                f"There is no {path.name} here: run this in the checkout that has it, or create it with "
                f"`smartrecruiters-calendar new-stack {name} --help`.",
            )
        return Configuration(project.name, name, texts)
    document = read_yaml(path)
    if document.get("environment"):
        texts = _asked(pulumi or Pulumi(folder), project.name, name)
    else:
        texts = {**project.defaults, **_in_file(document.get("config") or {}, project.name, path, name)}
    return Configuration(project.name, name, texts)


def _in_file(configured: Any, project: str, path: Path, stack: StackName) -> dict[str, str]:
    if not isinstance(configured, Mapping):
        raise Stopped(
            Reason.SETTINGS_REFUSED,
            f"`config` in {path.name} is not a block of keys, so the engine cannot read it, and no command can change "
            "it: write `config:` and below it one key per line.",
        )
    texts: dict[str, str] = {}
    for written, value in configured.items():
        key = full_key(project, str(written))
        if is_provider_setting(key):
            texts[key] = ""  # refused by its name, and it may be a secret
        if not key.startswith(f"{project}:"):
            continue
        if _has_secret(value):
            raise _stored_as_secret(key, stack)
        try:
            texts[key] = config_text(value)
        except ValueError as error:
            raise Stopped(
                Reason.SETTINGS_REFUSED,
                f"{key} in {path.name} has a value that the engine cannot read ({error}), so no command would run: "
                "correct it in that file.",
            ) from None
    return texts


def _has_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        return (set(value) == {"secure"} and isinstance(value["secure"], str)) or any(map(_has_secret, value.values()))
    return isinstance(value, list) and any(map(_has_secret, value))


def _stored_as_secret(key: str, stack: StackName) -> Stopped:
    return Stopped(
        Reason.SETTINGS_REFUSED,
        f"The configuration {key} is stored as a secret, so it cannot be read without the passphrase, and no setting "
        f"is secret: store it in clear with `pulumi config set --stack {stack.qualified} {key} <value>`.",
    )


class _Shown(BaseModel):
    value: str = ""
    secret: bool


def _asked(pulumi: Pulumi, project: str, stack: StackName) -> dict[str, str]:
    shown = pulumi.read(dict[str, _Shown], "config", "--json", stack=stack)
    own = {key: value for key, value in shown.items() if key.startswith(f"{project}:")}
    if secret := next((key for key, value in own.items() if value.secret), None):
        raise _stored_as_secret(secret, stack)
    return {key: value.value for key, value in own.items()} | dict.fromkeys(filter(is_provider_setting, shown), "")
