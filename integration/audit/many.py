"""Audits every stack of the project, many at once, and puts the reports together.

A stack costs one start of the CLI and some Graph requests. The CLI needs a processor, Graph needs patience: so as many
stacks run side by side as keep both busy.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from integration.audit.report import AuditReport, not_begun
from integration.audit.run import Operator, audit, audit_program
from integration.exit_codes import ExitCode
from integration.json_model import JsonModel
from integration.promotion import environments
from integration.pulumi_command import Pulumi
from integration.reasons import Reason, Stopped

AT_ONCE: Final = 12
"""Stacks under way at once."""


class AuditIndex(JsonModel):
    """The reports of all stacks, by name."""

    version: Literal[1] = 1
    at: datetime
    exit_code: ExitCode
    sentence: str
    reports: tuple[AuditReport, ...]


def deployed_stacks(pulumi: Pulumi) -> list[str]:
    """Every stack of the project in the state backend, by name.

    Raises:
        Stopped: the backend cannot be read.
    """
    return sorted(one["name"] for one in json.loads(pulumi.run("stack", "ls", "--json")))


def declared_stacks(project: Path) -> list[str]:
    """Every stack that has a file in the project, by name."""
    return sorted(path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in project.glob("Pulumi.*.yaml"))


def audit_all(
    pulumi: Pulumi,
    environment: Mapping[str, str],
    folder: Path | None,
    now: datetime,
    count: Callable[[int, int], None],
) -> AuditIndex:
    """Audit every stack in its tenant.

    Args:
        pulumi: the CLI in the project's folder.
        environment: what all stacks share, as `os.environ`.
        folder: `<stack>.env` files of stacks whose operator is another one; None: there are none.
        now: the moment that days are counted from.
        count: told how many of how many are done.

    Raises:
        Stopped: the state backend cannot be read.
    """
    stacks = deployed_stacks(pulumi)
    shared = Operator(environment)

    def one(stack: str) -> AuditReport:
        try:
            own = environments.of_stack(folder, stack, environment)
        except Stopped as stopped:
            return not_begun(stack, "tenant", now, stopped)
        operator = shared if own == environment else Operator(own)
        return audit(pulumi.with_environment(own), stack, operator, now)

    reports: list[AuditReport] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in as_completed([pool.submit(one, stack) for stack in stacks]):
            reports.append(done.result())
            count(len(reports), len(stacks))
    return index_of(reports, now)


def audit_all_programs(project: Path, now: datetime) -> AuditIndex:
    """The same from the program alone, for every stack that has a file; one after the other, since mocks are global."""
    return index_of([audit_program(project, stack, now) for stack in declared_stacks(project)], now)


def index_of(reports: Sequence[AuditReport], now: datetime) -> AuditIndex:
    """The reports together, with the exit code of the worst; a stack that was never deployed is no finding."""
    failed = [one for one in reports if one.exit_code is ExitCode.FINDINGS]
    asleep = [one for one in reports if one.reason is Reason.STACK_NOT_DEPLOYED]
    unknown = [one for one in reports if one not in failed and one not in asleep and one.reason]
    worst = ExitCode.FINDINGS if failed else max((one.exit_code for one in unknown), default=ExitCode.AS_WISHED)
    told = [f"{len(reports) - len(failed) - len(asleep) - len(unknown)} as declared", f"{len(failed)} with failures"]
    told += [f"{len(unknown)} that could not be audited"] if unknown else []
    told += [f"{len(asleep)} not deployed"] if asleep else []
    stacks = "1 stack" if len(reports) == 1 else f"{len(reports)} stacks"
    return AuditIndex(
        at=now,
        exit_code=worst,
        sentence=f"{stacks}: {', '.join(told)}.",
        reports=tuple(sorted(reports, key=lambda one: one.stack)),
    )
