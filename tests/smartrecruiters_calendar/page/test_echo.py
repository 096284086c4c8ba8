"""A secret that a page repeats is recognised however it is written, and nothing else is taken for it."""

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from smartrecruiters_calendar.page.echo import repeats
from smartrecruiters_calendar.page.page_answers import Step, failure, quoted
from smartrecruiters_calendar.page.profile import Errors

SECRET = "NWt8q~S2lkN1LTXWWxP6mwFf3qdzpOPk7uCCwxNl"
FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in capitals": str.upper,
    "percent-encoded": lambda secret: quote(secret, safe="").replace("~", "%7E"),
    "percent-encoded twice": lambda secret: quote("".join(f"%{ord(c):02x}" for c in secret)),
    "HTML, decimal": lambda secret: "".join(f"&#{ord(c)};" for c in secret),
    "HTML, hexadecimal": lambda secret: "".join(f"&#x{ord(c):x};" for c in secret),
    "HTML, names": html.escape,
    "JSON": lambda secret: json.dumps({"secret": secret}),
    "JSON, each character": lambda secret: "".join(f"\\u{ord(c):04x}" for c in secret),
    "JSON in JSON": lambda secret: json.dumps(json.dumps("".join(f"\\u{ord(c):04x}" for c in secret))),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64 for addresses": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode().rstrip("="),
    "base64 behind a name": lambda secret: base64.b64encode(f"client-id:{secret}".encode()).decode(),
    "hexadecimal": lambda secret: secret.encode().hex(),
    "hexadecimal with blanks": lambda secret: secret.encode().hex(" "),
    "the beginning": lambda secret: f"{secret[:30]}…",
    "the end": lambda secret: f"…{secret[-10:]}",
    "with blanks between": " ".join,
    "with dashes between": "-".join,
    "in groups": lambda secret: " - ".join(secret[first : first + 4] for first in range(0, len(secret), 4)),
    "with soft hyphens between": "\u00ad".join,
    "with marks between": lambda secret: "".join(f"<wbr>{c}" if c.isdigit() else f"{c}\u200b" for c in secret),
}
secrets = st.text(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~", min_size=34, max_size=40
)  # as Entra issues them


@pytest.mark.parametrize("form", FORMS)
@given(secret=secrets)
def test_a_secret_in_any_form_is_recognised(form: str, secret: str) -> None:
    assert repeats(f'The value "{FORMS[form](secret)}" is not accepted.', SecretStr(secret))


@given(st.text())
def test_other_words_are_quoted(text: str) -> None:
    assert not repeats(text, SecretStr(SECRET))


@pytest.mark.parametrize("form", FORMS)
def test_a_refusal_that_repeats_the_secret_is_told_without_it(form: str) -> None:
    said = FORMS[form](SECRET)
    step = Step("Save", Errors(code="/code", message="/message"), saving=True, secret=SecretStr(SECRET))
    answer = httpx.Response(422, json={"code": said, "message": f"bad value {said}"})
    told = failure(answer, step)
    for text in (str(told), told.reason):
        assert not repeats(text.replace("-", ""), SecretStr(SECRET))
    assert told.reason == "save-refused"


def test_the_rest_of_a_message_that_repeats_it_plainly_stays() -> None:
    assert quoted(f"bad value {SECRET} in field 2", SecretStr(SECRET)) == "bad value ******** in field 2"
