"""What can keep any verb from its work: each cause, how it comes about, and the exit code that it must have."""

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.smartrecruiters.faults import PageFault, PageFaults
from smartrecruiters_calendar.entra import proxies
from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, Reason
from tests.exit_codes.place import Place
from tests.smartrecruiters_calendar.fake_pulumi import configure

NOWHERE: Final = "missing/file"


@dataclass(frozen=True)
class Cause:
    happens: str
    """In one clause, for the page."""
    arrange: Callable[[Place], None]
    reasons: tuple[Reason, ...]
    """Any of these is this cause; none: the verb is interrupted."""
    exit_code: ExitCode
    words: Mapping[str, tuple[str, ...]] | None = None
    """More words for some verbs, the only ones that it can happen to."""
    but: frozenset[str] = frozenset()
    """Verbs that it cannot happen to, or whose own outcome then says more."""

    def __post_init__(self) -> None:
        if {EXIT_CODES[reason] for reason in self.reasons} - {self.exit_code}:
            raise ValueError(f"{self.happens}: its reasons have another exit code")


def _refusing(message: str, code: int, *commands: str) -> Callable[[Place], None]:
    def arrange(place: Place) -> None:
        place.pulumi.answer(**{one: {"stderr": f"error: {message}", "code": code} for one in commands})

    return arrange


def _without_a_cli(place: Place) -> None:
    place.patch.setenv("PATH", str(place.folder))


def _variable(name: str, value: str) -> Callable[[Place], None]:
    return lambda place: place.patch.setenv(name, value)


def _in_another_cloud(place: Place) -> None:
    place.patch.delenv("ARM_METADATA_HOSTNAME")
    place.patch.setenv("ARM_ENVIRONMENT", "usgovernment")


def _rejected(place: Place) -> None:
    place.patch.setenv("ARM_CLIENT_SECRET", "not-the-secret")
    place.patch.setenv("AZURE_CLIENT_SECRET", "not-the-secret")


def _configured(**changed: Any) -> Callable[[Place], None]:
    return lambda place: configure(place.folder / "project", place.configuration | changed)


def _silent(request: str) -> Callable[[Place], None]:
    return lambda place: place.entra.switch(unavailable=1, only=request)


def _page_down(place: Place) -> None:
    PageFaults(place.entra.store).switch(PageFault.MAINTENANCE, on=True)


def _signed_out(place: Place) -> None:
    place.entra.home.session.unlink()


def _ctrl_c(place: Place) -> None:
    place.patch.setattr(proxies, "check", lambda: os.kill(os.getpid(), signal.SIGINT))


_LOCKED: Final = "the stack is currently locked by 1 lock(s): created by me@host (pid 1) at 2026-12-01T08:00:00Z"
_STACKS: Final = ("stack export", "stack tag ls", "stack tag set", "config", "config set", "preview")
_WRITES: Final = ("up", "destroy", "refresh", "preview", "stack tag set")
_SECRETS: Final = ("stack export --show-secrets", "config set", "config", "up", "preview", "destroy", "refresh")
_EVERY: Final = (*_STACKS, *_WRITES, "whoami", "stack ls", "stack init", "stack --show-name")

USAGE, UNKNOWN, WAITS = ExitCode.USAGE, ExitCode.UNKNOWN, ExitCode.WAITS_FOR_PERSON

_OWN_STATE: Final = frozenset({"live-check"})
"""It makes a state, a passphrase and a stack of its own."""

CAUSES: Final = (
    Cause("there is no `pulumi` on PATH", _without_a_cli, (Reason.CLI_MISSING,), USAGE),
    Cause(
        "the state backend has no such stack",
        _refusing("no stack named 'dev' found", 255, *_STACKS, *_WRITES),
        (Reason.STACK_UNKNOWN,),
        USAGE,
        but=_OWN_STATE,
    ),
    Cause(
        "nobody is logged in to a state backend", _refusing("not logged in", 3, *_EVERY), (Reason.NOT_LOGGED_IN,), USAGE
    ),
    Cause(
        "the passphrase is wrong",
        _refusing("incorrect passphrase", 255, *_SECRETS),
        (Reason.PASSPHRASE_REFUSED,),
        USAGE,
        but=_OWN_STATE,
    ),
    Cause(
        "there is no passphrase",
        _refusing("passphrase must be set with PULUMI_CONFIG_PASSPHRASE", 255, *_SECRETS),
        (Reason.PASSPHRASE_REFUSED,),
        USAGE,
        but=_OWN_STATE,
    ),
    Cause("a setting has the wrong type", _configured(warnDays="soon"), (Reason.SETTINGS_REFUSED,), USAGE),
    Cause("a setting is wrong", _configured(directoryId="not-an-id"), (Reason.SETTINGS_REFUSED,), USAGE),
    Cause(
        "the file of trusted authorities is missing",
        _variable("SSL_CERT_FILE", NOWHERE),
        (Reason.TRUST_UNREADABLE,),
        USAGE,
    ),
    Cause("the proxy cannot be used", _variable("HTTPS_PROXY", "gopher://nowhere"), (Reason.PROXY_REFUSED,), USAGE),
    Cause(
        "the report cannot be written",
        lambda _: None,
        (Reason.REPORT_UNUSABLE,),
        USAGE,
        {
            "audit": ("--output", NOWHERE),
            "audit --declared-only": ("--output", NOWHERE),
            "drift": ("--markdown", NOWHERE),
            "exchange-scope": ("--output", NOWHERE),
            "live-check": ("--record", NOWHERE),
            "pipeline-identity": ("--file", NOWHERE),
            "promote": ("--html", NOWHERE),
            "promote --plan": ("--html", NOWHERE),
            "record-profile": ("--output", NOWHERE),
        },
    ),
    Cause("the environment names no cloud that can be used", _in_another_cloud, (Reason.CLOUD_REFUSED,), USAGE),
    Cause(
        "the state backend does not answer",
        _refusing("unable to reach the bucket", 255, *_EVERY),
        (Reason.STACK_UNREADABLE,),
        UNKNOWN,
    ),
    Cause(
        "another run holds the stack",
        _refusing(_LOCKED, 255, *_WRITES),
        (Reason.STACK_LOCKED, Reason.RECEIPT_NOT_KEPT),
        UNKNOWN,
        but=_OWN_STATE,
    ),
    Cause(
        "Entra rejects the deployer and the operator",
        _rejected,
        (Reason.IDENTITY_REFUSED, Reason.OPERATOR_REFUSED),
        UNKNOWN,
    ),
    Cause(
        "the cloud's metadata endpoint does not answer",
        _variable("ARM_METADATA_HOSTNAME", "localhost:1"),
        (Reason.CLOUD_UNREACHABLE,),
        UNKNOWN,
    ),
    Cause("Entra does not answer", _silent("POST /token"), (Reason.ENTRA_UNREACHABLE,), UNKNOWN),
    Cause(
        "Microsoft Graph does not answer",
        _silent("GET /"),
        (Reason.GRAPH_UNREACHABLE, Reason.EVIDENCE_UNREAD, Reason.LIVE_REMOVAL_UNKNOWN),
        UNKNOWN,
    ),
    Cause("SmartRecruiters does not answer", _page_down, (Reason.SMARTRECRUITERS_UNREACHABLE,), UNKNOWN),
    Cause(
        "nobody is signed in to SmartRecruiters",
        _signed_out,
        (Reason.SIGN_IN_NEEDED,),
        WAITS,
        but=frozenset({"promote"}),  # which goes on with the other tenants, and ends with 4 where that is asked for
    ),
    Cause("ctrl-C, or SIGTERM", _ctrl_c, (), ExitCode.INTERRUPTED),
)
