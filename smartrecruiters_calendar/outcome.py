"""How every verb ends: exit codes, one stable reason code per cause, and the JSON documents that carry them.

The sentence for people is written where the cause is seen; here is only what a machine may rely on.
"""

import json
import re
from collections.abc import Mapping
from enum import IntEnum, StrEnum, unique
from types import MappingProxyType
from typing import Any, Final, Self

from pydantic import AliasGenerator, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class JsonModel(BaseModel):
    """An immutable JSON document or a part of one: camelCase keys, unknown keys refused, values never in errors."""

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
        extra="forbid",
        alias_generator=AliasGenerator(to_camel),
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        hide_input_in_errors=True,
    )

    def as_json(self, *, ascii_only: bool = False) -> str:
        """The document, indented; a character that no encoding has, or that commands a terminal, is its code."""
        text = json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=ascii_only)
        return re.sub(r"[^ -~\n]", lambda one: _code(one[0]), text)


def _code(character: str) -> str:
    return character if character.isprintable() else json.dumps(character)[1:-1]


class ExitCode(IntEnum):
    """What the end of a command means to a shell or a pipeline; every verb uses the same codes."""

    OK = 0
    CHECK_FAILED = 1
    """A check ran and failed. Never used where nothing could be checked."""
    USAGE = 2
    """The command or the configuration is invalid; nothing was done."""
    UNKNOWN = 3
    """Could not find out: a service did not answer, or refused the deployer or operator."""
    WAITS_FOR_PERSON = 4
    """A person has to take the next step, which is printed."""
    INTERRUPTED = 130
    """Ctrl-C, SIGTERM."""


@unique
class Reason(StrEnum):
    """Stable codes; a code is never given a second meaning."""

    # The command, the stack and its configuration
    CLI_MISSING = "cli-missing"
    STACK_UNKNOWN = "stack-unknown"
    STACK_NOT_DEPLOYED = "stack-not-deployed"
    STACK_UNREADABLE = "stack-unreadable"
    STACK_LOCKED = "stack-locked"
    PREFLIGHT_FINDINGS = "preflight-findings"
    UPDATE_FAILED = "update-failed"
    DRIFTED = "drifted"
    POLICY_VIOLATED = "policy-violated"
    NOT_LOGGED_IN = "not-logged-in"
    PASSPHRASE_REFUSED = "passphrase-refused"  # noqa: S105 (a code, not a secret)
    SETTINGS_REFUSED = "settings-refused"
    TENANTS_REFUSED = "tenants-refused"
    CHANNEL_REFUSED = "channel-refused"
    SESSION_FILE_REFUSED = "session-file-refused"
    BROWSER_UNUSABLE = "browser-unusable"
    EXPECTED_ROOMS_REFUSED = "expected-rooms-refused"
    OPERATOR_REFUSED = "operator-refused"
    RECORDING_REFUSED = "recording-refused"
    TRUST_UNREADABLE = "trust-unreadable"
    PROXY_REFUSED = "proxy-refused"
    CLOUD_REFUSED = "cloud-refused"
    TENANT_MISMATCH = "tenant-mismatch"
    IDENTITY_INCOMPLETE = "identity-incomplete"
    IDENTITY_REFUSED = "identity-refused"
    """Microsoft refused the deployer or the operator, so nothing is known about the integration app."""

    # What a stack and its tenant hold, compared
    IMPORT_REFUSED = "import-refused"
    APPLICATION_AMBIGUOUS = "application-ambiguous"
    APPLICATION_OF_ANOTHER_STACK = "application-of-another-stack"
    ADMINISTRATOR_NEEDED = "administrator-needed"
    SECRET_LOST = "secret-lost"  # noqa: S105

    # Entra: the token
    CLOUD_UNREACHABLE = "cloud-unreachable"
    ENTRA_UNREACHABLE = "entra-unreachable"
    ENTRA_REFUSED = "entra-refused"
    SECRET_REFUSED = "secret-refused"  # noqa: S105
    SECRET_EXPIRED = "secret-expired"  # noqa: S105
    APPLICATION_UNKNOWN = "application-unknown"
    APPLICATION_DISABLED = "application-disabled"
    SERVICE_PRINCIPAL_MISSING = "service-principal-missing"
    TENANT_UNKNOWN = "tenant-unknown"

    # Graph: what the token allows
    GRANT_MISSING = "grant-missing"
    GRANT_UNEXPECTED = "grant-unexpected"
    ADMIN_CONSENT_NEEDED = "admin-consent-needed"
    GRAPH_UNREACHABLE = "graph-unreachable"
    DIRECTORY_REFUSED = "directory-refused"
    CALENDAR_REFUSED = "calendar-refused"
    AVAILABILITY_REFUSED = "availability-refused"
    BOOKING_REFUSED = "booking-refused"
    BOOKING_NOT_REMOVED = "booking-not-removed"
    REHEARSAL_MAILBOX_UNKNOWN = "rehearsal-mailbox-unknown"
    ROOM_UNKNOWN = "room-unknown"
    MAILBOX_ELSEWHERE = "mailbox-elsewhere"
    EXCHANGE_SCOPE_NEEDED = "exchange-scope-needed"
    EXCHANGE_SCOPE_TOO_WIDE = "exchange-scope-too-wide"
    EXCHANGE_SCOPE_TOO_NARROW = "exchange-scope-too-narrow"
    SCOPE_MAILBOX_UNKNOWN = "scope-mailbox-unknown"
    NO_ROOMS_EXPECTED = "no-rooms-expected"
    SAVER_UNKNOWN = "saver-unknown"
    SAVER_DISABLED = "saver-disabled"

    # Key Vault
    VAULT_REFUSED = "vault-refused"
    VAULT_UNREACHABLE = "vault-unreachable"
    VAULT_SECRET_UNUSABLE = "vault-secret-unusable"  # noqa: S105
    # The audit
    AUDIT_FINDINGS = "audit-findings"
    EVIDENCE_UNREAD = "evidence-unread"
    REPORT_UNUSABLE = "report-unusable"

    # SmartRecruiters
    SIGN_IN_NEEDED = "sign-in-needed"
    BOT_PROTECTION = "bot-protection"
    PERSON_NEEDED = "person-needed"
    DELIVERY_REFUSED = "delivery-refused"
    DELIVERY_IN_DOUBT = "delivery-in-doubt"
    SMARTRECRUITERS_UNREACHABLE = "smartrecruiters-unreachable"
    PAGE_CHANGED = "page-changed"
    RECEIPT_NOT_KEPT = "receipt-not-kept"
    RECEIPT_MISSING = "receipt-missing"
    NOT_SEEN_TO_WORK = "not-seen-to-work"
    LOAD_REFUSED = "load-refused"
    NO_ROOMS_LOADED = "no-rooms-loaded"
    ROOM_NOT_LOADED = "room-not-loaded"
    ROOM_LIST_CUT = "room-list-cut"

    # A secret's life
    STACK_FILE_REFUSED = "stack-file-refused"
    SECRET_NOT_DEPLOYED = "secret-not-deployed"  # noqa: S105
    SECRET_NOT_DELIVERED = "secret-not-delivered"  # noqa: S105
    ROTATION_IN_PROGRESS = "rotation-in-progress"
    ISSUED_TODAY = "issued-today"
    NO_OUTGOING_SECRET = "no-outgoing-secret"  # noqa: S105
    KEY_UNKNOWN = "key-unknown"
    CONFIRMATION_NEEDED = "confirmation-needed"
    COMMIT_NEEDED = "commit-needed"
    COMMIT_NOT_DEPLOYED = "commit-not-deployed"
    GIT_FAILED = "git-failed"
    STILL_THERE = "still-there"
    NOTHING_TO_RESTORE = "nothing-to-restore"

    # The check on a real tenant
    LIVE_DEPLOYMENT_FAILED = "live-deployment-failed"
    LIVE_APP_REFUSED = "live-app-refused"
    LIVE_AUDIT_FAILED = "live-audit-failed"
    LIVE_NOT_REMOVED = "live-not-removed"
    """The tenant shows what is left of the app."""
    LIVE_REMOVAL_UNKNOWN = "live-removal-unknown"
    """Nobody saw the app go."""


EXIT_CODES: Final[Mapping[Reason, ExitCode]] = MappingProxyType(
    {
        Reason.CLI_MISSING: ExitCode.USAGE,
        Reason.STACK_UNKNOWN: ExitCode.USAGE,
        Reason.STACK_NOT_DEPLOYED: ExitCode.USAGE,
        Reason.STACK_UNREADABLE: ExitCode.UNKNOWN,
        Reason.STACK_LOCKED: ExitCode.UNKNOWN,
        Reason.PREFLIGHT_FINDINGS: ExitCode.CHECK_FAILED,
        Reason.UPDATE_FAILED: ExitCode.CHECK_FAILED,
        Reason.DRIFTED: ExitCode.CHECK_FAILED,
        Reason.POLICY_VIOLATED: ExitCode.CHECK_FAILED,
        Reason.NOT_LOGGED_IN: ExitCode.USAGE,
        Reason.PASSPHRASE_REFUSED: ExitCode.USAGE,
        Reason.SETTINGS_REFUSED: ExitCode.USAGE,
        Reason.TENANTS_REFUSED: ExitCode.USAGE,
        Reason.CHANNEL_REFUSED: ExitCode.USAGE,
        Reason.SESSION_FILE_REFUSED: ExitCode.USAGE,
        Reason.BROWSER_UNUSABLE: ExitCode.USAGE,
        Reason.EXPECTED_ROOMS_REFUSED: ExitCode.USAGE,
        Reason.OPERATOR_REFUSED: ExitCode.UNKNOWN,
        Reason.RECORDING_REFUSED: ExitCode.USAGE,
        Reason.TRUST_UNREADABLE: ExitCode.USAGE,
        Reason.PROXY_REFUSED: ExitCode.USAGE,
        Reason.CLOUD_REFUSED: ExitCode.USAGE,
        Reason.TENANT_MISMATCH: ExitCode.USAGE,
        Reason.IDENTITY_INCOMPLETE: ExitCode.USAGE,
        Reason.IDENTITY_REFUSED: ExitCode.UNKNOWN,
        Reason.IMPORT_REFUSED: ExitCode.CHECK_FAILED,
        Reason.APPLICATION_AMBIGUOUS: ExitCode.WAITS_FOR_PERSON,
        Reason.APPLICATION_OF_ANOTHER_STACK: ExitCode.CHECK_FAILED,
        Reason.ADMINISTRATOR_NEEDED: ExitCode.WAITS_FOR_PERSON,
        Reason.SECRET_LOST: ExitCode.CHECK_FAILED,
        Reason.CLOUD_UNREACHABLE: ExitCode.UNKNOWN,
        Reason.ENTRA_UNREACHABLE: ExitCode.UNKNOWN,
        Reason.ENTRA_REFUSED: ExitCode.CHECK_FAILED,
        Reason.SECRET_REFUSED: ExitCode.CHECK_FAILED,
        Reason.SECRET_EXPIRED: ExitCode.CHECK_FAILED,
        Reason.APPLICATION_UNKNOWN: ExitCode.CHECK_FAILED,
        Reason.APPLICATION_DISABLED: ExitCode.CHECK_FAILED,
        Reason.SERVICE_PRINCIPAL_MISSING: ExitCode.CHECK_FAILED,
        Reason.TENANT_UNKNOWN: ExitCode.CHECK_FAILED,
        Reason.GRANT_MISSING: ExitCode.CHECK_FAILED,
        Reason.GRANT_UNEXPECTED: ExitCode.CHECK_FAILED,
        Reason.ADMIN_CONSENT_NEEDED: ExitCode.WAITS_FOR_PERSON,
        Reason.GRAPH_UNREACHABLE: ExitCode.UNKNOWN,
        Reason.DIRECTORY_REFUSED: ExitCode.CHECK_FAILED,
        Reason.CALENDAR_REFUSED: ExitCode.CHECK_FAILED,
        Reason.AVAILABILITY_REFUSED: ExitCode.CHECK_FAILED,
        Reason.BOOKING_REFUSED: ExitCode.CHECK_FAILED,
        Reason.BOOKING_NOT_REMOVED: ExitCode.UNKNOWN,
        Reason.REHEARSAL_MAILBOX_UNKNOWN: ExitCode.CHECK_FAILED,
        Reason.ROOM_UNKNOWN: ExitCode.CHECK_FAILED,
        Reason.MAILBOX_ELSEWHERE: ExitCode.CHECK_FAILED,
        Reason.EXCHANGE_SCOPE_NEEDED: ExitCode.WAITS_FOR_PERSON,
        Reason.EXCHANGE_SCOPE_TOO_WIDE: ExitCode.CHECK_FAILED,
        Reason.EXCHANGE_SCOPE_TOO_NARROW: ExitCode.CHECK_FAILED,
        Reason.SCOPE_MAILBOX_UNKNOWN: ExitCode.CHECK_FAILED,
        Reason.VAULT_REFUSED: ExitCode.CHECK_FAILED,
        Reason.VAULT_UNREACHABLE: ExitCode.UNKNOWN,
        Reason.VAULT_SECRET_UNUSABLE: ExitCode.CHECK_FAILED,
        Reason.AUDIT_FINDINGS: ExitCode.CHECK_FAILED,
        Reason.EVIDENCE_UNREAD: ExitCode.UNKNOWN,
        Reason.NO_ROOMS_EXPECTED: ExitCode.CHECK_FAILED,
        Reason.SAVER_UNKNOWN: ExitCode.CHECK_FAILED,
        Reason.SAVER_DISABLED: ExitCode.CHECK_FAILED,
        Reason.REPORT_UNUSABLE: ExitCode.USAGE,
        Reason.SIGN_IN_NEEDED: ExitCode.WAITS_FOR_PERSON,
        Reason.BOT_PROTECTION: ExitCode.WAITS_FOR_PERSON,
        Reason.PERSON_NEEDED: ExitCode.WAITS_FOR_PERSON,
        Reason.DELIVERY_REFUSED: ExitCode.CHECK_FAILED,
        Reason.DELIVERY_IN_DOUBT: ExitCode.UNKNOWN,
        Reason.SMARTRECRUITERS_UNREACHABLE: ExitCode.UNKNOWN,
        Reason.PAGE_CHANGED: ExitCode.CHECK_FAILED,
        Reason.RECEIPT_NOT_KEPT: ExitCode.UNKNOWN,
        Reason.RECEIPT_MISSING: ExitCode.UNKNOWN,
        Reason.NOT_SEEN_TO_WORK: ExitCode.CHECK_FAILED,
        Reason.LOAD_REFUSED: ExitCode.CHECK_FAILED,
        Reason.NO_ROOMS_LOADED: ExitCode.CHECK_FAILED,
        Reason.ROOM_NOT_LOADED: ExitCode.CHECK_FAILED,
        Reason.ROOM_LIST_CUT: ExitCode.CHECK_FAILED,
        Reason.STACK_FILE_REFUSED: ExitCode.USAGE,
        Reason.SECRET_NOT_DEPLOYED: ExitCode.CHECK_FAILED,
        Reason.SECRET_NOT_DELIVERED: ExitCode.CHECK_FAILED,
        Reason.ROTATION_IN_PROGRESS: ExitCode.WAITS_FOR_PERSON,
        Reason.ISSUED_TODAY: ExitCode.WAITS_FOR_PERSON,
        Reason.NO_OUTGOING_SECRET: ExitCode.CHECK_FAILED,
        Reason.KEY_UNKNOWN: ExitCode.USAGE,
        Reason.CONFIRMATION_NEEDED: ExitCode.WAITS_FOR_PERSON,
        Reason.COMMIT_NEEDED: ExitCode.USAGE,
        Reason.COMMIT_NOT_DEPLOYED: ExitCode.WAITS_FOR_PERSON,
        Reason.GIT_FAILED: ExitCode.UNKNOWN,
        Reason.LIVE_DEPLOYMENT_FAILED: ExitCode.CHECK_FAILED,
        Reason.LIVE_APP_REFUSED: ExitCode.CHECK_FAILED,
        Reason.LIVE_AUDIT_FAILED: ExitCode.CHECK_FAILED,
        Reason.LIVE_NOT_REMOVED: ExitCode.CHECK_FAILED,
        Reason.LIVE_REMOVAL_UNKNOWN: ExitCode.UNKNOWN,
        Reason.STILL_THERE: ExitCode.CHECK_FAILED,
        Reason.NOTHING_TO_RESTORE: ExitCode.CHECK_FAILED,
    }
)


class Status(StrEnum):
    """The result of a check for one object."""

    PASS = "PASS"  # noqa: S105 (a status, not a secret)
    FAIL = "FAIL"
    MANUAL = "MANUAL"
    """A person has to look or to decide; also everything that could not be read."""


class Stopped(Exception):
    """Something cannot go on. `str()` is one sentence that names the cause and the next step, without any secret."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.sentence = sentence

    @property
    def exit_code(self) -> ExitCode:
        return EXIT_CODES[self.reason]


class Outcome(JsonModel):
    """How a verb ended: the base of the documents that `--json` prints."""

    exit_code: ExitCode = ExitCode.OK
    reason: Reason | None = None
    """Why it is not a success; None: it is one, or the document says why elsewhere."""
    sentence: str

    @classmethod
    def of_stop(cls, stopped: Stopped, **fields: Any) -> Self:
        """The document of a verb that could not go on; `fields` are the document's own."""
        return cls(exit_code=stopped.exit_code, reason=stopped.reason, sentence=stopped.sentence, **fields)


class EarlyEnd(Outcome):
    """The outcome of a verb that stopped or was interrupted before it had a document of its own."""

    stack: str | None = None
    """None: not known yet, or the verb takes none."""
