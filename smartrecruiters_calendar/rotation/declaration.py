"""Edits the list `secrets` of a `Pulumi.<stack>.yaml`: one entry in, one entry out, every other character as it was.

ruamel.yaml says where each entry stands; only those characters are cut or added, so comments, order, quotes and line
ends survive and a reviewer sees nothing but the rotation. The result is read back and compared before it replaces the
file. It knows three ways of writing the list: block style, flow style, and the JSON text of `pulumi config set`.
"""

import json
import os
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from components.client_secrets import ClientSecret
from components.mistakes import Mistake
from components.settings import PROJECT, SecretSettings
from smartrecruiters_calendar.outcome import Reason, Stopped

_KEYS: Final = (f"{PROJECT}:secrets", "secrets")
"""The list's key, with the project's namespace or without: the engine takes both."""


class StackFile:
    """The configuration file of one stack, in a checkout."""

    def __init__(self, project: Path, stack: str) -> None:
        """Nothing is read yet. `stack` may be fully qualified; the file bears its last part."""
        self.path = project / f"Pulumi.{stack.rsplit('/', 1)[-1]}.yaml"

    def declared(self) -> list[ClientSecret]:
        """The declared secrets, in the file's order.

        Raises:
            Stopped: the file or its list of secrets cannot be read.
        """
        return self.declared_in(self._text())

    def declared_in(self, text: str) -> list[ClientSecret]:
        """The declared secrets in another text of the same file. Raises as `declared`."""
        return [self._secret(entry) for entry in self._entries(text)]

    def add(self, secret: ClientSecret) -> None:
        """Declare one more secret, after the others.

        Raises:
            Stopped: the file cannot be edited; it is as it was.
        """
        text = self._text()
        value = self._value(text)
        lifetime = ("years", secret.years) if secret.years is not None else ("days", secret.days)
        entry = {"issued": secret.issued.isoformat(), lifetime[0]: lifetime[1]}
        self._replace(text, _with_entry(text, value, entry), lambda before: [*before, entry])

    def remove(self, issued: Sequence[date]) -> None:
        """Declare the secrets of these days no longer.

        Raises:
            Stopped: the file cannot be edited; it is as it was.
        """
        text = self._text()
        entries = self._entries(text)
        gone = [place for place, entry in enumerate(entries) if self._secret(entry).issued in issued]
        changed = text
        for place in reversed(gone):
            changed = _without_entry(changed, self._value(changed), place)
        self._replace(text, changed, lambda before: [e for place, e in enumerate(before) if place not in gone])

    def _text(self) -> str:
        try:
            return self.path.read_bytes().decode()
        except FileNotFoundError:
            raise self._refused("is not in this checkout: work where the stack's file is") from None
        except (OSError, UnicodeDecodeError) as error:
            raise self._refused(f"cannot be read ({error})") from None

    def _value(self, text: str) -> Node:
        """The node of the list."""
        try:
            root = YAML().compose(text)
        except YAMLError as error:
            raise self._refused(f"is not YAML ({' '.join(str(error).split())})") from None
        configuration = _field(root, "config")
        for key in _KEYS:
            if (value := _field(configuration, key)) is not None:
                return value
        raise self._refused("declares no `secrets` under `config`: add {issued: YYYY-MM-DD, years: 1} there")

    def _entries(self, text: str) -> list[Any]:
        self._value(text)
        entries = _plain(text)[1]
        if not isinstance(entries, list):
            raise self._refused("has a `secrets` that is no list: write one entry a secret, {issued, years}")
        return entries

    def _secret(self, entry: Any) -> ClientSecret:
        try:
            return SecretSettings.model_validate(entry).declared()
        except (Mistake, ValueError):
            raise self._refused(
                "has an entry under `secrets` that is no declared secret: `pulumi preview` says what is wrong with it"
            ) from None

    def _replace(self, before: str, after: str, wanted: Callable[[list[Any]], list[Any]]) -> None:
        rest, entries = _plain(before)
        try:
            as_wanted = _plain(after) == (rest, wanted(entries))
        except YAMLError:
            as_wanted = False
        if not as_wanted:
            raise self._refused("is written in a way that could not be edited safely: edit `secrets` by hand")
        _write(self.path, after)

    def _refused(self, why: str) -> Stopped:
        return Stopped(Reason.STACK_FILE_REFUSED, f"{self.path.name} {why}, then run this again.")


def _field(node: Node | None, name: str) -> Node | None:
    if not isinstance(node, MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)


def _plain(text: str) -> tuple[Any, Any]:
    """The document without the list, and the list, as plain values."""
    document = YAML(typ="safe", pure=True).load(StringIO(text))
    for key in _KEYS:
        if key in document["config"]:
            entries = document["config"].pop(key)
            break
    entries = json.loads(entries) if isinstance(entries, str) else entries
    return document, [
        {key: value.isoformat() if isinstance(value, date) else value for key, value in entry.items()}
        if isinstance(entry, dict)
        else entry
        for entry in entries
    ] if isinstance(entries, list) else entries


def _with_entry(text: str, value: Node, entry: dict[str, Any]) -> str:
    if isinstance(value, ScalarNode):
        return _with_text(text, value, [*json.loads(value.value), entry])
    if not isinstance(value, SequenceNode):
        return text
    if value.flow_style:
        end = value.value[-1].end_mark.index if value.value else value.start_mark.index + 1
        written = "{" + ", ".join(f"{key}: {json.dumps(item)}" for key, item in entry.items()) + "}"
        return text[:end] + (", " if value.value else "") + written + text[end:]
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    after = _last_line(value.value[-1]) + 1
    if not lines[after - 1].endswith("\n"):
        lines[after - 1] += newline
    indent = " " * value.start_mark.column
    within = indent + " " * (value.value[-1].start_mark.column - value.start_mark.column)
    pairs = [f"{key}: {json.dumps(item)}{newline}" for key, item in entry.items()]
    dash = "-".ljust(len(within) - len(indent))
    lines[after:after] = [indent + dash + pairs[0], *(within + pair for pair in pairs[1:])]
    return "".join(lines)


def _without_entry(text: str, value: Node, place: int) -> str:
    if isinstance(value, ScalarNode):
        entries = json.loads(value.value)
        return _with_text(text, value, entries[:place] + entries[place + 1 :])
    if not isinstance(value, SequenceNode):
        return text
    items: list[Node] = value.value
    if value.flow_style:
        start, end = items[place].start_mark.index, items[place].end_mark.index
        if place + 1 < len(items):
            end = items[place + 1].start_mark.index
        elif place > 0:
            start = items[place - 1].end_mark.index
        return text[:start] + text[end:]
    lines = text.splitlines(keepends=True)
    del lines[items[place].start_mark.line : _last_line(items[place]) + 1]
    return "".join(lines)


def _with_text(text: str, value: ScalarNode, entries: list[Any]) -> str:
    return text[: value.start_mark.index] + f"'{json.dumps(entries)}'" + text[value.end_mark.index :]


def _last_line(node: Node) -> int:
    """Line of a node's last value. The node's own end is where the next token begins, comments included."""
    if isinstance(node, MappingNode) and not node.flow_style and node.value:
        return _last_line(node.value[-1][1])
    if isinstance(node, SequenceNode) and not node.flow_style and node.value:
        return _last_line(node.value[-1])
    return int(node.end_mark.line)


def _write(path: Path, text: str) -> None:
    """Replace the file in one step: whoever is killed here leaves the old one or the new one."""
    mode = path.stat().st_mode & 0o777
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise Stopped(Reason.STACK_FILE_REFUSED, f"{path.name} could not be written: {error}.") from None
