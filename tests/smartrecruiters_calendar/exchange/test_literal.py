"""Whatever a name holds, PowerShell reads it as text and as that text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartrecruiters_calendar.exchange.scope_script import array, literal
from tests.smartrecruiters_calendar.exchange.powershell import nodes, parsed

SINGLE_QUOTES = "'‘’‚‛"  # noqa: RUF001


def read_by_powershell(written: str) -> str:
    """PowerShell's rule for a single-quoted string; fails where the string ends before the text does."""
    assert written[0] in SINGLE_QUOTES
    text, rest = "", written[1:]
    while rest[0] not in SINGLE_QUOTES or (rest[1:2] and rest[1] in SINGLE_QUOTES):
        if rest[0] in SINGLE_QUOTES:
            rest = rest[1:]
        text, rest = text + rest[0], rest[1:]
    assert rest[1:] == "", "the string ended, and the rest would be run"
    return text


PRINTABLE = st.text(st.sampled_from(SINGLE_QUOTES + ' $`;"#(){}a')) | st.text(
    st.characters(exclude_categories=("C", "Z"))
)


@given(PRINTABLE.filter(str.isprintable))
def test_any_printable_text_survives(text: str) -> None:
    assert read_by_powershell(literal(text)) == text


@pytest.mark.parametrize("quote", SINGLE_QUOTES)
def test_no_quote_that_powershell_knows_ends_the_string(quote: str) -> None:
    assert read_by_powershell(literal(f"a{quote}; exit")) == f"a{quote}; exit"


@pytest.mark.parametrize("text", ["'; Remove-Mailbox -Identity * #", "$(Get-Mailbox)", "’; exit", "a'b", "`'", "%{x}"])  # noqa: RUF001
def test_hostile_text_is_one_string_to_a_powershell_grammar(text: str) -> None:
    tree = parsed(f"$Value = {literal(text)}\n")
    assert nodes(tree, "command") == []
    assert nodes(tree, "sub_expression") == []


@pytest.mark.parametrize("text", ["a\nRemove-Mailbox", "a\r", "a\x00", "a\u2028b", "a\u202eb"])
def test_text_that_hides_something_from_a_reviewer_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="control characters"):
        literal(text)


def test_an_array_holds_one_string_each() -> None:
    assert array(["a", "b'c"]) == "@('a', 'b''c')"
    assert array([]) == "@()"
