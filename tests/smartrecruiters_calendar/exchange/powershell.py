"""A real PowerShell grammar to read scripts with; nothing here runs them."""

import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

_PARSER = Parser(Language(tree_sitter_powershell.language()))


def parsed(script: str) -> Node:
    """The syntax tree of a script without any error in it."""
    tree = _PARSER.parse(script.encode()).root_node
    assert not tree.has_error, "the script is no PowerShell"
    return tree


def nodes(tree: Node, kind: str) -> list[str]:
    """Every piece of a script of one kind, in order."""
    found = [(tree.text or b"").decode()] if tree.type == kind else []
    return found + [text for child in tree.children for text in nodes(child, kind)]
