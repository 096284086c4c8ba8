"""Each refusal and each silence has one reason, one exit code, and a sentence that names who asked and what to do."""

import pytest
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError

from smartrecruiters_calendar.entra.cloud import CloudRefused, CloudUnreachable
from smartrecruiters_calendar.entra.errors import (
    EntraRefused,
    EntraUnreachable,
    GraphRefused,
    GraphUnreachable,
    Identity,
    sign_in_failed,
)
from smartrecruiters_calendar.entra.tls import TrustUnreadable
from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.vault.permissions import VaultRefused

APP, DEPLOYER, OPERATOR = Identity.APP, Identity.DEPLOYER, Identity.OPERATOR
FAILED, UNKNOWN, USAGE = ExitCode.CHECK_FAILED, ExitCode.UNKNOWN, ExitCode.USAGE

TABLE: list[tuple[Stopped, Reason, ExitCode, str]] = [
    (EntraRefused("AADSTS7000222: old", APP), Reason.SECRET_EXPIRED, FAILED, "the integration app"),
    (EntraRefused("AADSTS50999: odd", APP), Reason.ENTRA_REFUSED, FAILED, "the integration app"),
    (EntraRefused("AADSTS7000222: old", DEPLOYER), Reason.IDENTITY_REFUSED, UNKNOWN, "sign in as the deployer"),
    (EntraRefused("AADSTS7000222: old", OPERATOR), Reason.IDENTITY_REFUSED, UNKNOWN, "sign in as the operator"),
    (
        GraphRefused(403, "Denied", "No.", APP),
        Reason.DIRECTORY_REFUSED,
        FAILED,
        "the integration app (403 Denied: No.)",
    ),
    (GraphRefused(403, "Denied", "No.", DEPLOYER), Reason.IDENTITY_REFUSED, UNKNOWN, "the deployer (403 Denied: No.)"),
    (GraphRefused(403, "Denied", "No.", OPERATOR), Reason.IDENTITY_REFUSED, UNKNOWN, "the operator (403 Denied: No.)"),
    (VaultRefused("404 NotFound: no", DEPLOYER), Reason.IDENTITY_REFUSED, UNKNOWN, "the deployer (404 NotFound: no)"),
    (VaultRefused("404 NotFound: no", OPERATOR), Reason.IDENTITY_REFUSED, UNKNOWN, "the operator (404 NotFound: no)"),
    (EntraUnreachable("cut"), Reason.ENTRA_UNREACHABLE, UNKNOWN, "Entra did not answer (cut): check the network"),
    (GraphUnreachable("cut"), Reason.GRAPH_UNREACHABLE, UNKNOWN, "Graph did not answer (cut): check the network"),
    (CloudUnreachable("Start it."), Reason.CLOUD_UNREACHABLE, UNKNOWN, "Start it."),
    (CloudRefused("Set it."), Reason.CLOUD_REFUSED, USAGE, "Set it."),
    (TrustUnreadable("Name it."), Reason.TRUST_UNREADABLE, USAGE, "Name it."),
]


@pytest.mark.parametrize(("error", "reason", "exit_code", "says"), TABLE)
def test_an_error_of_microsoft_has_its_reason_and_exit_code(
    error: Stopped, reason: Reason, exit_code: ExitCode, says: str
) -> None:
    assert (error.reason, error.exit_code) == (reason, exit_code)
    assert says in str(error)


@pytest.mark.parametrize("identity", Identity)
def test_a_failed_sign_in_is_a_refusal_of_that_identity_or_a_silence(identity: Identity) -> None:
    refused = sign_in_failed(ClientAuthenticationError("AADSTS7000215: not s3cret\n at all"), identity, "s3cret")
    assert isinstance(refused, EntraRefused)
    assert (refused.identity, refused.text) == (identity, "AADSTS7000215: not ******** at all")
    wrapped = ClientAuthenticationError("Authentication failed: everything")
    wrapped.__cause__ = EntraUnreachable("answered 429 every time")
    for silent in (wrapped, ServiceRequestError("no route " * 500)):
        unreachable = sign_in_failed(silent, identity)
        assert isinstance(unreachable, EntraUnreachable)
        assert len(unreachable.text) <= 401
    assert "answered 429 every time" in str(sign_in_failed(wrapped, identity))
