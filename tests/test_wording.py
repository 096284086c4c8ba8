"""Messages, help texts and pages are in plain English: a short list of phrases that no tool of the field uses.

It reads string literals (docstrings only where they are help texts) and the pages; names and comments are for review.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CODE = ("smartrecruiters_calendar", "components", "policy", "scripts", "sandbox", "engine", "__main__.py")
HELP_IN_DOCSTRINGS = ("scripts", "smartrecruiters_calendar/cli", "sandbox/cli")
PAGES = ("*.md", "docs/*.md", "sandbox/*.md", "smartrecruiters_calendar/**/*.template", "Pulumi*.yaml", "Makefile")

AVOIDED = {
    "wished": re.compile(r"\bwished\b", re.IGNORECASE),
    "told": re.compile(r"\b(?:un)?told\b", re.IGNORECASE),
    "anew": re.compile(r"\banew\b", re.IGNORECASE),
    "mend": re.compile(r"\bmend(?:s|ed|ing)?\b", re.IGNORECASE),
    "is no <noun>": re.compile(
        r"(?:^|(?<!\s)(?<!\bthere)\s+)(?:is|are|was|were)\s+no\s+(?!(?:longer|more|less|fewer|different|better|worse)\b)\w",
        re.IGNORECASE,
    ),
}
INSTEAD = {
    "wished": "expected, succeeded, intended",
    "told": "reported, a message, described",
    "anew": "again",
    "mend": "fix, correct",
    "is no <noun>": "is not a <noun>",
}

SENTENCE_END = re.compile(r"[.!?]\s|\n\n|\n\||\| ")  # and a table's row or cell


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Each text of a module that a user may read, with its line; f-strings with `{}` for what is filled in."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    helps: set[ast.AST] = set()
    if str(path.relative_to(ROOT)).startswith(HELP_IN_DOCSTRINGS):
        helps = {node.body[0] for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):  # parents come before their parts
        if isinstance(node, ast.Expr) and node not in helps:
            skipped.add(node.value)  # a docstring, of a field too
        elif isinstance(node, ast.JoinedStr) and node not in skipped:
            skipped |= {*node.values, *(part for part in ast.walk(node) if isinstance(part, ast.JoinedStr))}
            yield node.lineno, "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            yield node.lineno, node.value


def avoided(text: str) -> Iterator[tuple[str, int, str]]:
    """Each phrase to avoid in a text, with the lines before it and the sentence around it."""
    for phrase, pattern in AVOIDED.items():
        for match in pattern.finditer(text):
            sentence = SENTENCE_END.split(text[: match.end()])[-1] + SENTENCE_END.split(text[match.end() :])[0]
            yield phrase, text.count("\n", 0, match.end()), " ".join(sentence.split())


def files(patterns: tuple[str, ...]) -> list[Path]:
    found = {path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}
    folders = [path for pattern in patterns for path in ROOT.glob(pattern) if path.is_dir()]
    return sorted(found | {path for folder in folders for path in folder.rglob("*.py")})


@pytest.mark.parametrize("path", files(CODE), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_message_or_help_text_uses_a_phrase_to_avoid(path: Path) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line + further}: {phrase!r} (write: {INSTEAD[phrase]}): {sentence}"
        for line, text in literals(path)
        if " " in text  # one word alone is a name, not a message
        for phrase, further, sentence in avoided(text)
    ]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("path", files(PAGES), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_page_uses_a_phrase_to_avoid(path: Path) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line + 1}: {phrase!r} (write: {INSTEAD[phrase]}): {sentence}"
        for phrase, line, sentence in avoided(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "There is no stack of that name.",
        "Where there\n  is no receipt, deliver again.",
        "The key is no longer valid.",
        "The answer is no.",
        "Nothing was amended; this is recommended.",
        "A tool, a toll road, a tolderia.",
        "Are there no rooms?",
        "This is not a HAR recording.",
        "It takes no more than a minute and is no different.",
    ],
)
def test_good_english_is_not_refused(text: str) -> None:
    assert list(avoided(text)) == []


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("0 as wished; 1 something is not", "wished"),
        ("The first step that is not as\nwished ends the tenant.", "wished"),
        ("Mistakes are told with their line.", "told"),
        ("It is left untold.", "told"),
        ("which enters the secret anew", "anew"),
        ("Mend the cause it names", "mend"),
        ("mends what it can", "mend"),
        ("'x' is no https URL.", "is no <noun>"),
        (" is no name of a key vault", "is no <noun>"),
        ("is no HAR", "is no <noun>"),
        ("By itself it is\n   no failure.", "is no <noun>"),
        ("These are no rooms of the tenant.", "is no <noun>"),
        ("Somewhere there lives a key, which is no secret.", "is no <noun>"),
    ],
)
def test_a_phrase_to_avoid_is_found(text: str, phrase: str) -> None:
    assert [found for found, _, _ in avoided(text)] == [phrase]


def test_messages_are_read_with_their_line_and_only_help_texts_of_docstrings(tmp_path: Path) -> None:
    code = """'Untold.'


def f(x: str) -> str:
    'Told.'
    return f'{x} is no ' 'URL' + 'mend it'
"""
    for folder, docstrings in (("policy", []), ("scripts", [(5, "Told.")])):
        module = tmp_path / folder / "module.py"
        module.parent.mkdir()
        module.write_text(code)
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(literals.__globals__, "ROOT", tmp_path)
            assert sorted(literals(module)) == [*docstrings, (6, "mend it"), (6, "{} is no URL")]
