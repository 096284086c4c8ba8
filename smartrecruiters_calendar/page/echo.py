"""Whether a text repeats a secret, however it is written: escaped, encoded, cut off, in other letters.

Pages quote back what they were sent. What repeats a part of the secret is shown to nobody; nothing here decides what
is said instead.
"""

import base64
import binascii
import html
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_plus

from pydantic import SecretStr

_SHORTEST: Final = 10
"""Characters in a row that are taken for a part of the secret. Of a shorter secret, all of it."""
_DEPTH: Final = 3
"""How many ways of escaping may lie around each other."""
_UNICODE: Final = re.compile(r"\\+(?:u|x00)([0-9a-fA-F]{2,4})")
_TAG: Final = re.compile(r"<[^<>]*>")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_HEXADECIMAL: Final = re.compile(r"(?:[0-9a-fA-F]{2}[ :-]?){8,}")


def repeats(text: str, secret: SecretStr) -> bool:
    value = secret.get_secret_value().casefold()
    parts, bare_parts = _parts(value), _parts(_bare(value)) if len(_bare(value)) >= _SHORTEST else set()
    return any(
        any(part in form for part in parts) or any(part in bare for part in bare_parts)
        for form in _forms(text)
        for bare in (_bare(form),)
    )


def _parts(value: str) -> set[str]:
    length = min(_SHORTEST, len(value))
    return {value[first : first + length] for first in range(len(value) - length + 1)} - {""}


def _bare(text: str) -> str:
    """Letters and digits alone: a page may group, break or wrap what it repeats with any other character."""
    return "".join(filter(str.isalnum, text))


def _forms(text: str) -> set[str]:
    """The text in small letters, as it stands and with whatever escaping is found taken away."""
    known, latest = {text}, {text}
    for _ in range(_DEPTH):
        latest = {form for one in latest for form in _once(one)} - known
        known |= latest
    return {form.casefold() for form in known} | {"".join(form.casefold().split()) for form in known}


def _once(text: str) -> Iterator[str]:
    yield unquote_plus(text)
    yield html.unescape(text)
    yield _UNICODE.sub(lambda found: chr(int(found[1], 16)), text)
    yield text.replace("\\", "")
    yield _TAG.sub("", text)
    for found in _HEXADECIMAL.findall(text):
        yield bytes.fromhex(re.sub("[ :-]", "", found)).decode("latin-1")
    for found in _BASE64.findall(text):
        for begin in range(4):  # it may follow other letters that are no part of it
            cut = found[begin:].translate(str.maketrans("-_", "+/"))
            try:
                yield base64.b64decode(cut[: len(cut) // 4 * 4]).decode("latin-1")
            except binascii.Error:
                continue
