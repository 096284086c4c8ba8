"""What changed between two reports of one stack: facts first, then findings with another status."""

import json
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from smartrecruiters_calendar.audit.finding import Finding
from smartrecruiters_calendar.audit.report import AuditReport, Change, CredentialRow, OwnerRow, PermissionRow
from smartrecruiters_calendar.outcome import Reason, Status, Stopped

Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row")


def read_report(path: Path) -> AuditReport:
    """An earlier report, from the file that `--json` filled.

    Raises:
        Stopped: the file holds no report of this version.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(document, dict):
            document.pop("state", None)  # earlier versions wrote it
        return AuditReport.model_validate_json(json.dumps(document))
    except (OSError, UnicodeDecodeError) as error:
        raise Stopped(Reason.REPORT_UNUSABLE, f"The earlier report {path} cannot be read: {error}.") from None
    except ValueError:
        raise Stopped(
            Reason.REPORT_UNUSABLE,
            f"{path} is not a report to compare with: name a file written by `smartrecruiters-calendar audit --json`.",
        ) from None


def compared(report: AuditReport, before: AuditReport) -> AuditReport:
    """The report with what changed since `before`.

    Raises:
        Stopped: the two are about different stacks, or from different sources.
    """
    if (before.stack, before.source) != (report.stack, report.source):
        raise Stopped(
            Reason.REPORT_UNUSABLE,
            f"The earlier report is about stack {before.stack} ({before.source}), and this one about {report.stack} "
            f"({report.source}): compare reports of the same stack and kind.",
        )
    return report.model_copy(update={"since": before.at, "changes": tuple(_changes(before, report))})


def _changes(before: AuditReport, after: AuditReport) -> Iterator[Change]:
    yield from _rows(_permissions(before.permissions), _permissions(after.permissions))
    yield from _rows(_credentials(before.credentials), _credentials(after.credentials))
    yield from _rows(_owners(before.owners), _owners(after.owners))
    reported = {row.id for row in after.credentials} - {row.id for row in before.credentials}
    reported |= {row.object_id for row in after.owners} - {row.object_id for row in before.owners}
    reported |= {row.name for row in after.permissions} - {row.name for row in before.permissions}
    yield from _findings(before.findings, after.findings, reported)


def _rows(before: Mapping[Key, str], after: Mapping[Key, str]) -> Iterator[Change]:
    for key, text in after.items():
        if key not in before:
            yield Change(kind="new", sentence=f"{text}.")
        elif before[key] != text:
            yield Change(kind="changed", sentence=f"{text}; before: {before[key]}.")
    for key, text in before.items():
        if key not in after:
            yield Change(kind="gone", sentence=f"{text}.")


def _permissions(rows: Iterable[PermissionRow]) -> dict[tuple[str, str, str], str]:
    return {
        (row.kind, row.resource, row.name): f"The {row.kind} permission {row.name} of {row.resource} is "
        f"{_states(declared=row.declared, requested=row.requested, granted=row.granted)}"
        for row in rows
    }


def _credentials(rows: Iterable[CredentialRow]) -> dict[str, str]:
    return {
        row.id: f"The {row.standing} {row.kind} {row.name or row.id} ({row.id}) of the {row.holder} "
        + (f"ends on {row.ends:%Y-%m-%d}" if row.ends else "has no end")
        for row in rows
    }


def _owners(rows: Iterable[OwnerRow]) -> dict[str, str]:
    return {
        row.object_id: f"The {row.kind} {row.name} ({row.object_id}) is "
        + _states(
            configured=row.configured,
            owner_of_the_application=row.owns_application,
            owner_of_the_service_principal=row.owns_service_principal,
        )
        for row in rows
    }


def _states(**states: bool | None) -> str:
    """*declared, not requested, granted (unknown)*."""
    words = {True: "{}", False: "not {}", None: "{} (unknown)"}
    return ", ".join(words[state].format(name.replace("_", " ")) for name, state in states.items())


def _findings(before: Iterable[Finding], after: Iterable[Finding], reported: Collection[str]) -> Iterator[Change]:
    """Findings whose status changed, and new failures about something that is not reported as new already."""
    known = {(finding.check, finding.subject): finding.status for finding in before}
    for finding in after:
        status = known.get((finding.check, finding.subject))
        if status is not None and status is not finding.status:
            yield Change(kind="changed", sentence=f"{status} is {finding.status} now: {finding.sentence}")
        elif status is None and finding.status is Status.FAIL and not any(one in finding.subject for one in reported):
            yield Change(kind="new", sentence=f"{finding.status}: {finding.sentence}")
