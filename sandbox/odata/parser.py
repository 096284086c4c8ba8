"""Parses a `$filter` by recursive descent.

``or`` binds weakest, then ``and``, then ``not``. Operators and function names may be written in any case, as in Graph's
own examples (``NOT``, ``startsWith``). What a property supports is not checked here but in `checks`.
"""

from datetime import UTC, datetime

from sandbox.odata.entity import Kind
from sandbox.odata.errors import ODataError, unsupported
from sandbox.odata.lexer import Token, TokenKind, syntax_error, tokens, unquote
from sandbox.odata.syntax import And, AnyOf, Comparison, CountOf, Expression, Literal, Not, OneOf, Or, Path, TextTest

MAX_DEPTH = 30
"""Nesting of parentheses, ``not`` and lambdas. Keeps hostile text from exhausting the stack."""

MAX_OR_CLAUSES = 15
"""Operands of one ``or``, or values of one ``in``."""

COMPARISONS = frozenset({"eq", "ne", "gt", "ge", "lt", "le"})
TEXT_TESTS = frozenset({"startswith", "endswith"})
UNSUPPORTED_FUNCTIONS = frozenset(
    {"contains", "tolower", "toupper", "substringof", "indexof", "length", "matchespattern"}
)


def parse(text: str) -> Expression:
    """Parse the value of `$filter`.

    Raises:
        ODataError: The text is not an expression, or one that Graph does not support.
    """
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._at = 0
        self._depth = 0

    def whole(self) -> Expression:
        expression = self._or()
        if self._next.kind is not TokenKind.END:
            raise self._error()
        return expression

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        if token.kind is not TokenKind.END:
            self._at += 1
        return token

    def _takes(self, *texts: str) -> str | None:
        """Consume the next token if it is one of these words or punctuation marks, and return it in lower case."""
        token = self._next
        if token.kind in (TokenKind.WORD, TokenKind.PUNCTUATION, TokenKind.COUNT) and token.text.lower() in texts:
            self._at += 1
            return token.text.lower()
        return None

    def _expect(self, text: str) -> None:
        if self._takes(text) is None:
            raise self._error(f"'{text}' expected")

    def _error(self, what: str = "unexpected token") -> ODataError:
        return syntax_error(what, self._next.position, self._text)

    def _or(self) -> Expression:
        operands = [self._and()]
        while self._takes("or"):
            operands.append(self._and())
        _limit_clauses(len(operands))
        return operands[0] if len(operands) == 1 else Or(tuple(operands))

    def _and(self) -> Expression:
        operands = [self._unary()]
        while self._takes("and"):
            operands.append(self._unary())
        return operands[0] if len(operands) == 1 else And(tuple(operands))

    def _unary(self) -> Expression:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise unsupported(f"The expression is nested deeper than {MAX_DEPTH} levels.")
        try:
            if self._takes("not"):
                return Not(self._unary())
            if self._takes("("):
                inner = self._or()
                self._expect(")")
                return inner
            return self._test()
        finally:
            self._depth -= 1

    def _test(self) -> Expression:
        if self._next.kind is not TokenKind.WORD:
            raise self._error("a property or a function expected")
        name = self._next.text
        if self._tokens[self._at + 1].text == "(":
            return self._call(name)
        return self._relation()

    def _call(self, name: str) -> Expression:
        function = name.lower()
        if function in UNSUPPORTED_FUNCTIONS:
            raise unsupported(f"Filter function '{name}' is not supported.")
        if function not in TEXT_TESTS:
            raise ODataError("BadRequest", f"Invalid filter clause: An unknown function with name '{name}' was found.")
        self._take()
        self._expect("(")
        path = self._path()
        self._expect(",")
        literal = self._literal()
        self._expect(")")
        if not isinstance(literal.value, str) or literal.kind is not Kind.STRING:
            raise ODataError(
                "BadRequest",
                f"Invalid filter clause: No function signature for the function with name '{name}' matches.",
            )
        if self._next.text.lower() == "eq":  # startswith(a,'b') eq true
            self._take()
            truth = self._literal()
            if not isinstance(truth.value, bool):
                raise self._error("true or false expected")
            test = TextTest(function, path, literal.value)
            return test if truth.value else Not(test)
        return TextTest(function, path, literal.value)

    def _relation(self) -> Expression:
        path = self._path(may_end_in_lambda=True)
        if self._takes("any"):
            return self._any(path)
        if self._takes("all"):
            raise unsupported("Lambda operator 'all' is not supported.")
        left: Path | CountOf = CountOf(path) if self._takes("$count") else path
        operator = self._take().text.lower()
        if operator == "in" and isinstance(left, Path):
            return OneOf(left, self._literals())
        if operator not in COMPARISONS:
            self._at -= 1
            raise self._error("an operator expected")
        return Comparison(operator, left, self._literal())

    def _any(self, path: Path) -> Expression:
        self._expect("(")
        if self._takes(")"):
            return AnyOf(path, "", None)
        variable = self._take()
        if variable.kind is not TokenKind.WORD:
            raise self._error("a lambda variable expected")
        self._expect(":")
        predicate = self._or()
        self._expect(")")
        return AnyOf(path, variable.text, predicate)

    def _path(self, *, may_end_in_lambda: bool = False) -> Path:
        """Parse ``a/b``; with `may_end_in_lambda`, stop after the slash before ``any``, ``all`` or ``$count``."""
        segments: list[str] = []
        while True:
            token = self._take()
            if token.kind is not TokenKind.WORD:
                self._at = max(self._at - 1, 0)
                raise self._error("a property expected")
            segments.append(token.text)
            if not self._takes("/"):
                return Path(tuple(segments))
            follows = self._next.text.lower()
            opens_lambda = follows in ("any", "all") and self._tokens[self._at + 1].text == "("
            if may_end_in_lambda and (follows == "$count" or opens_lambda):
                return Path(tuple(segments))

    def _literals(self) -> tuple[Literal, ...]:
        self._expect("(")
        literals = [self._literal()]
        while self._takes(","):
            literals.append(self._literal())
        self._expect(")")
        _limit_clauses(len(literals))
        return tuple(literals)

    def _literal(self) -> Literal:
        token = self._take()
        match token.kind:
            case TokenKind.STRING:
                return Literal(unquote(token.text), Kind.STRING)
            case TokenKind.GUID:
                return Literal(token.text.lower(), Kind.GUID)
            case TokenKind.DATE_TIME:
                return Literal(_date_time(token, self._text), Kind.DATE_TIME)
            case TokenKind.NUMBER:
                return Literal(float(token.text), Kind.NUMBER)
            case TokenKind.WORD if token.text in ("true", "false"):
                return Literal(token.text == "true", Kind.BOOLEAN)
            case TokenKind.WORD if token.text == "null":
                return Literal(None, None)
            case _:
                raise syntax_error("a literal expected", token.position, self._text)


def _limit_clauses(count: int) -> None:
    if count > MAX_OR_CLAUSES:
        raise unsupported(
            f"Too many child clauses specified in search filter expression containing 'OR' operators: {count}. "
            f"Max allowed: {MAX_OR_CLAUSES}."
        )


def _date_time(token: Token, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(token.text)
    except ValueError:
        raise syntax_error(f"'{token.text}' is not a date", token.position, text) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
