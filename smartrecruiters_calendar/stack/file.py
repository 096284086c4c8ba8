"""The project's files: `Pulumi.yaml`, and a `Pulumi.<stack>.yaml` for each stack, read or written for a new tenant.

A new file has the required keys filled in and every optional key explained; the values are checked by the program's own
rules before anything is written. Nothing here makes a stack or asks a tenant.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template
from typing import Any

from ruamel.yaml.error import YAMLError

from components import settings
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack import engine_yaml
from smartrecruiters_calendar.stack.name import StackName

_TEMPLATE = Path(__file__).with_name("file.yaml.template")
STACK_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


@dataclass(frozen=True)
class Project:
    """What Pulumi.yaml says."""

    folder: Path
    name: str
    stack_files: Path
    """Folder of the stacks' files: the project's, unless `stackConfigDir` names another."""
    defaults: Mapping[str, str]
    """Default values by key (with its namespace), as the text that a program receives."""

    @classmethod
    def read(cls, folder: Path) -> "Project":
        """Read `folder/Pulumi.yaml`.

        Raises:
            Stopped: it is missing or cannot be read.
        """
        path = folder / "Pulumi.yaml"
        if not path.is_file():
            raise Stopped(
                Reason.SETTINGS_REFUSED,
                f"There is no Pulumi.yaml in {folder}, so no stack can be found: run this in the project's folder.",
            )
        document = read_yaml(path)
        name, declared = document.get("name"), document.get("config") or {}
        if not isinstance(name, str) or not name:
            raise Stopped(Reason.SETTINGS_REFUSED, f"{path} has no name, which every configuration key needs: add it.")
        # An older form: `config` is the folder instead of the keys.
        where, declared = (declared, {}) if isinstance(declared, str) else (document.get("stackConfigDir"), declared)
        return cls(folder, name, folder / (where or ""), _defaults(name, declared, path))

    def stack_file(self, stack: str) -> Path:
        """Where a stack's configuration is; its file bears the last part of its name."""
        return self.stack_files / f"Pulumi.{stack.rpartition('/')[2]}.yaml"


def _defaults(project: str, declared: Any, path: Path) -> dict[str, str]:
    found = {}
    for written, declaration in declared.items() if isinstance(declared, Mapping) else ():
        key = written if ":" in written else f"{project}:{written}"
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
        document = engine_yaml.load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise Stopped(Reason.SETTINGS_REFUSED, f"{path.name} cannot be read as YAML: {error}") from None
    if not isinstance(document or {}, Mapping):
        raise Stopped(Reason.SETTINGS_REFUSED, f"{path.name} cannot be read as YAML: it is not a block of keys.")
    return document or {}


def stack_file(folder: Path, stack: str) -> Path:
    """Where a stack's configuration is, also where there is no Pulumi.yaml to name another folder."""
    if (folder / "Pulumi.yaml").is_file():
        return Project.read(folder).stack_file(stack)
    return Project(folder, "", folder, {}).stack_file(stack)


def stack_named(folder: Path, text: str) -> StackName:
    """The name of a stack of the project in a folder.

    Raises:
        Stopped: it is not the name of a stack, or names a stack of another project (`stack-unknown`).
    """
    name = text if isinstance(text, StackName) else StackName.parse(text)
    if name.project and (own := Project.read(folder).name) != name.project:
        raise Stopped(
            Reason.STACK_UNKNOWN,
            f"{name.qualified!r} is a stack of the project {name.project}, and Pulumi.yaml here is that of {own}: "
            f"run this in the folder of {name.project}, or add `--stack {name}` for this project's stack.",
        )
    return name


class StackFileRefused(Exception):
    """The file cannot be written; the message says why and what to do."""


def new_stack_file(
    folder: Path,
    stack: str,
    *,
    directory_id: str,
    owners: list[str],
    issued: date,
    years: int,
    tenant_domain: str | None,
) -> Path:
    """Write `folder/Pulumi.<stack>.yaml` and return its path.

    Raises:
        ConfigurationRefused: a value the program itself would refuse.
        StackFileRefused: the name is not a stack name, or the file is already there.
    """
    if not STACK_NAME.fullmatch(stack):
        raise StackFileRefused(f"{stack!r} is not a stack name: use letters, digits, dots, dashes and underscores.")
    values = {
        "directoryId": directory_id,
        "owners": owners,
        "secrets": [{"issued": issued.isoformat(), "years": years}],
        "tenantDomain": tenant_domain or "",
    }
    checked = settings.parse(values)
    path = stack_file(folder, stack)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(_text(folder, stack, checked))
    except FileExistsError:
        raise StackFileRefused(f"{path.name} is already there. Edit it, or choose another stack name.") from None
    return path


def _text(folder: Path, stack: str, checked: settings.Settings) -> str:
    (secret,) = checked.secrets
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        project=Project.read(folder).name if (folder / "Pulumi.yaml").is_file() else settings.PROJECT,
        stack=stack,
        directory_id=checked.directory_id,
        owners=json.dumps(checked.owners),
        issued=secret.issued.isoformat(),
        years=secret.years,
        tenant_domain=checked.tenant_domain or "contoso.onmicrosoft.com",
        tenant_domain_unset="" if checked.tenant_domain else "# ",
        display_name=json.dumps(settings.DEFAULT_DISPLAY_NAME),
        redirect_url=settings.DEFAULT_REDIRECT_URL,
        permissions=json.dumps(checked.permissions),
    )
