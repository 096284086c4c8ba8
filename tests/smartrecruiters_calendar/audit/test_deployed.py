"""The state of a stack as `pulumi stack export` prints it, its secret left encrypted."""

from typing import Any

import pytest

from smartrecruiters_calendar.audit.deployed import DeployedSecret, deployed_in
from smartrecruiters_calendar.outcome import Reason, Stopped

CIPHERTEXT = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}
PASSWORD = "azuread:index/applicationPassword:ApplicationPassword"


def export(*further: dict[str, Any], **outputs: Any) -> dict[str, Any]:
    told = {
        "clientId": "client",
        "clientSecret": CIPHERTEXT,
        "applicationObjectId": "application",
        "servicePrincipalObjectId": "principal",
        "tenantId": "contoso.onmicrosoft.com",
        "directoryId": "directory",
    } | outputs
    stack = {"type": "pulumi:pulumi:Stack", "outputs": told}
    return {"version": 3, "deployment": {"resources": [stack, *further]}}


def secret(key: str, name: str, **fields: Any) -> dict[str, Any]:
    return {"type": PASSWORD, "outputs": {"keyId": key, "displayName": name, "value": CIPHERTEXT}} | fields


def test_identifiers_and_key_ids_are_read_and_no_secret() -> None:
    found = deployed_in("dev", export(secret("k-1", "dev 2026-12-01"), secret("k-2", "dev 2026-02-01")))
    assert (found.client_id, found.directory_id) == ("client", "directory")
    assert found.secrets == (DeployedSecret("k-1", "dev 2026-12-01"), DeployedSecret("k-2", "dev 2026-02-01"))
    assert "v1:abc" not in repr(found)


def test_a_secret_that_waits_for_its_deletion_is_not_deployed_any_more() -> None:
    assert deployed_in("dev", export(secret("k-1", "dev 2026-12-01", delete=True))).secrets == ()


@pytest.mark.parametrize("empty", [{"version": 3, "deployment": {}}, {"version": 3}, export(clientId=None)], ids=str)
def test_a_stack_that_is_not_deployed_is_told_what_to_do(empty: dict[str, Any]) -> None:
    with pytest.raises(Stopped, match="--declared-only") as stopped:
        deployed_in("dev", empty)
    assert stopped.value.reason is Reason.STACK_NOT_DEPLOYED
