"""The file `Pulumi.<stack>.yaml`: writes a new tenant's, and edits the client secrets that one declares.

A new file has the required keys filled in and every optional key explained; the values are checked by the program's own
rules first. An edit adds or removes one entry of `secrets` and leaves every other character as it was, so that a
reviewer sees nothing but the rotation. No stack is created and no tenant is asked.
"""

import json
import re
from collections.abc import Callable, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from string import Template
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark, YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString
from ruamel.yaml.tokens import CommentToken

from components import configuration, settings
from components.client_secrets import ClientSecret
from components.mistakes import Mistake
from components.settings import SecretSettings
from smartrecruiters_calendar.given_files import read_given
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.private_files import create_file, replace_file
from smartrecruiters_calendar.stack.name import is_plain_name
from smartrecruiters_calendar.stack.project import Project
from smartrecruiters_calendar.yaml_files import NotYaml, load_yaml

_TEMPLATE = Path(__file__).with_name("file.yaml.template")
"""Its keys have the project's name: keys without it are rewritten by `pulumi stack init`, and lose their comments."""


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
    saved_by: str | None = None,
) -> Path:
    """Write `folder/Pulumi.<stack>.yaml` and return its path.

    Raises:
        ConfigurationRefused: a value the program itself would refuse.
        StackFileRefused: the name is not a stack name, or the file is already there or cannot be written.
    """
    if not is_plain_name(stack):
        raise StackFileRefused(f"{stack!r} is not a stack name: use letters, digits, dots, dashes and underscores.")
    values = {
        "directoryId": directory_id,
        "owners": owners,
        "secrets": [{"issued": issued.isoformat(), "years": years}],
        "tenantDomain": tenant_domain or "",
        "smartrecruiters": {"savedBy": saved_by} if saved_by else {},
    }
    checked = configuration.parse(values)
    path, text = Project.find(folder).stack_file(stack), _text(folder, stack, checked)
    try:
        create_file(path, text)
    except FileExistsError:
        raise StackFileRefused(f"{path.name} is already there. Edit it, or choose another stack name.") from None
    except OSError as error:
        raise StackFileRefused(f"{path} cannot be written: {error.strerror}.") from None
    return path


def _text(folder: Path, stack: str, checked: settings.Settings) -> str:
    (secret,) = checked.secrets
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        project=Project.read(folder).name,
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
        saved_by=json.dumps(checked.smartrecruiters.saved_by or "recruiting.admin@contoso.com"),
        saved_by_unset="" if checked.smartrecruiters.saved_by else "# ",
    )


class StackFile:
    """The file of one stack in a checkout, with the secrets that it declares."""

    def __init__(self, project: Path, stack: str) -> None:
        self.path, self._stack = Project.find(project).stack_file(stack), stack
        self._project = project

    def declared(self) -> list[ClientSecret]:
        """The declared secrets, in the file's order.

        Raises:
            Stopped: the file or its list of secrets cannot be read.
        """
        return self.declared_in(self._text())

    def declared_in(self, text: str) -> list[ClientSecret]:
        """The declared secrets in another version of the same file. Raises as `declared`."""
        return [self._secret(entry) for entry in self._read(text)[1]]

    def add(self, secret: ClientSecret) -> None:
        """Declare one more secret, after the others.

        Raises:
            Stopped: the file cannot be edited; it is as it was.
        """
        lifetime = {"days": secret.days} if secret.years is None else {"years": secret.years}
        entry = {"issued": secret.issued.isoformat(), **lifetime}
        self._edit(lambda entries: entries.append(_in_style_of(entries, entry)))

    def remove(self, issued: Sequence[date]) -> None:
        """Stop declaring the secrets of these days.

        Raises:
            Stopped: the file cannot be edited; it is as it was.
        """

        def edit(entries: list[Any]) -> None:
            for place in reversed(range(len(entries))):
                if self._secret(entries[place]).issued in issued:
                    _keep_comments_after(entries, place)
                    del entries[place]

        self._edit(edit)

    def _edit(self, edit: Callable[[list[Any]], None]) -> None:
        """Edit the entries as ruamel.yaml reads them, and write the lines of the list as it prints them.

        Refused where it would not print the lines as they are, or where anything but the edit would change.
        """
        before = self._text()
        rest, expected = self._read(before)
        edit(expected)
        newline = "\r\n" if "\r\n" in before else "\n"
        text = before.replace("\r\n", "\n")
        lines = text.splitlines(keepends=True)
        if not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        try:
            first, end = _lines_of(text, self._key(text))
            old, new = _printed("".join(lines[first:end]), edit)
            after = "".join([*lines[:first], *new, *lines[end:]]).replace("\n", newline)
            safe = old == lines[first:end] and self._read(after) == (rest, _plain(expected))
        except (
            YAMLError,
            ValueError,
            TypeError,
            LookupError,
            AttributeError,
        ):  # an alias, or a list that does not have lines of its own
            safe = False
        if not safe:
            raise self._refused("is written in a way that could not be edited safely: edit `secrets` in an editor")
        try:
            replace_file(self.path, after)
        except OSError as error:
            raise Stopped(Reason.STACK_FILE_REFUSED, f"{self.path.name} could not be written: {error}.") from None

    def _text(self) -> str:
        try:
            return read_given(self.path).decode()
        except FileNotFoundError:
            raise self._refused("is not in this checkout: work in the checkout that has the stack's file") from None
        except OSError as error:
            raise self._refused(f"cannot be read ({error.strerror}): correct it") from None
        except UnicodeDecodeError as error:
            raise self._refused(f"is not UTF-8 (byte {error.start + 1}): save it as UTF-8") from None

    def _key(self, text: str) -> str:
        """The key of the list, which may or may not have the project's namespace: the engine accepts both."""
        try:
            document = load_yaml(text)
        except NotYaml as error:
            raise self._refused(f"is not valid YAML ({error})") from None
        configured = document.get("config") if isinstance(document, dict) else None
        for key in (f"{Project.read(self._project).name}:secrets", "secrets"):
            if isinstance(configured, dict) and key in configured:
                return key
        raise self._refused("declares no `secrets` under `config`: add {issued: YYYY-MM-DD, years: 1} there")

    def _read(self, text: str) -> tuple[Any, list[Any]]:
        """The document without the list, and the list, as plain values."""
        key = self._key(text)
        document = load_yaml(text)
        entries = document["config"].pop(key)
        try:
            entries = json.loads(entries) if isinstance(entries, str) else entries
        except (ValueError, RecursionError):
            entries = None
        if not isinstance(entries, list):
            raise self._refused("has a `secrets` that is not a list: write one entry per secret, {issued, years}")
        return document, _plain(entries)

    def _secret(self, entry: Any) -> ClientSecret:
        try:
            return SecretSettings.model_validate(*_plain([entry])).declared()
        except (Mistake, ValueError):
            raise self._refused(
                "has an entry under `secrets` that does not declare a secret: type "
                f"`pulumi preview --stack {self._stack}`, which says what is wrong"
            ) from None

    def _refused(self, why: str) -> Stopped:
        return Stopped(Reason.STACK_FILE_REFUSED, f"{self.path.name} {why}, then run this again.")


def _plain(entries: list[Any]) -> list[Any]:
    """Entries as JSON has them: a day that YAML reads as a date is text."""
    return [
        {key: value.isoformat() if isinstance(value, date) else value for key, value in entry.items()}
        if isinstance(entry, dict)
        else entry
        for entry in entries
    ]


def _lines_of(text: str, key: str) -> tuple[int, int]:
    """The lines of the list with its key; comments and blank lines after the last entry are not among them."""
    configured = YAML().load(text)["config"]
    first = configured.lc.key(key)[0]
    later = [line for name in configured if (line := configured.lc.key(name)[0]) > first]
    lines = text.splitlines()
    end = min([*later, *(n for n in range(first + 1, len(lines)) if re.match(r"[^\s#]", lines[n])), len(lines)])
    while lines[end - 1].lstrip()[:1] in ("", "#"):
        end -= 1
    return first, end


def _printed(lines: str, edit: Callable[[list[Any]], None]) -> tuple[list[str], list[str]]:
    """The lines of the list as ruamel.yaml prints them in their own indentation, before the edit and after it."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    document = yaml.load(f"config:\n{lines}")
    (key,) = document["config"]
    entries = document["config"][key]
    indent = document["config"].lc.col
    if isinstance(entries, CommentedSeq) and not entries.fa.flow_style() and entries:
        yaml.indent(mapping=indent, sequence=entries[0].lc.col - indent, offset=entries.lc.col - indent)
    else:
        yaml.indent(mapping=indent)

    def printed() -> list[str]:
        into = StringIO()
        yaml.dump(document, into)
        return into.getvalue().splitlines(keepends=True)[1:]

    before = printed()
    comment = document["config"].ca.items.get(key, [None] * 3)[2]
    on_one_line = comment is not None and len(before) == 1
    if on_one_line:  # ruamel.yaml keeps the column of a comment; here it keeps its distance from the value
        column, comment.column = comment.column, 0
        column -= len(printed()[0])
    if isinstance(entries, str):
        values = json.loads(entries)
        edit(values)
        document["config"][key] = type(entries)(json.dumps(values))
    else:
        edit(entries)
    if on_one_line:
        comment.column = column + len(printed()[0])
    return before, printed()


def _in_style_of(entries: list[Any], entry: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(entries, CommentedSeq):
        return entry
    styled = CommentedMap({key: DoubleQuotedScalarString(v) if isinstance(v, str) else v for key, v in entry.items()})
    if entries.fa.flow_style():
        styled.fa.set_flow_style()
    return styled


def _keep_comments_after(entries: list[Any], place: int) -> None:
    """Move the comment lines between an entry and the next one, which ruamel.yaml attaches to the first of them."""
    if not isinstance(entries, CommentedSeq) or not isinstance(entries[place], CommentedMap):
        return
    entry = entries[place]
    if entry.fa.flow_style():
        token = entries.ca.items.get(place, [None])[0]
    else:
        token = entry.ca.items.get(next(reversed(entry)), [None] * 3)[2]
    if token and place + 1 < len(entries):
        _, _, after = token.value.partition("\n")
        if after:
            entries.ca.items.setdefault(place + 1, [None, None, None, None])[1] = [
                CommentToken(after, CommentMark(0), None)
            ]
