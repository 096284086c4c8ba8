"""Commands in a message name their stack, so that they mean the same one whichever is selected where they are typed."""

import re
from typing import Final

_WITHOUT_STACK: Final = re.compile(
    r"(pulumi (?:cancel|config|destroy|preview|refresh|up)"
    r"|smartrecruiters-calendar (?!new-stack)(?:rotate )?[a-z]+(?:-[a-z]+)*)"
    r"(?![\w-])(?![^`;&]*--stack)"
)


def naming_stack(text: str, stack: str) -> str:
    """The text, with `--stack` in each command that lacks it."""
    return _WITHOUT_STACK.sub(rf"\1 --stack {stack}", text)
