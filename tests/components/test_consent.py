"""Consent that moves loses no grant: the program's part, seen through Pulumi's mocks."""

from datetime import UTC, datetime

import pulumi
import pytest

from components import clock, consent
from tests.components.declared import Recorder, changed
from tests.components.test_calendar_integration import ARGS, deploy

_URN = "urn:pulumi:dev::smartrecruiters-calendar::smartrecruiters-calendar:index:CalendarIntegration$"
GRANT = "azuread:index/appRoleAssignment:AppRoleAssignment"
HELD = {
    f"{_URN}{GRANT}::sr-grant-Calendars.ReadWrite": GRANT,
    f"{_URN}{GRANT}::sr-grant-Directory.Read.All": GRANT,
    f"{_URN}{GRANT}::another-grant-Mail.Read": GRANT,
}
EXTERNAL = changed(ARGS, admin_consent="external")
RECOVER = "smartrecruiters-calendar recover --stack dev"


@pytest.fixture(autouse=True)
def _signed_in_by_other_means(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_TENANT_ID", raising=False)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 1, tzinfo=UTC))


@pytest.mark.parametrize("preview", [True, False])
def test_external_consent_is_refused_while_the_state_holds_grants_of_the_app(preview: bool) -> None:
    recorder = Recorder(in_state=HELD)
    with pytest.raises(pulumi.RunError, match=r"the grants of Calendars\.ReadWrite, Directory\.Read\.All") as refused:
        deploy(EXTERNAL, recorder, preview=preview)
    assert str(refused.value).endswith(RECOVER)
    assert recorder.entra_writes == []


def test_external_consent_is_none_of_the_business_of_another_components_grants() -> None:
    others = {urn: kind for urn, kind in HELD.items() if "::another-" in urn}
    recorder, _ = deploy(EXTERNAL, Recorder(in_state=others))
    assert recorder.of("Application")


def test_declared_consent_does_not_read_the_state() -> None:
    recorder, _ = deploy(ARGS, Recorder(in_state=HELD))
    assert not [call for call in recorder.calls if "readStackResourceOutputs" in call.token]


def failure(message: str, operation: str = "create") -> pulumi.ErrorHookArgs:
    name = "sr-grant-Calendars.ReadWrite"
    return pulumi.ErrorHookArgs(f"{_URN}{GRANT}::{name}", "", name, GRANT, failed_operation=operation, errors=[message])


@pytest.mark.parametrize(
    "message",
    [
        "AppRoleAssignedToClient: Request_BadRequest: Permission being assigned already exists on the object",
        "Request_MultipleObjectsWithSameKeyValue: EntitlementGrant entry already exists.",
    ],
)
def test_a_grant_that_is_there_already_is_explained_with_the_command_that_takes_it_over(message: str) -> None:
    with pytest.raises(pulumi.RunError, match=r"sr-grant-Calendars\.ReadWrite is there already") as refused:
        consent._explain("dev", failure(message))
    assert str(refused.value).endswith(RECOVER)


@pytest.mark.parametrize(
    ("message", "operation"),
    [("Authorization_RequestDenied: Insufficient privileges", "create"), ("already exists", "delete")],
)
def test_any_other_failure_keeps_its_own_words_and_is_not_tried_again(message: str, operation: str) -> None:
    assert consent._explain("dev", failure(message, operation)) is False
