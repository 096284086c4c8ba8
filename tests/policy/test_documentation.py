"""The page tells what the pack does."""

from policy import documentation
from policy.rules import RULES


def test_the_page_holds_the_rules_as_they_are_now() -> None:
    written = documentation.PAGE.read_text(encoding="utf-8")
    assert written == documentation.page(written), "run: python -m policy.documentation"
    for rule in RULES:
        assert f"- `{rule.name}` (" in written


def test_every_rule_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in RULES]
    assert sorted(set(names)) == sorted(names)
