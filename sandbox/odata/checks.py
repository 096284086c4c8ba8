"""Checks a parsed `$filter` against an entity type.

Refused are unknown properties, types that do not fit, operators that a property does not support, and, outside an
advanced query, those that it supports only there.

Graph lists the support by property in its pages on advanced queries; the table itself is `entity_types`.
"""

from sandbox.odata.entity import EntityType, Kind, Property
from sandbox.odata.errors import ODataError, needs_advanced_query, unsupported
from sandbox.odata.syntax import And, AnyOf, Comparison, CountOf, Expression, Literal, Not, OneOf, Or, Path, TextTest

OPERATOR_NAMES = {
    "eq": "Equal",
    "ne": "NotEqual",
    "gt": "GreaterThan",
    "ge": "GreaterThanOrEqual",
    "lt": "LessThan",
    "le": "LessThanOrEqual",
    "in": "Equal",
}
"""Names that OData's type errors use for operators."""


def check(expression: Expression, entity: EntityType, *, advanced: bool) -> None:
    """Refuse what Graph refuses.

    Args:
        advanced: Whether the request carries ``ConsistencyLevel: eventual`` and ``$count=true``.

    Raises:
        ODataError: With Graph's code and message.
    """
    _Checker(entity, advanced).visit(expression)


class _Checker:
    def __init__(self, entity: EntityType, advanced: bool) -> None:
        self._entity = entity
        self._advanced = advanced or not entity.rules.directory

    def visit(
        self, expression: Expression, variables: frozenset[str] = frozenset(), owner: Property | None = None
    ) -> None:
        """Check one node; inside a lambda, `variables` and `owner` say what the variable stands for."""
        match expression:
            case And(operands) | Or(operands):
                for operand in operands:
                    self.visit(operand, variables, owner)
            case Not(operand):
                if not self._advanced:
                    raise needs_advanced_query("Not")
                self.visit(operand, variables, owner)
            case TextTest(function, path, _):
                self._supports(self._property(path, variables, owner), function)
            case OneOf(path, literals):
                item = self._property(path, variables, owner)
                self._supports(item, "in")
                for literal in literals:
                    _fits(item, literal, "in", len(path.segments) > 1 or item is owner)
            case AnyOf(path, variable, predicate):
                item = self._property(path, variables, owner)
                if not item.kind.is_collection:
                    raise ODataError(
                        "BadRequest", f"Invalid filter clause: 'any' needs a collection, not '{item.name}'."
                    )
                if predicate is None:
                    raise unsupported("Lambda operator 'any' without a predicate is not supported.")
                self.visit(predicate, variables | {variable}, item)
            case Comparison(operator, left, right):
                self._comparison(operator, left, right, variables, owner)

    def _comparison(
        self, operator: str, left: Path | CountOf, right: Literal, variables: frozenset[str], owner: Property | None
    ) -> None:
        if isinstance(left, CountOf):
            if not self._property(left.path, variables, owner).kind.is_collection or right.kind is not Kind.NUMBER:
                raise ODataError(
                    "BadRequest", "Invalid filter clause: '$count' counts a collection and is compared with a number."
                )
            if not self._advanced:
                raise needs_advanced_query("Count")
            return
        item = self._property(left, variables, owner)
        inner = len(left.segments) > 1 or item is owner
        if item.kind.is_collection and item is not owner:
            raise ODataError(
                "BadRequest",
                f"Invalid filter clause: A binary operator with incompatible types was detected. Found operand types "
                f"'{item.kind.value}' and '{right.kind.value if right.kind else 'null'}' for operator kind "
                f"'{OPERATOR_NAMES[operator]}'.",
            )
        _fits(item, right, operator, inner)
        if right.kind is None and not inner:
            self._supports(item, "null")
        self._supports(item, operator)

    def _property(self, path: Path, variables: frozenset[str], owner: Property | None) -> Property:
        if owner is not None and path.segments[0] in variables:
            return owner
        try:
            item = self._entity.property_named(path.segments[0])
        except ODataError as error:
            raise ODataError(error.code, f"Invalid filter clause: {error.message}") from None
        if len(path.segments) > 1 and item.kind is not Kind.COMPLEX:
            raise ODataError(
                "BadRequest", f"Invalid filter clause: '{item.name}' has no property '{path.segments[1]}'."
            )
        return item

    def _supports(self, item: Property, operator: str) -> None:
        """Refuse an operator that a property does not know, or knows only in an advanced query."""
        asked = {"gt": "ge", "lt": "le"}.get(operator, operator)
        if not self._entity.rules.directory or asked in item.default:
            return
        if asked not in item.advanced:
            raise unsupported(
                f"Unsupported or invalid query filter clause specified for property '{item.name}' of resource "
                f"'{self._entity.resource}'."
            )
        if not self._advanced:
            shown = {"ne": "NotEqualsMatch", "endswith": "endsWith", "startswith": "startsWith"}.get(operator, operator)
            raise needs_advanced_query(shown)


def _fits(item: Property, literal: Literal, operator: str, inner: bool) -> None:
    """Refuse to compare, for instance, a boolean with a string. What is inside complex values is not typed here."""
    if inner or literal.kind is None or literal.kind is item.kind or item.kind is Kind.COMPLEX:
        return
    raise ODataError(
        "BadRequest",
        "Invalid filter clause: A binary operator with incompatible types was detected. Found operand types "
        f"'{item.kind.value}' and '{literal.kind.value}' for operator kind '{OPERATOR_NAMES[operator]}'.",
    )
