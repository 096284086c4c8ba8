"""Reads YAML that people write: whatever is wrong with a text is one exception with one sentence, never a traceback.

Values are YAML 1.2's. What the engine makes of a stack's file is `stack.engine_yaml`'s.
"""

from collections.abc import Mapping
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import YAMLError

_MOST_CHARACTERS: Final = 1_000_000
_MOST_VALUES: Final = 100_000
"""With everything that an alias repeats: a few lines of aliases can stand for more than any memory holds."""
_DEEPEST: Final = 100


class NotYaml(ValueError):
    """The text is not YAML, names a day that does not exist, or is larger or deeper than anything a person writes."""


def load_yaml(text: str, loader: YAML | None = None) -> Any:
    """What a text says.

    Args:
        loader: reads it; None: one that yields plain values.

    Raises:
        NotYaml: it says nothing that can be used; the message is one line.
    """
    if len(text) > _MOST_CHARACTERS:
        raise NotYaml(f"it has more than {_MOST_CHARACTERS:,} characters")
    reader = loader or YAML(typ="safe", pure=True)
    reader.max_depth = _DEEPEST
    try:
        document = reader.load(text.removeprefix("\ufeff"))
        _count(document, {}, 0)
    except (RecursionError, MaxDepthExceededError):
        raise NotYaml("it is nested too deeply") from None
    except NotYaml:
        raise
    # Of a day, a tag, a number or a merge key that is none; ruamel.yaml lets several kinds through.
    except (YAMLError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError) as error:
        raise NotYaml(" ".join(str(error).split()) or type(error).__name__) from None
    return document


def _count(value: Any, known: dict[int, int | None], depth: int) -> int:
    """How many values there are, those that an alias repeats counted each time.

    Args:
        known: counts by identity; None: being counted.
    """
    if depth > _DEEPEST:
        raise NotYaml("it is nested too deeply")
    if isinstance(value, str):
        _check_characters(value)
    if not isinstance(value, Mapping | list | tuple | set):
        return 1
    if id(value) in known:
        counted = known[id(value)]
        if counted is None:
            raise NotYaml("it holds an alias of itself")
        return counted
    known[id(value)] = None
    inner = [*value, *value.values()] if isinstance(value, Mapping) else list(value)
    total = 1 + sum(_count(one, known, depth + 1) for one in inner)
    if total > _MOST_VALUES:
        raise NotYaml(f"its aliases repeat more than {_MOST_VALUES:,} values")
    known[id(value)] = total
    return total


def _check_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotYaml("it escapes half a character (\\ud800 to \\udfff)") from None
