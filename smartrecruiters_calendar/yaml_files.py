"""Reads YAML that people write: whatever is wrong with a text is one exception with one sentence, never a traceback.

Values are YAML 1.2's. What the engine makes of a stack's file is `stack.engine_yaml`'s.
"""

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError


class NotYaml(ValueError):
    """The text is not YAML, names a day that does not exist, or is nested deeper than anything a person writes."""


def load_yaml(text: str, loader: YAML | None = None) -> Any:
    """What a text says.

    Args:
        loader: reads it; None: one that yields plain values.

    Raises:
        NotYaml: it says nothing that can be used; the message is one line.
    """
    try:
        return (loader or YAML(typ="safe", pure=True)).load(text)
    except RecursionError:
        raise NotYaml("it is nested too deeply") from None
    except (YAMLError, ValueError, TypeError, LookupError) as error:  # of a day, a tag or a merge key that is no such
        raise NotYaml(" ".join(str(error).split()) or type(error).__name__) from None
