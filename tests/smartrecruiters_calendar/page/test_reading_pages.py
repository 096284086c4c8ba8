"""Values in a page's markup and in JSON answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from smartrecruiters_calendar.page.json_pointer import at, is_pointer, text_at
from smartrecruiters_calendar.page.markup import named_values

DOCUMENT: JsonValue = {"foo": ["bar", "baz"], "": 0, "a/b": 1, "m~n": 8, "none": None, "yes": True, "empty": ""}


@pytest.mark.parametrize(
    ("pointer", "value"), [("", DOCUMENT), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/m~0n", 8), ("/none", None)]
)
def test_pointers_follow_rfc_6901(pointer: str, value: JsonValue) -> None:
    assert at(DOCUMENT, pointer) == value


@pytest.mark.parametrize("pointer", ["/foo/2", "/foo/-", "/foo/01", "/foo/bar", "/nothing", "/yes/x"])
def test_a_pointer_to_nothing_is_an_error(pointer: str) -> None:
    with pytest.raises(LookupError):
        at(DOCUMENT, pointer)


@pytest.mark.parametrize("pointer", ["foo", "/a~2", "/~", "#/foo"])
def test_what_is_no_pointer_is_known(pointer: str) -> None:
    assert not is_pointer(pointer)


@pytest.mark.parametrize(
    ("pointer", "text"), [("/foo/0", "bar"), ("/m~0n", "8"), ("/yes", None), ("/empty", None), ("/foo", None)]
)
def test_only_texts_and_numbers_are_text(pointer: str, text: str | None) -> None:
    assert text_at(DOCUMENT, pointer) == text


def test_markup_values_are_unescaped_and_the_first_wins() -> None:
    page = '<meta name=t content="a&amp;b"><META NAME="t" content="c"><input name="i" value="1"><input name="none">'
    assert named_values(page).metas == {"t": "a&b"}
    assert named_values(page).inputs == {"i": "1", "none": ""}


@pytest.mark.parametrize(
    "tag",
    [
        "<meta name=t content=it's>",
        "<meta content = \"it's\" name='t' />",
        "<!-- <meta name=t content=old> --><meta name=t content=it's>",
        "<script>'<meta name=t content=old>'</script><meta name=t content=it&#39;s>",
        "<metadata name=t content=old><meta data-x='>' name=t content=it's>",
    ],
)
def test_a_value_is_read_as_a_browser_reads_it(tag: str) -> None:
    assert named_values(f"<html>{tag}<p>it's</p>").metas == {"t": "it's"}


@pytest.mark.parametrize(
    "unit", ["<!--", "<meta ", '<meta a=" ', "<meta a= ", "<script>", "<title><", "<!x", "<?", "</", "&#"]
)
def test_a_page_of_things_that_never_end_is_read_once(unit: str) -> None:
    """Read again for each of them, it would take hours."""
    assert named_values(f'<meta name="t" content="1">{unit * 400_000}').metas == {"t": "1"}


@given(
    st.text()
    | st.lists(st.sampled_from(["<meta ", "<!--", "-->", "name=", "'", '"', ">", "<script", "</", " "])).map("".join)
)
def test_no_page_is_too_broken_to_read(page: str) -> None:
    assert "never" not in named_values(page).metas
