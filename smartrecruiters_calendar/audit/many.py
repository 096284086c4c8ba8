"""Audits every stack of the project, many at once, and puts the reports together: drift and audit without an engine.

The CLI is started once for all stacks, and once more for each whose state has to be read: on the first pass, after an
update, and wherever not all is well. The rest is Graph requests, which need patience rather than a processor: so as
many stacks run side by side as keep both busy.
"""

import importlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import Field

from smartrecruiters_calendar.audit.kept_states import KeptStates, same_backend
from smartrecruiters_calendar.audit.listed import ListedStack, listed_stacks
from smartrecruiters_calendar.audit.report import AuditReport, not_begun
from smartrecruiters_calendar.audit.run import Operator, audit_knowing, audit_program
from smartrecruiters_calendar.audit.shared_access import SharedAccess
from smartrecruiters_calendar.outcome import ExitCode, Outcome, Reason, Stopped
from smartrecruiters_calendar.stack import environments
from smartrecruiters_calendar.stack.pulumi import Pulumi

AT_ONCE: Final = 16
"""Stacks under way at once."""


class AuditIndex(Outcome):
    """The reports of all stacks, by name."""

    version: Literal[1] = 1
    at: datetime
    exit_code: ExitCode
    reason: Reason | None = Field(default=None, exclude=True)
    """Each report has its own."""
    sentence: str
    states_read: int
    """Stacks whose state was read for this index."""
    states_kept: int
    """Stacks for which what an earlier pass read of the state was enough."""
    reports: tuple[AuditReport, ...]


def declared_stacks(project: Path) -> list[str]:
    """Every stack that has a file in the project, by name."""
    return sorted(path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in project.glob("Pulumi.*.yaml"))


def audit_all(
    pulumi: Pulumi,
    environment: Mapping[str, str],
    folder: Path | None,
    now: datetime,
    count: Callable[[int, int], None],
    kept: KeptStates | None = None,
) -> AuditIndex:
    """Audit every stack in its tenant.

    Args:
        pulumi: the CLI in the project's folder.
        environment: what all stacks share, as `os.environ`.
        folder: `<stack>.env` files of stacks whose operator is another one; None: there are none.
        now: the moment that days are counted from.
        count: told how many of how many are done.
        kept: what earlier passes read of the states; what this one reads is added.

    Raises:
        Stopped: the state backend cannot be read.
    """
    with ThreadPoolExecutor(1) as cli:
        listed = cli.submit(listed_stacks, pulumi)
        importlib.import_module("smartrecruiters_calendar.entra.credentials")  # as long as the list takes, so meanwhile
        stacks = listed.result()
    access = SharedAccess()

    def one(stack: ListedStack) -> AuditReport:
        try:
            own = environments.of_stack(folder, stack.name, environment)
        except Stopped as stopped:
            return not_begun(stack.name, "tenant", now, stopped)
        operator = Operator(own, access)
        own_pulumi = pulumi.with_environment(own)
        if kept is None or not same_backend(own, environment):  # then the list does not speak of this stack's state
            return audit_knowing(None, own_pulumi, stack.name, operator, now).report
        done = audit_knowing(kept.of(stack), own_pulumi, stack.name, operator, now)
        if done.deployed:
            kept.keep(stack, done.deployed)
        return done.report

    reports: list[AuditReport] = []
    with access, ThreadPoolExecutor(AT_ONCE) as pool:
        for done in as_completed([pool.submit(one, stack) for stack in stacks]):
            reports.append(done.result())
            count(len(reports), len(stacks))
    if kept:
        kept.save([stack.name for stack in stacks])
    return index_of(reports, now)


def audit_all_programs(project: Path, now: datetime) -> AuditIndex:
    """The same from the program alone, for every stack that has a file; one after the other, since mocks are global."""
    return index_of([audit_program(project, stack, now) for stack in declared_stacks(project)], now)


def index_of(reports: Sequence[AuditReport], now: datetime) -> AuditIndex:
    """The reports together, with the exit code of the worst; a stack that was never deployed is no finding."""
    failed = [one for one in reports if one.exit_code is ExitCode.CHECK_FAILED]
    asleep = [one for one in reports if one.reason is Reason.STACK_NOT_DEPLOYED]
    unknown = [one for one in reports if one not in failed and one not in asleep and one.reason]
    worst = ExitCode.CHECK_FAILED if failed else max((one.exit_code for one in unknown), default=ExitCode.OK)
    told = [f"{len(reports) - len(failed) - len(asleep) - len(unknown)} as declared", f"{len(failed)} with failures"]
    told += [f"{len(unknown)} that could not be audited"] if unknown else []
    told += [f"{len(asleep)} not deployed"] if asleep else []
    from_state = sum(one.state == "read" for one in reports)
    from_kept = sum(one.state == "kept" for one in reports)
    stacks = "1 stack" if len(reports) == 1 else f"{len(reports)} stacks"
    return AuditIndex(
        at=now,
        exit_code=worst,
        sentence=f"{stacks}: {', '.join(told)}." + (f" {from_kept} from kept states." if from_kept else ""),
        states_read=from_state,
        states_kept=from_kept,
        reports=tuple(sorted(reports, key=lambda one: one.stack)),
    )
