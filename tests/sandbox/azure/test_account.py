"""What the Azure CLI asks when it signs in is answered for the caller alone."""

import pytest

from sandbox.azure import models
from sandbox.azure.seeding import subscription_of
from sandbox.graph import azure_names as names
from sandbox.seed.constants import CONTOSO
from tests.sandbox.in_process import Identity, InProcess


def token(entra: InProcess, identity: Identity, resource: str = names.RESOURCE_MANAGER) -> dict[str, str]:
    answer = entra.sign_in(identity, scope=f"{resource}/.default").json()
    return {"Authorization": f"Bearer {answer['access_token']}"}


def listed(entra: InProcess, identity: Identity, path: str) -> list[str]:
    answer = entra.request("GET", path, params={"api-version": "2022-12-01"}, headers=token(entra, identity))
    assert answer.status_code == 200
    return [one["id"] for one in answer.json()["value"]]


def test_an_identity_sees_its_tenant_and_the_subscriptions_it_has_a_role_in(entra: InProcess) -> None:
    reader = entra.identity()
    with entra.store.transaction():
        models.allow(entra.store, "contoso-identity", reader.object_id, models.USER)
    other = entra.identity()
    assert listed(entra, reader, "/subscriptions") == [f"/subscriptions/{subscription_of(CONTOSO.id)}"]
    assert listed(entra, other, "/subscriptions") == []
    assert listed(entra, other, "/tenants") == [f"/tenants/{CONTOSO.id}"]


@pytest.mark.parametrize("path", ["/subscriptions", "/tenants"])
def test_a_token_for_graph_is_refused_there(entra: InProcess, path: str) -> None:
    headers = token(entra, entra.identity(), "https://graph.microsoft.com")
    answer = entra.request("GET", path, params={"api-version": "2022-12-01"}, headers=headers)
    assert answer.status_code == 401
