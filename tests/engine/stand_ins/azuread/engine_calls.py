"""The engine's side of the plugin protocol, for tests: the calls that `pulumi` makes, over real gRPC."""

from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
import httpx
from google.protobuf import struct_pb2  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from engine.stand_ins.azuread.stand_in import AZUREAD
from engine.stand_ins.provider.properties import Properties, encode
from engine.stand_ins.provider.servicer import ProviderServicer
from tests.engine.stand_ins.azuread import toy_graph

APPLICATION = "azuread:index/application:Application"
SERVICE_PRINCIPAL = "azuread:index/servicePrincipal:ServicePrincipal"
PASSWORD = "azuread:index/applicationPassword:ApplicationPassword"
GRANT = "azuread:index/appRoleAssignment:AppRoleAssignment"

SIGNATURE = "4dabf18193072939515e22adb298388d"
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

CREDENTIALS: Properties = {
    "metadataHost": "localhost:8443",
    "tenantId": toy_graph.TENANT,
    "clientId": toy_graph.CLIENT_ID,
    "clientSecret": toy_graph.CLIENT_SECRET,
}


@dataclass
class Resource:
    """A resource as the engine records it in the state."""

    type_name: str
    resource_id: str
    inputs: Properties
    outputs: Properties


class Engine:
    """One provider process, seen from the engine."""

    def __init__(self, stub: Any) -> None:
        self.stub = stub

    def configure(self, **settings: Any) -> Any:
        return self.stub.Configure(
            provider_pb2.ConfigureRequest(args=encode(CREDENTIALS | settings), acceptSecrets=True)
        )

    def invoke(self, name: str, **arguments: Any) -> Properties:
        request = provider_pb2.InvokeRequest(tok=f"azuread:index/{name}:{name}", args=encode(arguments))
        return plain(getattr(self.stub.Invoke(request), "return"))

    def check(self, type_name: str, **inputs: Any) -> tuple[Properties, list[str]]:
        answer = self.stub.Check(provider_pb2.CheckRequest(urn=urn(type_name), news=encode(inputs)))
        return plain(answer.inputs), [failure.reason for failure in answer.failures]

    def foresee(self, type_name: str, **inputs: Any) -> Properties:
        """`Create` in a preview."""
        request = provider_pb2.CreateRequest(urn=urn(type_name), properties=encode(inputs), preview=True)
        return plain(self.stub.Create(request).properties)

    def create(self, type_name: str, **given: Any) -> Resource:
        inputs, failures = self.check(type_name, **given)
        assert not failures
        answer = self.stub.Create(provider_pb2.CreateRequest(urn=urn(type_name), properties=encode(inputs)))
        return Resource(type_name, answer.id, inputs, plain(answer.properties))

    def diff(self, resource: Resource, **given: Any) -> Any:
        inputs, failures = self.check(resource.type_name, **given)
        assert not failures
        return self.stub.Diff(
            provider_pb2.DiffRequest(
                id=resource.resource_id,
                urn=urn(resource.type_name),
                olds=encode(resource.outputs),
                old_inputs=encode(resource.inputs),
                news=encode(inputs),
            )
        )

    def update(self, resource: Resource, *, preview: bool = False, **given: Any) -> Resource:
        inputs, failures = self.check(resource.type_name, **given)
        assert not failures
        answer = self.stub.Update(
            provider_pb2.UpdateRequest(
                id=resource.resource_id,
                urn=urn(resource.type_name),
                olds=encode(resource.outputs),
                old_inputs=encode(resource.inputs),
                news=encode(inputs),
                preview=preview,
            )
        )
        return Resource(resource.type_name, resource.resource_id, inputs, plain(answer.properties))

    def read(self, resource: Resource) -> Any:
        return self.stub.Read(
            provider_pb2.ReadRequest(
                id=resource.resource_id,
                urn=urn(resource.type_name),
                properties=encode(resource.outputs),
                inputs=encode(resource.inputs),
            )
        )

    def read_unknown(self, type_name: str, resource_id: str) -> Any:
        """`Read` for an import: nothing but the ID is known."""
        return self.stub.Read(provider_pb2.ReadRequest(id=resource_id, urn=urn(type_name)))

    def delete(self, resource: Resource) -> None:
        self.stub.Delete(
            provider_pb2.DeleteRequest(
                id=resource.resource_id, urn=urn(resource.type_name), properties=encode(resource.outputs)
            )
        )


@contextmanager
def engine(transport: httpx.BaseTransport) -> Iterator[Engine]:
    """A plugin that serves, not configured yet."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(ProviderServicer(AZUREAD, transport), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield Engine(provider_pb2_grpc.ResourceProviderStub(channel))
    server.stop(grace=None).wait()


def urn(type_name: str) -> str:
    return f"urn:pulumi:dev::project::component:index:It${type_name}::the-name"


def plain(struct: struct_pb2.Struct) -> Properties:
    """The message as JSON would show it: signatures of secrets stay visible."""
    return {key: _plain(value) for key, value in struct.fields.items()}


def _plain(value: Any) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return plain(value.struct_value)
    if kind == "list_value":
        return [_plain(item) for item in value.list_value.values]
    return None if kind == "null_value" else getattr(value, kind)
