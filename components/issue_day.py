"""The day a client secret is issued, which names it everywhere; a leak on that very day needs a second one of it.

Written `2026-12-01`, and `2026-12-01.2` for the second of that day. It is a date that sorts after the first, so
whatever compares, prints or counts with days of issue needs to know nothing of it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final, Self, SupportsIndex

WRITTEN: Final = r"\d{4}-\d{2}-\d{2}(?:\.[2-9])?"
"""Regular expression for both forms."""
_MOST_A_DAY: Final = 9


class IssueDay(date):
    number: int
    """Which of the day's secrets it is, from 1."""

    def __new__(cls, year: SupportsIndex, month: SupportsIndex, day: SupportsIndex, number: int = 1) -> Self:
        made = super().__new__(cls, year, month, day)
        made.number = number
        return made

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `ValueError` where the text is neither form."""
        written, dot, number = text.partition(".")
        day = date.fromisoformat(written)
        if dot and not (number.isascii() and number.isdigit() and len(number) == 1 and int(number) > 1):
            raise ValueError(f"{number!r} is not a number from 2 to {_MOST_A_DAY}")
        return cls(day.year, day.month, day.day, int(number or 1))

    @classmethod
    def next_of(cls, day: date, issued: Iterable[date]) -> Self:
        """The day itself, or with the next number where one of these was issued on it.

        Raises:
            ValueError: the day has no number left.
        """
        numbers = [getattr(one, "number", 1) for one in issued if one.toordinal() == day.toordinal()]
        number = max(numbers, default=0) + 1
        if number > _MOST_A_DAY:
            raise ValueError(f"{_MOST_A_DAY} secrets were issued on {day}")
        return cls(day.year, day.month, day.day, number)

    def isoformat(self) -> str:
        return super().isoformat() + (f".{self.number}" if self.number > 1 else "")

    def __str__(self) -> str:
        return self.isoformat()

    def __repr__(self) -> str:
        return f"IssueDay({self})"

    def __format__(self, spec: str) -> str:
        return super().__format__(spec) if spec else str(self)

    def _order(self) -> tuple[int, int]:
        return self.toordinal(), self.number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, date) and self._order() == _order_of(other)

    def __ne__(self, other: object) -> bool:  # `date` has one of its own, which does not follow from `__eq__`
        return not self == other

    def __hash__(self) -> int:
        plain = date.fromordinal(self.toordinal())
        return hash(plain) if self.number == 1 else hash((plain, self.number))

    def __lt__(self, other: date) -> bool:
        return self._order() < _order_of(other)

    def __le__(self, other: date) -> bool:
        return self._order() <= _order_of(other)

    def __gt__(self, other: date) -> bool:
        return self._order() > _order_of(other)

    def __ge__(self, other: date) -> bool:
        return self._order() >= _order_of(other)

    def __reduce__(self) -> tuple[type[Self], tuple[int, int, int, int]]:
        return type(self), (self.year, self.month, self.day, self.number)


def _order_of(day: date) -> tuple[int, int]:
    return day.toordinal(), getattr(day, "number", 1)
