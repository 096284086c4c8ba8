"""Audits every stack of the project, many at once, and puts the reports together: drift and audit without an engine.

Every pass reads every state, so the CLI is started once for the list of stacks and once for each stack. The rest is
Graph requests, which wait for the network: as many stacks run side by side as keep the processor busy meanwhile.
"""

import importlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import Field

from smartrecruiters_calendar.audit.report import AuditReport, not_begun
from smartrecruiters_calendar.audit.run import Operator, audit, audit_program
from smartrecruiters_calendar.audit.shared_access import SharedAccess
from smartrecruiters_calendar.outcome import ExitCode, Outcome, Reason, Stopped
from smartrecruiters_calendar.stack import environments
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.project import Project
from smartrecruiters_calendar.stack.pulumi import Pulumi

AT_ONCE: Final = 16
"""Stacks under way at once."""


class AuditIndex(Outcome):
    version: Literal[1] = 1
    at: datetime
    exit_code: ExitCode
    reason: Reason | None = Field(default=None, exclude=True)
    """Each report has its own."""
    sentence: str
    reports: tuple[AuditReport, ...]


def declared_stacks(project: Path) -> list[str]:
    """Every stack that has a file, whether or not it is in a ring."""
    files = Project.read(project).stack_files.glob("Pulumi.*.yaml")
    return sorted(path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in files)


def audit_all(
    pulumi: Pulumi,
    environment: Mapping[str, str],
    folder: Path | None,
    now: datetime,
    count: Callable[[int, int], None],
) -> AuditIndex:
    """Audit every stack of the state backend in its tenant; one that cannot be audited does not stop the others.

    Args:
        folder: `<stack>.env` files of stacks with an operator of their own; None: there are none.
        count: called with how many of how many stacks are done.

    Raises:
        Stopped: the state backend cannot be read.
    """
    with ThreadPoolExecutor(1) as cli:
        listing = cli.submit(pulumi.stacks)
        importlib.import_module("smartrecruiters_calendar.entra.credentials")  # takes as long as the list, so meanwhile
        stacks = listing.result()
    access = SharedAccess()

    def one(stack: StackName) -> AuditReport:
        try:
            own = environments.of_stack(folder, stack, environment)
        except Stopped as stopped:
            return not_begun(stack, "tenant", now, stopped)
        return audit(pulumi.with_environment(own), stack, Operator(own, access), now)

    reports: list[AuditReport] = []
    with access, ThreadPoolExecutor(AT_ONCE) as pool:
        for done in as_completed([pool.submit(one, stack) for stack in stacks]):
            reports.append(done.result())
            count(len(reports), len(stacks))
    return index_of(reports, now)


def audit_all_programs(project: Path, stacks: Sequence[str], now: datetime) -> AuditIndex:
    """The same from the program alone; one stack after the other, since mocks are global."""
    return index_of([audit_program(project, StackName.parse(stack), now) for stack in stacks], now)


def index_of(reports: Sequence[AuditReport], now: datetime) -> AuditIndex:
    """The reports together, with the exit code of the worst; a stack that was never deployed is not a finding."""
    failed = [one for one in reports if one.exit_code is ExitCode.CHECK_FAILED]
    not_deployed = [one for one in reports if one.reason is Reason.STACK_NOT_DEPLOYED]
    told_apart = (ExitCode.CHECK_FAILED, ExitCode.OK)
    unknown = [one for one in reports if one.exit_code not in told_apart and one.reason != Reason.STACK_NOT_DEPLOYED]
    worst = ExitCode.CHECK_FAILED if failed else max((one.exit_code for one in unknown), default=ExitCode.OK)
    as_declared = len(reports) - len(failed) - len(not_deployed) - len(unknown)
    parts = [f"{as_declared} as declared", f"{len(failed)} with failures"]
    parts += [f"{len(unknown)} that could not be audited"] if unknown else []
    parts += [f"{len(not_deployed)} not deployed"] if not_deployed else []
    stacks = "1 stack" if len(reports) == 1 else f"{len(reports)} stacks"
    return AuditIndex(
        at=now,
        exit_code=worst,
        sentence=f"{stacks}: {', '.join(parts)}.",
        reports=tuple(sorted(reports, key=lambda one: one.stack)),
    )
