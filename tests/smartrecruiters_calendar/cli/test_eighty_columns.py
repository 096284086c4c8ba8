"""On a terminal of 80 columns nothing that has to be copied is cut or broken: IDs, addresses, commands."""

import re
from collections.abc import Iterator

import pytest

from tests.exit_codes.place import Place, place
from tests.exit_codes.table import VERBS, begin, words_of
from tests.remedies.printed import commands_in
from tests.smartrecruiters_calendar.cli.test_commands import ALL, help_of
from tests.smartrecruiters_calendar.fake_pulumi import configure

COPIED = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|https://[^\s`'\",;)]+[\w/]")
STRANGER = "00000000-0000-4000-8000-000000000001"
MUCH_TO_SAY = {"owners": [STRANGER], "expectedRooms": ["a-room-that-is-not-there@contoso.example"]}
SHOWN = [
    *((verb, {}) for verb in VERBS),
    *((verb, MUCH_TO_SAY) for verb in ("preflight", "post-deploy", "audit", "audit --declared-only", "promote")),
]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("place")) as made:
        yield made


def typed(here: Place, verb: str, changed: dict[str, object], *, json: bool) -> str:
    """Everything that the verb prints; with `--json` the document alone."""
    begin(here, verb)
    if changed:
        configure(here.folder / "project", here.configuration | changed)
    words = [word for word in words_of(verb, here) if json or word != "--json"]
    here.type(*words)
    return here.shown if json else here.shown + here.printed


@pytest.mark.parametrize(("verb", "changed"), SHOWN, ids=lambda one: one if isinstance(one, str) else " ".join(one))
def test_what_has_to_be_copied_is_in_one_piece(
    here: Place, verb: str, changed: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    document, shown = typed(here, verb, changed, json=True), typed(here, verb, changed, json=False)
    squeezed = re.sub(r"[\s│┃]+", "", shown)
    for text in {*COPIED.findall(document), *commands_in(document.replace("\\n", "\n"))}:
        assert text in shown or re.sub(r"\s+", "", text) not in squeezed, f"{text} is broken:\n{shown}"


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_no_sentence_of_a_help_is_cut(words: tuple[str, ...]) -> None:
    assert re.findall(r"(?m)^.*(?:…|(?<!\[ARGS\])\.\.\.).*$", help_of(*words)) == []
