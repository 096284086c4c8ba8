"""Whatever others call their things, no output of any verb takes it for a command, for markup or for a line."""

import io
import json
import logging
import re
from html.parser import HTMLParser
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import settings as bounded
from hypothesis import strategies as st
from rich.table import Table

from smartrecruiters_calendar.audit.drift import DriftReport
from smartrecruiters_calendar.audit.drift import markdown as drift_markdown
from smartrecruiters_calendar.audit.formats import Format
from smartrecruiters_calendar.audit.many import index_of
from smartrecruiters_calendar.audit.writing import text
from smartrecruiters_calendar.cli.frame import Call, show_sentence
from smartrecruiters_calendar.cli.printing import ReadableLog, ToReader, document
from smartrecruiters_calendar.cli.progress import ProgressLines
from smartrecruiters_calendar.cli.terminal import Terminal
from smartrecruiters_calendar.outcome import Outcome
from smartrecruiters_calendar.promotion.report import markdown as promotion_report
from tests.smartrecruiters_calendar.audit.formats.samples import STRANGER, markup_in, tampered
from tests.smartrecruiters_calendar.cli.typed import OF_ONE_STACK, ROOT, Typed
from tests.smartrecruiters_calendar.promotion.test_markdown import promotion

WORST: Final = "\x1b]0;owned\x07\x9b2J\r\x08\u202e[/bold] [red]:boom: \ud800 <b>`| ![x](http://e.example) @octocat"
OUTSIDE: Final = st.text(
    st.characters() | st.sampled_from("\x1b\x9b\x07\r\n\x00\u202e\u2028\ud800[]/<>&|`*_!()#:@\\"), max_size=40
) | st.sampled_from([WORST, STRANGER, "[/]", "[", "```", "</script>", "-->"])
STYLES: Final = re.compile(r"\r?\x1b\[[0-9;?]*[a-zA-Z]")


def is_plain(shown: str) -> bool:
    return all(one.isprintable() or one in "\n\t" for one in shown)


def is_readable(shown: str) -> bool:
    """Whether it holds lines of printable text, and the styles of this project where a terminal shows it."""
    return is_plain(STYLES.sub("", shown))


def console(*, terminal: bool) -> tuple[ToReader, io.StringIO]:
    written = io.StringIO()
    return ToReader(file=written, force_terminal=terminal, width=80), written


@given(OUTSIDE)
@example(WORST)
def test_a_document_is_readable_and_says_the_same(words: str) -> None:
    written = document(Outcome(sentence=words))
    assert is_readable(written)
    assert json.loads(written)["sentence"] == words


@given(OUTSIDE)
@example(WORST)
@pytest.mark.parametrize("terminal", [True, False])
def test_tables_sentences_steps_and_questions_are_readable_and_hold_no_markup(terminal: bool, words: str) -> None:
    shown, written = console(terminal=terminal)
    table = Table(title=words)
    table.add_column(words, overflow="fold")
    table.add_row(words)
    shown.print(table)
    shown.print(words, style="red")
    show_sentence(Outcome(sentence=words), shown)
    with ProgressLines(shown) as progress:
        progress.step(words)
        progress.count(1, 2)
        Terminal(progress).show(words, [(words, words)])
    assert is_readable(written.getvalue())


@given(OUTSIDE)
@example(WORST)
def test_a_log_is_readable(words: str) -> None:
    record = logging.LogRecord("httpx", logging.INFO, "", 1, "HTTP Request: GET %s", (words,), None)
    assert is_readable(ReadableLog("%(name)s: %(message)s").format(record))


def test_a_note_is_readable(capsys: pytest.CaptureFixture[str]) -> None:
    Call("audit", ROOT).note(WORST.replace("\ud800", ""))
    assert is_readable(capsys.readouterr().err)


def test_markup_in_a_name_is_text_and_ends_no_run() -> None:
    shown, written = console(terminal=False)
    shown.print("[/bold] of [red]acme :boom:")
    assert written.getvalue() == "[/bold] of [red]acme :boom:\n"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


def tags_of(page: str) -> list[tuple[str, tuple[str, ...]]]:
    parser = Tags()
    parser.feed(page)
    return parser.found


def reports(words: str) -> dict[str, str]:
    """What is written of a tenant in which things are called so, in every format."""
    report, promoted = tampered(words), promotion(words)
    index = index_of([report], report.at)
    return {
        **{form: text(report, form) for form in Format},
        **{f"several, {form}": text(index, form) for form in (Format.JSON, Format.MARKDOWN, Format.HTML)},
        "promotion, markdown": promotion_report.markdown(promoted),
        "promotion, html": promotion_report.html(promoted),
    }


USUAL: Final = reports("backdoor")
BARS: Final = re.compile(r"(?<!\\)\|")


def rows_of(told: str) -> list[int]:
    """How many cells each line ends."""
    return [len(BARS.findall(line)) for line in told.splitlines()]


@bounded(max_examples=40)
@given(OUTSIDE)
@example(WORST)
def test_a_report_has_the_same_form_whatever_things_are_called(words: str) -> None:
    for name, written in reports(words).items():
        assert is_plain(written.replace("@\u200b", "@")), name
        if name.endswith("html"):
            assert tags_of(written) == tags_of(USUAL[name]), name
        elif name.endswith("markdown"):
            assert rows_of(written) == rows_of(USUAL[name]), name
        elif name in (Format.JSON, Format.SARIF):
            assert json.loads(written).keys() == json.loads(USUAL[name]).keys(), name


@bounded(max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20))
def test_drift_quotes_no_markup(words: str) -> None:
    report = DriftReport.model_construct(sentence=f"{words}{STRANGER}", stack="dev", resources={}, audit=None)
    assert markup_in(drift_markdown(report)) == []


@pytest.mark.parametrize("verb", OF_ONE_STACK)
def test_what_the_cli_says_is_readable_in_every_verb(
    typed: Typed, verb: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    failing: dict[str, Any] = {"code": 1, "stderr": f"error: {WORST}".replace("\ud800", "")}
    typed.pulumi.answer(stack_export=failing, stack_tag_ls=failing, config=failing, whoami=failing)
    monkeypatch.setattr(Typed, "common", lambda typed, _: ("--cwd", str(typed.project), "--verbose"))
    printed = typed(verb, *OF_ONE_STACK[verb], stack="dev")
    assert is_readable(printed.stdout + printed.stderr)
    assert "Traceback" not in printed.stderr
