"""A promotion on a terminal: one table per ring while it runs (elsewhere one line per step), then a summary."""

import threading
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from smartrecruiters_calendar.promotion.result import PromotionResult, StepName, TenantOutcome, TenantStatus
from smartrecruiters_calendar.promotion.tenants import Ring

STYLES: Final = {
    TenantStatus.GREEN: "green",
    TenantStatus.SKIPPED: "dim",
    TenantStatus.PENDING_DELIVERY: "yellow",
    TenantStatus.FAILED: "bold red",
    TenantStatus.NOT_ATTEMPTED: "dim",
    TenantStatus.INTERRUPTED: "yellow",
}


class PromotionProgress:
    """Shows how a promotion is going, on stderr. A context manager; may be called from several threads."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lock = threading.Lock()
        self._ring: Ring | None = None
        self._now: dict[str, Text] = {}
        self._live: Live | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_ring()

    def ring(self, ring: Ring) -> None:
        self._end_ring()
        self._ring, self._now = ring, {stack: Text("waiting", style="dim") for stack in ring.stacks}
        if self._console.is_terminal:
            self._live = Live(self._table(), console=self._console, refresh_per_second=8)
            self._live.start()
        else:
            self._say(f"ring {ring.name}: {len(ring.stacks)} tenants")

    def step(self, stack: str, step: StepName) -> None:
        self._update(stack, Text(f"{step} …"), f"{stack}: {step} …")

    def waits(self, stack: str, what: str) -> None:
        self._update(stack, Text(f"{what} …"), f"{stack}: {what} …")

    def done(self, tenant: TenantOutcome) -> None:
        reason = f" [{tenant.reason}]" if tenant.reason else ""
        status = Text(tenant.status, style=STYLES[tenant.status])
        if tenant.reason:
            status.append(f" {tenant.reason}", style="default")
        self._update(tenant.stack, status, f"{tenant.stack}: {tenant.status}{reason}")

    def _update(self, stack: str, cell: Text, line: str) -> None:
        with self._lock:
            if self._now[stack] == cell:
                return
            self._now[stack] = cell
            if self._live:
                self._live.update(self._table())
            else:
                self._say(line)

    def _say(self, line: str) -> None:
        self._console.print(line, markup=False, soft_wrap=True)

    def _end_ring(self) -> None:
        if self._live:
            self._live.stop()
            self._live = None

    def _table(self) -> Table:
        table = Table(title=f"Ring {self._ring.name if self._ring else ''}", title_justify="left")
        table.add_column("Tenant", no_wrap=True)
        table.add_column("Status")
        for stack, cell in self._now.items():
            table.add_row(stack, cell)
        return table


def show(result: PromotionResult, console: Console) -> None:
    """Print the summary: tenants that did not pass in full, the rest counted."""
    for ring in result.rings:
        for tenant in ring.tenants:
            if tenant.status in (TenantStatus.FAILED, TenantStatus.PENDING_DELIVERY):
                console.print(
                    Text.assemble((tenant.stack, STYLES[tenant.status]), f" [{tenant.reason}] {tenant.sentence}"),
                    soft_wrap=True,
                )
    if attention := [t.stack for ring in result.rings for t in ring.tenants if t.needs_attention]:
        console.print(
            f"Look at {', '.join(attention)} first: smartrecruiters-calendar recover --stack {attention[0]}",
            style="yellow",
            soft_wrap=True,
        )
    console.print(result.sentence, style="green" if result.exit_code == 0 else "red", soft_wrap=True)
