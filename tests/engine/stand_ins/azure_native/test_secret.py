"""The stand-in and the strict sandbox together: a secret in a vault, as the engine asks for it."""

import threading
from collections.abc import Iterator
from concurrent import futures
from typing import Any

import grpc
import httpx
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from engine.stand_ins.azure_native.secret import VaultSecret
from engine.stand_ins.azure_native.stand_in import AZURE_NATIVE
from engine.stand_ins.provider.properties import Properties, decode, encode
from engine.stand_ins.provider.servicer import ProviderServicer
from sandbox.azure import models
from sandbox.azure.seeding import RESOURCE_GROUP, subscription_of, vault_of
from sandbox.seed.constants import CONTOSO
from tests.sandbox.in_process import Identity, InProcess

VAULT = vault_of("contoso")
NAME = "smartrecruiters-calendar-dev"
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
URN = f"urn:pulumi:dev::project::{VaultSecret.type_name}::kept"
DECLARED: Properties = {
    "resourceGroupName": RESOURCE_GROUP,
    "vaultName": VAULT,
    "secretName": NAME,
    "properties": {
        "value": "s3cret-value",
        "contentType": "text/x",
        "attributes": {"enabled": True, "expires": 1_827_619_200},
    },
    "tags": {"keyId": "one"},
}


class Engine:
    """The engine's calls, the deployer's state in hand."""

    def __init__(self, stub: Any, settings: Properties) -> None:
        self.stub = stub
        self.settings = settings
        self.id = ""
        self.outputs: Properties = {}

    def configure(self, **changes: Any) -> None:
        self.stub.Configure(provider_pb2.ConfigureRequest(args=encode(self.settings | changes)))

    def create(self, **changes: Any) -> Properties:
        answer = self.stub.Create(provider_pb2.CreateRequest(urn=URN, properties=encode(DECLARED | changes)))
        self.id, self.outputs = answer.id, decode(answer.properties)
        return self.outputs

    def diff(self, **changes: Any) -> Any:
        return self.stub.Diff(
            provider_pb2.DiffRequest(id=self.id, urn=URN, olds=encode(self.outputs), news=encode(DECLARED | changes))
        )

    def update(self, *, preview: bool = False, **changes: Any) -> Properties:
        answer = self.stub.Update(
            provider_pb2.UpdateRequest(
                id=self.id, urn=URN, olds=encode(self.outputs), news=encode(DECLARED | changes), preview=preview
            )
        )
        if not preview:
            self.outputs = decode(answer.properties)
        return decode(answer.properties)

    def read(self) -> Any:
        return self.stub.Read(
            provider_pb2.ReadRequest(id=self.id, urn=URN, properties=encode(self.outputs), inputs=encode(DECLARED))
        )

    def delete(self) -> None:
        self.stub.Delete(provider_pb2.DeleteRequest(id=self.id, urn=URN, properties=encode(self.outputs)))


@pytest.fixture
def deployer(entra: InProcess) -> Identity:
    identity = entra.identity("Application.Read.All")
    with entra.store.transaction():
        for role in (models.CONTRIBUTOR, models.OFFICER):
            models.allow(entra.store, VAULT, identity.object_id, role)
    return identity


@pytest.fixture
def pulumi(entra: InProcess, deployer: Identity, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    for name in ("ARM_CLIENT_SECRET", "ARM_USE_OIDC", "ARM_SUBSCRIPTION_ID", "ARM_METADATA_HOSTNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AZUREAD_PLUGIN_POLL_SECONDS", "0")
    one_at_a_time = threading.Lock()

    def answer(request: httpx.Request) -> httpx.Response:
        with one_at_a_time:
            found = entra.request(
                request.method, str(request.url), headers=dict(request.headers), content=request.content
            )
        return httpx.Response(found.status_code, headers=found.headers, content=found.content)

    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    servicer = ProviderServicer(AZURE_NATIVE, httpx.MockTransport(answer))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        settings: Properties = {
            "metadataHost": "localhost:8443",
            "tenantId": CONTOSO.id,
            "subscriptionId": subscription_of(CONTOSO.id),
            "clientId": deployer.client_id,
            "clientSecret": deployer.client_secret,
        }
        engine = Engine(provider_pb2_grpc.ResourceProviderStub(channel), settings)
        engine.configure()
        yield engine
    server.stop(grace=None).wait()


def held(entra: InProcess) -> models.VaultSecret | None:
    vault = models.find(entra.store, VAULT)
    assert vault is not None
    return models.current(entra.store, vault, NAME)


def test_a_secret_is_made_read_back_without_a_change_and_deleted_in_the_vault(entra: InProcess, pulumi: Engine) -> None:
    made = pulumi.create()
    kept = held(entra)
    assert kept is not None
    assert (kept.value, kept.body["exp"], kept.body["tags"]) == ("s3cret-value", 1_827_619_200, {"keyId": "one"})
    assert made["properties"]["secretUri"].endswith(f"/keyvault/{VAULT}/secrets/{NAME}")
    assert not pulumi.diff().diffs
    read = pulumi.read()
    assert (decode(read.properties), decode(read.inputs)) == (made, DECLARED)
    pulumi.delete()
    gone = held(entra)
    assert gone is not None
    assert gone.deleted is not None
    assert pulumi.read().id == ""
    pulumi.delete()


def test_another_value_is_another_version_in_place(entra: InProcess, pulumi: Engine) -> None:
    before = pulumi.create()["properties"]["secretUriWithVersion"]
    properties = DECLARED["properties"] | {"value": "newer"}
    changed = pulumi.diff(properties=properties)
    assert (list(changed.detailedDiff), list(changed.replaces)) == (["properties.value"], [])
    foreseen = pulumi.update(preview=True, properties=properties)
    assert foreseen["properties"]["secretUri"] == pulumi.outputs["properties"]["secretUri"]
    assert pulumi.update(properties=properties)["properties"]["secretUriWithVersion"] != before
    kept = held(entra)
    assert kept is not None
    assert kept.value == "newer"


def test_another_name_or_vault_replaces(pulumi: Engine) -> None:
    pulumi.create()
    assert list(pulumi.diff(secretName="other").replaces) == ["secretName"]
    assert list(pulumi.diff(vaultName="other").replaces) == ["vaultName"]


def test_a_preview_does_not_know_the_address_yet(pulumi: Engine) -> None:
    request = provider_pb2.CreateRequest(urn=URN, properties=encode(DECLARED), preview=True)
    foreseen = pulumi.stub.Create(request).properties
    properties = foreseen.fields["properties"].struct_value
    assert properties.fields["secretUri"].string_value == UNKNOWN_TEXT
    assert properties.fields["contentType"].string_value == "text/x"


def test_a_secret_that_is_there_already_is_not_taken_over(pulumi: Engine) -> None:
    pulumi.create()
    with pytest.raises(grpc.RpcError, match="cannot create already existing resource"):
        pulumi.create()


def test_refusals_are_told_in_azures_words_and_without_the_value(
    entra: InProcess, pulumi: Engine, deployer: Identity
) -> None:
    with entra.store.transaction():
        models.forbid(entra.store, VAULT, deployer.object_id)
    with pytest.raises(grpc.RpcError, match="AuthorizationFailed") as refused:
        pulumi.create()
    assert "s3cret-value" not in str(refused.value)
    assert deployer.client_secret not in str(refused.value)


@pytest.mark.parametrize("host", ["management.azure.com", "vault.example:8443"])
def test_it_works_on_this_machine_only(pulumi: Engine, host: str) -> None:
    with pytest.raises(grpc.RpcError, match="never on a real tenant"):
        pulumi.configure(metadataHost=host)


def test_a_vault_elsewhere_is_not_asked(pulumi: Engine) -> None:
    pulumi.create()
    pulumi.outputs["properties"]["secretUri"] = "https://contoso.vault.azure.net/secrets/x"
    with pytest.raises(grpc.RpcError, match="never on a real tenant"):
        pulumi.delete()


def test_without_a_subscription_nobody_signs_in(pulumi: Engine) -> None:
    with pytest.raises(grpc.RpcError, match="A Subscription ID must be configured"):
        pulumi.configure(subscriptionId="")


def test_every_other_resource_is_left_to_the_official_plugin(pulumi: Engine) -> None:
    other = URN.replace("keyvault:Secret", "keyvault:Vault")
    with pytest.raises(grpc.RpcError, match="stand-in for the azure-native plugin does not have it"):
        pulumi.stub.Check(provider_pb2.CheckRequest(urn=other, news=encode({})))
