"""Reads a stack's configuration, or the component's arguments, into `components.settings.Settings`.

Every mistake is reported at once, with what to type (`components.mistakes`). What a value may be is in
`components.settings`; nothing is looked up in a tenant here.
"""

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from components import provider_settings
from components.arguments import CalendarIntegrationArgs
from components.mistakes import ConfigurationRefused, Mistake
from components.redirect_url import NONE
from components.settings import Settings

_REQUIRED: Final = {
    "directoryId": Mistake(
        "there is no directory ID.",
        "It ties the stack to one tenant; without it a wrong sign-in could open another company's calendars.",
        "pulumi config set directoryId <Directory (tenant) ID from the Entra overview page>",
    ),
    "secrets": Mistake(
        "no secret is declared.",
        "SmartRecruiters signs in with a client secret, and its lifetime is a decision to review.",
        "pulumi config set --path 'secrets[0].issued' <today, YYYY-MM-DD> && "
        "pulumi config set --path 'secrets[0].years' 1",
    ),
    "owners": Mistake(
        "no owner is configured.",
        "Owners are fixed object IDs: an owner taken from the current deployer is evicted by the next one.",
        "pulumi config set --path 'owners[0]' <object ID of the deployer's service principal>",
    ),
}


def from_engine(project: str, texts: Mapping[str, str]) -> Settings:
    """Check the configuration that the engine hands to a program.

    Args:
        project: the project's name, the namespace of its keys; other namespaces are their providers'.

    Raises:
        ConfigurationRefused: with every mistake found.
    """
    own = {key.removeprefix(f"{project}:"): text for key, text in texts.items() if key.startswith(f"{project}:")}
    unused = provider_settings.refused(texts)
    try:
        settings = parse({key: _value(text, _KINDS.get(key, str)) for key, text in own.items()})
    except ConfigurationRefused as refused:
        raise ConfigurationRefused([*unused, *refused.mistakes]) from None
    if unused:
        raise ConfigurationRefused(unused)
    return settings


def from_arguments(arguments: Mapping[str, Any]) -> Settings:
    """Check the component's arguments, whose names are the configuration keys' in snake case.

    Raises:
        ConfigurationRefused: with every mistake found, or one of them is not known before the deployment.
    """
    wrong = [(to_camel(name), _NOT_PLAIN) for name, value in arguments.items() if not _is_plain(value)]
    wrong += [(key, _OF_A_DELIVERY) for key in map(to_camel, arguments) if key in DELIVERY_KEYS]
    if wrong:
        raise ConfigurationRefused(wrong)
    return parse(as_configuration(arguments))


def delivery_file(stack: str) -> str:
    """Next to the Pulumi.yaml of a program that declares the packaged component: what a delivery needs beyond it."""
    return f"smartrecruiters-calendar.{stack.rpartition('/')[2]}.yaml"


DELIVERY_KEYS: Final = {
    to_camel(name) for name in Settings.model_fields.keys() - CalendarIntegrationArgs.__annotations__
}
_OF_A_DELIVERY: Final = Mistake(
    "it is not an argument of the component.",
    "The component declares the app; how its credentials reach SmartRecruiters is read by the verbs alone.",
    f"Move it to {delivery_file('<stack>')}, next to the program's Pulumi.yaml.",
)


def as_configuration(value: Any) -> Any:
    """Arguments by their configuration keys; a whole number, which the engine's protocol sends as 1.0, becomes 1."""
    if isinstance(value, Mapping):
        return {to_camel(name): as_configuration(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_configuration(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_plain(value: Any) -> bool:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return isinstance(value, Mapping | list | tuple | str | int | float | NoneType) and all(map(_is_plain, inner))


_NOT_PLAIN: Final = Mistake(
    "it holds a secret, or a value that another resource gives.",
    "What may be requested, granted and owned is reviewed before the deployment, so it must be known by then.",
    "Write the value itself.",
)


def parse(values: Mapping[str, Any]) -> Settings:
    """Check configuration values that are already decoded.

    Args:
        values: configuration key (without namespace) to value. Empty strings, lists and objects stand for *unset*,
            as Pulumi.yaml gives every key such a default so that its absence can be explained here.

    Raises:
        ConfigurationRefused: with every mistake found.
    """
    nulls = [(key, _wrong_type(key, "null", _KINDS[key])) for key in _KINDS if key in values and values[key] is None]
    given = {key: value for key, value in values.items() if value is not None or key not in _KINDS}
    given = {key: value for key, value in given.items() if key == "permissions" or not _is_unset(key, value)}
    null_keys = {key for key, _ in nulls}
    mistakes = [(key, mistake) for key, mistake in _REQUIRED.items() if key not in given and key not in null_keys]
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        explained = {key for key, _ in mistakes} | null_keys
        found = [(_path(detail["loc"]), _explained(detail)) for detail in error.errors()]
        raise ConfigurationRefused(
            [*mistakes, *nulls, *((key, m) for key, m in found if key not in explained)]
        ) from None
    if nulls:
        raise ConfigurationRefused(nulls)
    if (written := given.get("redirectUrl")) not in (None, NONE, settings.redirect_url):
        settings.note(
            f"redirectUrl {written} is deployed as {settings.redirect_url}: the azuread provider refuses a URL "
            "without a path, and Entra itself adds the slash."
        )
    if (written := given.get("tenantDomain")) and not written.isascii():
        settings.note(f"tenantDomain {written} is deployed as {settings.tenant_domain}.")
    return settings


def _value(text: str, kind: type) -> Any:
    """What a text stands for. Text that is not JSON stays text, and a key of another type refuses it.

    A key for text refuses numbers, lists and null: the program cannot see which of them were quoted.
    """
    if kind is str and _UNQUOTED_DAY.fullmatch(text):
        return date.fromisoformat(text[:10])
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text if isinstance(value, str) else value


def _is_unset(key: str, value: Any) -> bool:
    kind = _KINDS.get(key)
    return kind is not None and isinstance(value, kind) and kind in (str, list, dict) and not value


def _kind(annotation: Any) -> type:
    for choice in get_args(annotation) if get_origin(annotation) is Union or isinstance(annotation, UnionType) else ():
        if choice is not NoneType:
            return _kind(choice)
    if get_origin(annotation) is Annotated:
        return _kind(get_args(annotation)[0])
    if get_origin(annotation) is tuple:
        return list
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return dict
    return annotation if annotation in (bool, int) else str


_UNQUOTED_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d( 00:00:00 \+0000 UTC|T00:00:00Z)")
_KINDS: Final = {to_camel(name): _kind(field.annotation) for name, field in Settings.model_fields.items()}
"""The type of each key."""


def _path(location: Sequence[int | str]) -> str:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path or "configuration"


def _explained(detail: ErrorDetails) -> Mistake:
    """A mistake raised by a rule above, or pydantic's own finding in the same form."""
    raised, path = detail.get("ctx", {}).get("error"), _path(detail["loc"])
    if isinstance(raised, Mistake):
        return _at(detail["loc"], raised)
    if kind := _EXPECTED.get(detail["type"]):
        written = "empty" if detail["input"] == "" else _WRITTEN.get(type(detail["input"]), "of another type")
        return _wrong_type(path, written, kind)
    key = str(detail["loc"][-1])
    if detail["type"] == "extra_forbidden":
        known = list(_section_keys(detail["loc"]))
        near = difflib.get_close_matches(key, known, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        return Mistake(
            "this key is unknown.",
            "A misspelt key would be ignored in silence, and its default would be deployed instead.",
            f"{hint}Known keys: {', '.join(known)}. Remove it with: pulumi config rm --path '{path}'",
        )
    return Mistake(
        f"{detail['msg'][0].lower()}{detail['msg'][1:]}.",
        "Each key takes the values that its description names.",
        f"See the key's description in Pulumi.yaml, then: pulumi config set --path '{path}' <value>",
    )


_EXPECTED: Final[Mapping[str, type]] = {
    "string_type": str,
    "int_type": int,
    "bool_type": bool,
    "tuple_type": list,
    "model_type": dict,
}
"""Pydantic's finding to the type that was expected."""
_WRITTEN: Final[Mapping[type, str]] = {
    str: "text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a block of keys",
    date: "a date without quotes",
    NoneType: "null",
}
_TYPES: Final[Mapping[type, tuple[str, str, str]]] = {
    str: ("text", "Text that looks like another type is read as that type.", "'{path}' <text>"),
    int: ("a whole number", "Leading zeros, quotes and words make a number ambiguous.", "'{path}' <number>"),
    bool: ("true or false", "Only these two words are unambiguous.", "'{path}' true"),
    list: ("a list", "Each entry is checked and declared on its own.", "'{path}[0]' <first entry>"),
    dict: ("a block of keys", "Each key has its own meaning.", "'{path}.<key>' <value>"),
}
"""For each type what it is called, why it matters and how to set it."""


def _wrong_type(path: str, written: str, kind: type) -> Mistake:
    expected, why, command = _TYPES[kind]
    remove = f"pulumi config rm --path '{path}' && " if kind in (list, dict) else ""
    return Mistake(
        f"the value is {written}, and {expected} is needed.",
        why,
        f"{remove}pulumi config set --path {command.format(path=path)}",
    )


def _at(location: Sequence[int | str], mistake: Mistake) -> Mistake:
    """The mistake with a command for the entry it was found in; rules name the first one."""
    if len(location) < 2 or not isinstance(location[1], int):
        return mistake
    remedy = mistake.remedy.replace(f"{location[0]}[0]", f"{location[0]}[{location[1]}]")
    return Mistake(mistake.wrong, mistake.why, remedy)


def _section_keys(location: tuple[int | str, ...]) -> tuple[str, ...]:
    section: type[BaseModel] = Settings
    for part in location[:-1]:
        field = next((f for f in section.model_fields.values() if f.alias == part), None)
        section = next(iter(_blocks(field.annotation)), section) if field else section
    return tuple(to_camel(name) for name in section.model_fields)


def _blocks(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [block for choice in get_args(annotation) for block in _blocks(choice)]
