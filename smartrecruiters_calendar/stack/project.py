"""A Pulumi project as its folder has it: the name and the defaults in `Pulumi.yaml`, and where its stacks' files are.

Reads only. What the settings mean is in `components.settings`; nothing here asks the CLI or a tenant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.arguments import COMPONENT_TYPE
from smartrecruiters_calendar.given_files import read_given_text
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack import engine_yaml
from smartrecruiters_calendar.stack.name import StackName, is_name
from smartrecruiters_calendar.yaml_files import NotYaml


@dataclass(frozen=True)
class Project:
    folder: Path
    name: str
    stack_files: Path
    """Folder of the stacks' files: the project's, unless `stackConfigDir` names another."""
    defaults: Mapping[str, str]
    """Default values by key (with its namespace), as the text that a program receives."""
    uses_package: bool = False
    """A project of somebody else, whose program declares the packaged component."""

    @classmethod
    def read(cls, folder: Path) -> "Project":
        """Read `folder/Pulumi.yaml`.

        Raises:
            Stopped: it is missing or cannot be read.
        """
        path = folder / "Pulumi.yaml"
        if not path.exists():
            raise Stopped(
                Reason.SETTINGS_REFUSED,
                f"There is no Pulumi.yaml in {folder}, so no stack can be found: run this in the project's folder.",
            )
        document = read_yaml(path)
        name, declared = document.get("name"), document.get("config")
        if not isinstance(name, str) or not is_name(name):
            raise Stopped(
                Reason.SETTINGS_REFUSED,
                f"{path} has no usable name, which every configuration key needs: add `name:` with letters, digits, "
                "hyphens, underscores and periods.",
            )
        # An older form: `config` is the folder instead of the keys.
        where, declared = (declared, {}) if isinstance(declared, str) else (document.get("stackConfigDir"), declared)
        if not isinstance(where or "", str):
            raise Stopped(Reason.SETTINGS_REFUSED, f"`stackConfigDir` in {path} is not the name of a folder.")
        if not isinstance(declared if declared is not None else {}, Mapping):
            raise Stopped(
                Reason.SETTINGS_REFUSED,
                f"`config` in {path} is not a block of keys, so the engine cannot read it: write `config:` and below "
                "it one key per line.",
            )
        return cls(folder, name, folder / (where or ""), _defaults(name, declared or {}, path), _uses_package(document))

    @classmethod
    def find(cls, folder: Path) -> "Project":
        """As `read`; a folder without a Pulumi.yaml is a project that declares nothing."""
        return cls.read(folder) if (folder / "Pulumi.yaml").exists() else cls(folder, "", folder, {})

    def stack_file(self, stack: str) -> Path:
        """Where a stack's configuration is."""
        return self.stack_files / stack_file_name(stack)


def _uses_package(document: Mapping[str, Any]) -> bool:
    """Whether `packages` names the component, as `pulumi package add` writes it."""
    packages = document.get("packages")
    return isinstance(packages, Mapping) and COMPONENT_TYPE.partition(":")[0] in packages


def stack_file_name(stack: str) -> str:
    """A stack's file bears the last part of its name."""
    return f"Pulumi.{stack.rpartition('/')[2]}.yaml"


def full_key(project: str, written: str) -> str:
    """A configuration key with its namespace, as the engine reads it: `key`, `project:key` or `project:config:key`."""
    parts = written.split(":")
    if len(parts) == 3 and parts[1] == "config":
        del parts[1]
    return ":".join(parts) if len(parts) > 1 else f"{project}:{written}"


def _defaults(project: str, declared: Mapping[Any, Any], path: Path) -> dict[str, str]:
    found = {}
    for written, declaration in declared.items():
        key = full_key(project, str(written))
        short = not isinstance(declaration, Mapping)
        value = declaration if short else declaration.get("default", declaration.get("value"))
        if value is None or not key.startswith(f"{project}:"):
            continue
        try:
            found[key] = engine_yaml.config_text(value, default=True)
        except ValueError as error:
            raise Stopped(Reason.SETTINGS_REFUSED, f"The default of {key} in {path} cannot be read: {error}") from None
    return found


def read_yaml(path: Path) -> Mapping[str, Any]:
    """A file of the project, its scalars as the engine reads them; empty where the file is.

    Raises:
        Stopped: it cannot be read.
    """
    try:
        document = engine_yaml.load(read_given_text(path))
    except OSError as error:
        raise Stopped(Reason.SETTINGS_REFUSED, f"{path.name} cannot be read: {error.strerror}.") from None
    except NotYaml as error:
        raise Stopped(Reason.SETTINGS_REFUSED, f"{path.name} cannot be read as YAML: {error}") from None
    if not isinstance(document or {}, Mapping):
        raise Stopped(Reason.SETTINGS_REFUSED, f"{path.name} cannot be read as YAML: it is not a block of keys.")
    return document or {}


def stack_named(folder: Path, name: StackName) -> StackName:
    """The name, once it is that of a stack of the project in this folder.

    Raises:
        Stopped: it names a stack of another project (`stack-unknown`).
    """
    if name.project and (own := Project.read(folder).name) != name.project:
        raise Stopped(
            Reason.STACK_UNKNOWN,
            f"{name.qualified!r} is a stack of the project {name.project}, and Pulumi.yaml here is that of {own}: "
            f"run this in the folder of {name.project}, or add `--stack {name}` for this project's stack.",
        )
    return name
