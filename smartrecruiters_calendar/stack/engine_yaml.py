"""YAML as the Pulumi engine reads it, and the text it turns a configuration value into.

The engine uses Go's yaml.v3, which differs from YAML 1.2 in scalars: `030` is octal, `2026-12-1` is a day. Its sources:
`resolve` of gopkg.in/yaml.v3; `unmarshalObject` and `MarshalString` of pulumi/sdk/go/common/resource/config (a stack's
file); `createConfigValue` of pulumi/pkg/workspace (defaults). No file is read here.
"""

import functools
import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.tag import Tag

from smartrecruiters_calendar.yaml_files import load_yaml

_PLAIN: Final = "!plain"
_WORDS: Final[Mapping[str, bool | float | None]] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_OCTAL: Final = re.compile(r"[-+]?0[0-7]+")
_TIME: Final = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:(?: (\d\d?):(\d\d?):(\d\d?)(?:\.(\d{1,9}))?)"
    r"|(?:[Tt](\d\d?):(\d\d?):(\d\d?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)))?"
)


class Moment(str):
    """An unquoted time stamp. As a text it is RFC 3339, as the engine writes it in defaults."""

    __slots__ = ("in_stack_file",)

    in_stack_file: str
    """As the engine writes it where a stack's file has it: Go's `Time.String`."""


class _Resolver(VersionedResolver):
    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        if kind is ScalarNode and implicit[0] and value != "<<":
            return Tag(suffix=_PLAIN)
        return super().resolve(kind, value, implicit)


class _Constructor(SafeConstructor):
    pass


_Constructor.add_constructor(_PLAIN, lambda _, node: _scalar(node.value))


@functools.lru_cache(maxsize=256)
def load(text: str) -> Any:
    """The document, with unquoted time stamps as `Moment`. Not to be changed: the next caller with this text gets it.

    One process asks for the same few files many times, and reading Pulumi.yaml takes a tenth of a second.

    Raises:
        NotYaml: it is not YAML.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.Resolver, yaml.Constructor = _Resolver, _Constructor
    return load_yaml(text, yaml)


def config_text(value: Any, *, default: bool = False) -> str:
    """The text that a program receives for a configuration value.

    Args:
        default: it is a default in Pulumi.yaml rather than a value in a stack's file.

    Raises:
        ValueError: the engine has no text for it, as for an infinite number.
    """
    plain = "" if value is None else _plain(value, default)  # the CLI warns that null counts as empty text
    return plain if isinstance(plain, str) else _json(plain)


def _plain(value: Any, default: bool) -> Any:
    if isinstance(value, Mapping):
        return {_key(key): _plain(inner, default) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, default) for inner in value]
    if isinstance(value, Moment):
        return str(value) if default else value.in_stack_file
    return value


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise ValueError(f"the key {key!r} is not text")  # noqa: TRY004 (the caller names the file)
    return key


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)


def _scalar(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if (moment := _moment(text)) is not None:
        return moment
    number = text if text[0] == "." else text.replace("_", "")
    if text[0] != "." and (whole := _integer(number)) is not None:
        return whole
    if _FLOAT.fullmatch(number):
        found = float(number)
        # The engine writes the file out and reads it once more, so a float without a fraction becomes an integer.
        return int(found) if found.is_integer() and abs(found) < 1e21 else found
    return text


def _integer(text: str) -> int | None:
    try:
        whole = int(text, 8) if _OCTAL.fullmatch(text) else int(text, 0)
    except ValueError:
        return None
    return whole if -(2**63) <= whole < 2**64 else None


def _moment(text: str) -> Moment | None:
    if not (found := _TIME.fullmatch(text)):
        return None
    year, month, day, *rest = found.groups()
    hour, minute, second, fraction = (rest[0:4] if rest[0] else rest[4:8]) if any(rest) else ("0", "0", "0", None)
    zone = rest[8] or "Z"
    try:
        at = datetime.combine(date(int(year), int(month), int(day)), datetime.min.time()) + timedelta(
            hours=int(hour), minutes=int(minute), seconds=int(second)
        )
    except ValueError:
        return None
    if int(hour) > 23 or int(minute) > 59 or int(second) > 59:
        return None
    part = f".{fraction.rstrip('0')}" if fraction and fraction.strip("0") else ""
    moment = Moment(f"{at:%Y-%m-%dT%H:%M:%S}{part}{zone}")
    offset = "+0000 UTC" if zone in ("Z", "+00:00") else f"{zone.replace(':', '')} {zone.replace(':', '')}"
    moment.in_stack_file = f"{at:%Y-%m-%d %H:%M:%S}{part} {offset}"
    return moment
