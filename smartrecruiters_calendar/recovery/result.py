"""What a recovery came to: the document that `--json` prints."""

from enum import StrEnum

from smartrecruiters_calendar.outcome import ExitCode, JsonModel, Outcome, Reason, Stopped


class Action(StrEnum):
    """What can be done about something left over."""

    LOCK_FREED = "lock-freed"
    STATE_RESTORED = "state-restored"
    IMPORTED = "imported"
    TAKEN_AS_MADE = "taken-as-made"
    """Whether it was made is not known; the next `pulumi up` writes it in either case."""
    OPERATION_CLEARED = "operation-cleared"
    SECRET_REMOVED = "secret-removed"  # noqa: S105 (a word, not a secret)
    APPLICATION_REMOVED = "application-removed"
    LEFT_ALONE = "left-alone"
    """Found, and for a person to judge."""


class Step(JsonModel):
    """One thing that was left over."""

    deed: Action
    subject: str
    """Whose: a resource's name, an object ID, a key ID, a lock's holder."""
    sentence: str


class RecoveryResult(Outcome):
    """A whole run."""

    stack: str
    dry_run: bool
    """True: `steps` tell what would be done."""
    exit_code: ExitCode
    reason: Reason | None = None
    """Why it is not as wished; None: it is."""
    sentence: str
    steps: tuple[Step, ...] = ()
    """In the order in which they were done."""


def stopped(stack: str, why: Stopped, steps: list[Step], *, dry_run: bool) -> RecoveryResult:
    """The result of a recovery that could not go on."""
    return RecoveryResult(
        stack=stack,
        dry_run=dry_run,
        exit_code=why.exit_code,
        reason=why.reason,
        sentence=why.sentence,
        steps=tuple(steps),
    )
