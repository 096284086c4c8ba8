"""The SQL condition of a filter never loses a row that the filter would pass, and `exact` is true only when it is."""

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from sandbox.odata import condition, fold, matches, parse, quote

COLUMNS = {"displayname": "name_key {}", "mail": "n IN (SELECT n FROM t WHERE mail_key {})"}

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4) | st.sampled_from(
    ["Ann", "ANN", "ann", "Änn", "ss", "ß", "k", "\u212a", "\U0010ffff", "\ud7ff"]
)
ITEM = st.fixed_dictionaries({"displayName": TEXT | st.none(), "mail": TEXT | st.none(), "jobTitle": TEXT | st.none()})
NAME = st.sampled_from(["displayName", "MAIL", "jobTitle"])
SIMPLE = st.one_of(
    st.builds(lambda name, text: f"{name} eq {quote(text)}", NAME, TEXT),
    st.builds(lambda name, text: f"startswith({name},{quote(text)})", NAME, TEXT),
    st.builds(
        lambda name, texts: f"{name} in ({','.join(map(quote, texts))})", NAME, st.lists(TEXT, min_size=1, max_size=3)
    ),
    st.builds(lambda name, text: f"not ({name} eq {quote(text)})", NAME, TEXT),
    st.builds(lambda name: f"{name} eq null", NAME),
)
FILTER = st.recursive(
    SIMPLE,
    lambda inner: st.builds(lambda a, word, b: f"({a}) {word} ({b})", inner, st.sampled_from(["and", "or"]), inner),
)


@given(FILTER, st.lists(ITEM, max_size=6))
def test_the_condition_lets_through_every_row_that_the_filter_passes(
    text: str, items: list[dict[str, str | None]]
) -> None:
    expression = parse(text)
    found = condition(expression, COLUMNS)
    if found is None:
        return
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE t (n INTEGER, name_key TEXT, mail_key TEXT)")
        database.executemany(
            "INSERT INTO t VALUES (?, ?, ?)",
            [
                (number, *(None if item[name] is None else fold(str(item[name])) for name in ("displayName", "mail")))
                for number, item in enumerate(items)
            ],
        )
        through = {row[0] for row in database.execute(f"SELECT n FROM t WHERE {found.sql}", found.parameters)}  # noqa: S608 built from constants
    wanted = {number for number, item in enumerate(items) if matches(expression, item)}
    assert wanted <= through
    if found.exact:
        assert wanted == through


def test_the_lookups_that_clients_make_all_day_need_no_scan() -> None:
    for text in ["mail eq 'a@b'", "displayName eq 'A'", "mail in ('a','b')", "mail eq 'a' and displayName eq 'b'"]:
        found = condition(parse(text), COLUMNS)
        assert found is not None
        assert found.exact
    assert condition(parse("startswith(displayName,'A') and jobTitle eq 'x'"), COLUMNS) is not None


def test_text_of_a_request_never_becomes_sql() -> None:
    found = condition(parse("displayName eq '''; DROP TABLE users --'"), COLUMNS)
    assert found is not None
    assert found.sql == "name_key = ?"
    assert condition(parse("passwd eq 'x'"), COLUMNS) is None
