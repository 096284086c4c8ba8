"""The stand-in and the strict sandbox together, without a wire, as the deployer with its three permissions."""

import threading
from collections.abc import Iterator

import grpc
import httpx
import pytest

from engine.stand_ins.provider.properties import Properties
from tests.engine.stand_ins.azuread import declared
from tests.engine.stand_ins.azuread.engine_calls import (
    APPLICATION,
    GRANT,
    SERVICE_PRINCIPAL,
    Engine,
    Resource,
    engine,
    plain,
)
from tests.engine.stand_ins.azuread.toy_graph import CALENDARS_READ_WRITE, GRAPH_APP_ID
from tests.sandbox.in_process import Identity, InProcess

DEPLOYER = ("Application.ReadWrite.OwnedBy", "Application.Read.All", "AppRoleAssignment.ReadWrite.All")
END = "2028-11-23"


@pytest.fixture
def deployer(entra: InProcess) -> Identity:
    return entra.identity(*DEPLOYER)


@pytest.fixture
def pulumi(entra: InProcess, deployer: Identity) -> Iterator[Engine]:
    """A plugin in front of the sandbox."""
    one_at_a_time = threading.Lock()

    def answer(request: httpx.Request) -> httpx.Response:
        with one_at_a_time:
            url, headers = str(request.url), dict(request.headers)
            found = entra.request(request.method, url, headers=headers, content=request.content)
        # The sandbox answers asynchronously; the plugin's client wants a plain response.
        return httpx.Response(found.status_code, headers=found.headers, content=found.content)

    with engine(httpx.MockTransport(answer)) as started:
        started.configure(clientId=deployer.client_id, clientSecret=deployer.client_secret)
        yield started


@pytest.fixture
def stack(pulumi: Engine, deployer: Identity) -> list[Resource]:
    """Application, secret, service principal and a grant, in the order of creation."""
    application = pulumi.create(APPLICATION, **declaration(deployer))
    secret = declared.password(pulumi, application, END)
    principal = pulumi.create(SERVICE_PRINCIPAL, clientId=application.outputs["clientId"], owners=[deployer.object_id])
    graph = pulumi.invoke("getServicePrincipal", clientId=GRAPH_APP_ID)
    grant = pulumi.create(
        GRANT,
        appRoleId=CALENDARS_READ_WRITE,
        principalObjectId=principal.outputs["objectId"],
        resourceObjectId=graph["objectId"],
    )
    return [application, secret, principal, grant]


def declaration(deployer: Identity, **changes: object) -> Properties:
    return declared.application(owners=[deployer.object_id]) | changes


def test_what_was_made_is_read_back_without_a_change(pulumi: Engine, stack: list[Resource]) -> None:
    for resource in stack:
        answer = pulumi.read(resource)

        came_in = {name: value for name, value in plain(answer.properties).items() if name not in resource.outputs}
        assert set(map(tuple, came_in.values())) <= {()}, "the official plugin's empty lists"
        assert plain(answer.properties) == resource.outputs | came_in
        assert plain(answer.inputs) == resource.inputs
        assert not pulumi.diff(resource, **resource.inputs).diffs


def test_an_imported_resource_differs_in_nothing_but_the_guard_against_twins(
    pulumi: Engine, stack: list[Resource]
) -> None:
    for resource in (stack[0], stack[2], stack[3]):
        answer = pulumi.read_unknown(resource.type_name, resource.resource_id)

        imported = Resource(resource.type_name, answer.id, plain(answer.inputs), plain(answer.properties))
        assert set(pulumi.diff(imported, **resource.inputs).diffs) <= {"preventDuplicateNames"}


def test_the_secret_and_the_grant_open_what_they_should(entra: InProcess, stack: list[Resource]) -> None:
    application, secret, principal, _ = stack

    caller = entra.signed_in(
        Identity(application.outputs["clientId"], secret.outputs["value"]["value"], principal.outputs["objectId"])
    )

    assert caller.get("/users/boardroom@contoso.example/calendar").status_code == 200


def test_a_rename_reaches_the_service_principal_too(pulumi: Engine, deployer: Identity, stack: list[Resource]) -> None:
    pulumi.update(stack[0], **declaration(deployer, displayName="Renamed"))

    assert plain(pulumi.read(stack[2]).properties)["displayName"] == "Renamed"


def test_destroying_leaves_nothing(pulumi: Engine, stack: list[Resource]) -> None:
    for resource in reversed(stack):
        pulumi.delete(resource)

    for resource in stack:
        assert pulumi.read(resource).id == ""


def test_a_deployer_that_does_not_list_itself_locks_itself_out(pulumi: Engine, deployer: Identity) -> None:
    application = pulumi.create(APPLICATION, **declaration(deployer, owners=[]))

    with pytest.raises(grpc.RpcError, match="403 Forbidden"):
        declared.password(pulumi, application, END)


def test_a_deployer_that_manages_its_own_apps_only_can_add_no_other_owner(pulumi: Engine, deployer: Identity) -> None:
    someone_else = pulumi.invoke("getServicePrincipal", displayName="Operator")["objectId"]
    with pytest.raises(grpc.RpcError, match="403 Forbidden"):
        pulumi.create(APPLICATION, **declaration(deployer, owners=[deployer.object_id, someone_else]))
