"""Entra's lag: what is tried again, what is not, and for how long."""

import asyncio

import pulumi
import pytest

from components import replication
from components.replication import PAUSES

APPLICATION = "azuread:index/application:Application"
GRANT = "azuread:index/appRoleAssignment:AppRoleAssignment"
SECRET = "azuread:index/applicationPassword:ApplicationPassword"
SERVICE_PRINCIPAL = "azuread:index/servicePrincipal:ServicePrincipal"

NOT_FOUND = (
    "unexpected status 404 (404 Not Found) with error: Request_ResourceNotFound: Resource 'b4479126' does not exist"
)
UNSEEN = (
    "1 error occurred:\n\t* Timed out whilst waiting for new service principal to be replicated in Azure AD: "
    f"{NOT_FOUND}\n\n"
)
IN_USE = (
    "Could not create service principal: unexpected status 409 (409 Conflict) with error: "
    "Request_MultipleObjectsWithSameKeyValue: The service principal name d0f0aa06 is already in use."
)


class Waited:
    """Collects the pauses instead of making them, and what the deployer is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pauses: list[float] = []
        self.told: list[str] = []

        async def sleep(seconds: float) -> None:
            self.pauses.append(seconds)

        monkeypatch.setattr(asyncio, "sleep", sleep)
        monkeypatch.setattr(pulumi.log, "info", self.told.append)
        monkeypatch.setattr(pulumi.log, "error", self.told.append)
        monkeypatch.setattr(pulumi, "get_stack", lambda: "dev")


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> Waited:
    return Waited(monkeypatch)


def again(kind: str, *errors: str, operation: str = "create") -> bool:
    """Whether a failure is tried again; `errors` as the engine passes them, newest first."""
    failure = pulumi.ErrorHookArgs(
        f"urn:pulumi:dev::p::{kind}::it", "", "it", kind, failed_operation=operation, errors=list(errors)
    )
    return asyncio.run(replication._tries_again(failure))


@pytest.mark.parametrize(
    ("kind", "operation", "errors"),
    [
        (SERVICE_PRINCIPAL, "create", [UNSEEN]),
        (SERVICE_PRINCIPAL, "create", [IN_USE, UNSEEN]),
        (SERVICE_PRINCIPAL, "update", [f"Updating Service Principal: {NOT_FOUND}"]),
        (GRANT, "create", [f"Could not create app role assignment: {NOT_FOUND}"]),
        (GRANT, "create", ["Could not create app role assignment: … Not a valid reference update."]),
        (SECRET, "create", ['Application (Application ID: "f7e04d90") was not found']),
        (SECRET, "create", [f'Adding password for Application (Application ID: "f7e04d90"): {NOT_FOUND}']),
    ],
)
def test_what_entra_does_not_show_yet_is_tried_again(
    kind: str, operation: str, errors: list[str], waited: Waited
) -> None:
    assert again(kind, *errors, operation=operation)
    assert waited.pauses == [PAUSES[len(errors) - 1]]
    assert f"trying again in {waited.pauses[0]} seconds" in waited.told[0]


@pytest.mark.parametrize(
    ("kind", "operation", "error"),
    [
        (SERVICE_PRINCIPAL, "create", IN_USE),
        (SERVICE_PRINCIPAL, "create", "Authorization_RequestDenied: Insufficient privileges"),
        (SERVICE_PRINCIPAL, "delete", NOT_FOUND),
        (GRANT, "create", "Permission being assigned already exists on the object"),
        (GRANT, "create", f"Service principal not found for resource: {NOT_FOUND}"),
        (SECRET, "create", f"Waiting for password credential for Application: {NOT_FOUND}"),
        (APPLICATION, "create", NOT_FOUND),
    ],
)
def test_any_other_failure_ends_at_once_with_its_own_words(
    kind: str, operation: str, error: str, waited: Waited
) -> None:
    assert not again(kind, error, operation=operation)
    assert not waited.pauses
    assert not waited.told


def test_patience_ends_and_says_what_to_type(waited: Waited) -> None:
    attempts = 0
    while again(SERVICE_PRINCIPAL, *[UNSEEN] * (attempts := attempts + 1)):
        pass
    assert waited.pauses == list(PAUSES)
    assert attempts == len(PAUSES) + 1
    assert "pulumi up --stack dev" in waited.told[-1]
