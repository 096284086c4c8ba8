"""A stack's settings from its `Pulumi.<stack>.yaml` itself: no CLI is started, no state and no tenant is asked.

The engine reads the same file, so both see the same values; those that `pulumi config set` stored in a backend
(remote configuration) are not seen here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from components import settings
from components.mistakes import ConfigurationRefused
from components.settings import Settings
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.file import stack_file


def read(project: Path, stack: str) -> Settings:
    """The checked settings of one stack.

    Raises:
        Stopped: there is no such file, or it has mistakes.
    """
    path = stack_file(project, stack)
    try:
        document = YAML(typ="safe", pure=True).load(path) or {}
    except FileNotFoundError:
        raise Stopped(
            Reason.SETTINGS_REFUSED,
            f"There is no {path.name}: make it with `smartrecruiters-calendar new-stack {stack} --help`.",
        ) from None
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise Stopped(Reason.SETTINGS_REFUSED, f"{path.name} cannot be read as YAML: {error}") from None
    configured = document.get("config") if isinstance(document, Mapping) else None
    values: dict[str, Any] = {}
    for full_key, value in (configured if isinstance(configured, Mapping) else {}).items():
        namespace, _, key = str(full_key).partition(":")
        if namespace != settings.PROJECT:
            continue
        if isinstance(value, Mapping) and "secure" in value:
            raise Stopped(
                Reason.SETTINGS_REFUSED,
                f"The configuration {full_key} is stored as a secret, and nothing there is one: "
                f"type `pulumi config set {full_key} <value>` to store it in clear.",
            )
        values[key] = value
    try:
        return settings.parse(values)
    except ConfigurationRefused as refused:
        raise Stopped(Reason.SETTINGS_REFUSED, str(refused)) from None
