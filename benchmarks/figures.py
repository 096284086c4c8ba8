"""Measured figures as a table: median, min to max, ratio within the run, aim."""

import statistics
from dataclasses import dataclass, field

from rich.table import Table


@dataclass
class Figure:
    name: str
    unit: str
    under: str = ""
    """The condition it was measured under."""
    aim: str = ""
    samples: list[float] = field(default_factory=list)
    basis: "Figure | None" = None
    """The ratio's denominator; None: no ratio."""

    @property
    def median(self) -> float:
        return statistics.median(self.samples)

    @property
    def spread(self) -> str:
        if len(self.samples) == 1:
            return "measured once"
        return f"{_rounded(min(self.samples))} to {_rounded(max(self.samples))} {self.unit}"

    @property
    def ratio(self) -> str:
        return "" if self.basis is None else f"{self.median / self.basis.median:.2f}"


def table(title: str, figures: list[Figure], *, ratio: str) -> Table:
    drawn = Table("figure", "under", "median", "min to max", f"ratio to {ratio}", "aim", title=title)
    for figure in figures:
        median = f"{_rounded(figure.median)} {figure.unit}"
        drawn.add_row(figure.name, figure.under, median, figure.spread, figure.ratio, figure.aim)
    return drawn


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
