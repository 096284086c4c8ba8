"""Making, reading, changing and deleting, beyond what the recording shows."""

import grpc
import httpx
import pytest
from pulumi.runtime.proto import provider_pb2, status_pb2

from tests.engine.stand_ins.azuread import declared
from tests.engine.stand_ins.azuread.engine_calls import (
    APPLICATION,
    GRANT,
    PASSWORD,
    SERVICE_PRINCIPAL,
    SIGNATURE,
    Engine,
    Resource,
    plain,
)
from tests.engine.stand_ins.azuread.toy_graph import (
    CALLER,
    DIRECTORY_READ_ALL,
    GRAPH_APP_ID,
    GRAPH_SP,
    SECRET_TEXT,
    ToyGraph,
)

OTHER = "11111111-2222-3333-4444-555555555555"
DENIED = ("Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


@pytest.fixture
def application(pulumi: Engine) -> Resource:
    return pulumi.create(APPLICATION, **declared.application())


def test_resource_ids_have_the_official_plugins_form(pulumi: Engine, application: Resource) -> None:
    principal = declared.service_principal(pulumi, application)
    secret = declared.password(pulumi, application, "2028-11-23")
    grant = declared.grant(pulumi, principal, DIRECTORY_READ_ALL)

    object_id = application.outputs["objectId"]
    assert application.resource_id == f"/applications/{object_id}"
    assert principal.resource_id == f"/servicePrincipals/{principal.outputs['objectId']}"
    assert secret.resource_id == f"{object_id}/password/{secret.outputs['keyId']}"
    assert grant.resource_id.startswith(f"/servicePrincipals/{GRAPH_SP}/appRoleAssignedTo/")


def test_a_secrets_value_is_marked_for_encryption(pulumi: Engine, application: Resource) -> None:
    value = declared.password(pulumi, application, "2028-11-23").outputs["value"]

    assert value["value"] == SECRET_TEXT
    assert value[SIGNATURE] == "1b47061264138c4ac30d75fd1eb44270"


def test_a_refreshed_secret_keeps_its_value(pulumi: Engine, application: Resource) -> None:
    secret = declared.password(pulumi, application, "2028-11-23")

    assert plain(pulumi.read(secret).properties)["value"]["value"] == SECRET_TEXT


def test_the_caller_is_taken_off_the_owners_unless_listed(pulumi: Engine, graph: ToyGraph) -> None:
    made = pulumi.create(APPLICATION, **declared.application(owners=[OTHER]))

    assert graph.owners[made.outputs["objectId"]] == [OTHER]
    assert made.outputs["owners"] == [OTHER]
    asked = [(one.method, one.path.split("/", 4)[-1]) for one in graph.take()]
    assert ("DELETE", f"owners/{CALLER}/$ref") in asked


def test_a_listed_caller_stays_owner(pulumi: Engine, graph: ToyGraph, application: Resource) -> None:
    assert graph.owners[application.outputs["objectId"]] == [CALLER]


def test_owners_beyond_twenty_are_added_one_by_one(pulumi: Engine, graph: ToyGraph) -> None:
    many = [f"00000000-0000-0000-0000-{number:012}" for number in range(25)]

    made = pulumi.create(APPLICATION, **declared.application(owners=many))

    asked = graph.take()
    (creation,) = (one for one in asked if one.method == "POST" and one.path.endswith("/applications"))
    assert len(creation.body["owners@odata.bind"]) == 20
    assert len([one for one in asked if one.method == "POST" and one.path.endswith("/owners/$ref")]) == 6
    assert made.outputs["owners"] == many


def test_changed_owners_are_added_before_others_are_removed(
    pulumi: Engine, graph: ToyGraph, application: Resource
) -> None:
    graph.take()

    updated = pulumi.update(application, **declared.application(owners=[OTHER]))

    references = [one.method for one in graph.take() if one.path.endswith("/$ref")]
    assert references == ["POST", "DELETE"]
    assert updated.outputs["owners"] == [OTHER]


def test_requested_permissions_are_sent_only_when_they_change(
    pulumi: Engine, graph: ToyGraph, application: Resource
) -> None:
    access = {"resourceAppId": GRAPH_APP_ID, "resourceAccesses": [{"id": DIRECTORY_READ_ALL, "type": "Role"}]}
    graph.take()

    renamed = pulumi.update(application, **declared.application(displayName="Renamed"))
    pulumi.update(renamed, **declared.application(displayName="Renamed", requiredResourceAccesses=[access]))

    bodies = [one.body for one in graph.take() if one.method == "PATCH"]
    assert "requiredResourceAccess" not in bodies[0]
    assert bodies[1]["requiredResourceAccess"][0]["resourceAccess"] == [{"id": DIRECTORY_READ_ALL, "type": "Role"}]


@pytest.mark.parametrize("type_name", [APPLICATION, SERVICE_PRINCIPAL, GRANT, PASSWORD])
def test_a_resource_that_is_gone_reads_as_empty(pulumi: Engine, graph: ToyGraph, type_name: str) -> None:
    gone = Resource(type_name, _id_of(type_name), {"displayName": "x"}, {"displayName": "x"})

    answer = pulumi.read(gone)

    assert answer.id == ""
    assert not answer.properties.fields


def test_a_secret_removed_elsewhere_reads_as_gone(pulumi: Engine, graph: ToyGraph, application: Resource) -> None:
    secret = declared.password(pulumi, application, "2028-11-23")
    graph.applications[application.outputs["objectId"]]["passwordCredentials"] = []

    assert pulumi.read(secret).id == ""


def test_a_refresh_reports_drift_in_the_inputs_too(pulumi: Engine, graph: ToyGraph, application: Resource) -> None:
    graph.applications[application.outputs["objectId"]]["displayName"] = "Renamed in the portal"

    answer = pulumi.read(application)

    assert plain(answer.inputs)["displayName"] == "Renamed in the portal"
    assert plain(answer.inputs)["web"] == application.inputs["web"]


def test_a_refresh_keeps_the_programs_order_of_sets(pulumi: Engine) -> None:
    made = pulumi.create(APPLICATION, **declared.application(owners=[CALLER, OTHER]))
    assert made.outputs["owners"] == [OTHER, CALLER]

    assert plain(pulumi.read(made).inputs)["owners"] == [CALLER, OTHER]


def test_the_client_id_is_no_service_principal_name(pulumi: Engine, graph: ToyGraph, application: Resource) -> None:
    principal = declared.service_principal(pulumi, application)
    names = graph.service_principals[principal.outputs["objectId"]]["servicePrincipalNames"]
    names.append("api://calendar")

    assert plain(pulumi.read(principal).properties)["servicePrincipalNames"] == ["api://calendar"]


def test_an_import_gives_the_inputs_that_a_program_would_declare(pulumi: Engine, application: Resource) -> None:
    answer = pulumi.read_unknown(APPLICATION, application.resource_id)

    inputs = plain(answer.inputs)
    assert inputs == {name: value for name, value in application.inputs.items() if name != "preventDuplicateNames"}
    imported = Resource(APPLICATION, answer.id, inputs, plain(answer.properties))
    assert not pulumi.diff(imported, **inputs).diffs


def test_an_import_of_a_grant_and_of_a_service_principal_changes_nothing(pulumi: Engine, application: Resource) -> None:
    principal = declared.service_principal(pulumi, application)
    grant = declared.grant(pulumi, principal, DIRECTORY_READ_ALL)

    for made in (principal, grant):
        answer = pulumi.read_unknown(made.type_name, made.resource_id)
        imported = Resource(made.type_name, answer.id, plain(answer.inputs), plain(answer.properties))
        assert not pulumi.diff(imported, **made.inputs).diffs


@pytest.mark.parametrize(
    ("type_name", "resource_id", "reason"),
    [
        (APPLICATION, OTHER, "/applications/<object ID>"),
        (SERVICE_PRINCIPAL, f"/applications/{OTHER}", "/servicePrincipals/<object ID>"),
        (GRANT, f"/servicePrincipals/{OTHER}", "/appRoleAssignedTo/<assignment ID>"),
        (PASSWORD, f"{OTHER}/password/{OTHER}", "cannot be imported"),
    ],
)
def test_an_import_by_the_wrong_id_says_which_form_is_right(
    pulumi: Engine, graph: ToyGraph, type_name: str, resource_id: str, reason: str
) -> None:
    with pytest.raises(grpc.RpcError, match=reason):
        pulumi.read_unknown(type_name, resource_id)
    assert graph.take() == []


def test_a_refusal_is_told_in_the_official_plugins_words(pulumi: Engine, graph: ToyGraph) -> None:
    graph.fault("POST", "/applications$", 403, *DENIED)

    with pytest.raises(grpc.RpcError) as refused:
        pulumi.create(APPLICATION, **declared.application())

    assert refused.value.details().endswith(
        "Could not create application: unexpected status 403 (403 Forbidden) with error: "
        "Authorization_RequestDenied: Insufficient privileges to complete the operation."
    )


def test_an_application_left_half_done_stays_in_the_state(pulumi: Engine, graph: ToyGraph) -> None:
    graph.fault("PATCH", "/applications/", 403, *DENIED)

    with pytest.raises(grpc.RpcError) as refused:
        pulumi.create(APPLICATION, **declared.application())

    kept = _kept(refused.value)
    (object_id,) = graph.applications
    assert kept.id == f"/applications/{object_id}"
    assert plain(kept.properties)["displayName"] == declared.NAME
    assert "Failed to patch application" in kept.reasons[0]


def test_a_grant_that_graph_does_not_show_afterwards_is_an_error(
    pulumi: Engine, graph: ToyGraph, application: Resource
) -> None:
    principal = declared.service_principal(pulumi, application)
    graph.fault("GET", "/appRoleAssignedTo/", 404, "Request_ResourceNotFound", "gone")

    with pytest.raises(grpc.RpcError, match="expected non-empty ID"):
        declared.grant(pulumi, principal, DIRECTORY_READ_ALL)


def test_a_second_service_principal_for_an_application_is_refused(
    pulumi: Engine, graph: ToyGraph, application: Resource
) -> None:
    principal = declared.service_principal(pulumi, application)
    graph.take()

    with pytest.raises(grpc.RpcError, match="already exists") as refused:
        declared.service_principal(pulumi, application)

    assert principal.resource_id in refused.value.details()
    assert [one.method for one in graph.take()] == ["GET"]


def test_deleting_what_is_gone_fails_as_in_the_official_plugin(
    pulumi: Engine, graph: ToyGraph, application: Resource
) -> None:
    graph.applications.clear()

    with pytest.raises(grpc.RpcError, match="404 Not Found"):
        pulumi.delete(application)


def test_an_unknown_resource_type_or_function_names_the_official_plugin(pulumi: Engine) -> None:
    with pytest.raises(grpc.RpcError, match="the official plugin does"):
        pulumi.check("azuread:index/user:User", displayName="x")
    with pytest.raises(grpc.RpcError, match="the official plugin does"):
        pulumi.invoke("getUser", displayName="x")


def test_app_roles_made_by_hand_are_not_silently_removed(
    pulumi: Engine, graph: ToyGraph, application: Resource
) -> None:
    roles = [{"id": OTHER, "value": "Reader", "displayName": "r", "description": "d", "isEnabled": True}]
    graph.applications[application.outputs["objectId"]]["appRoles"] = roles
    application.outputs = plain(pulumi.read(application).properties)
    assert pulumi.diff(application, **declared.application()).diffs == ["appRoles"]
    graph.take()

    with pytest.raises(grpc.RpcError, match="`appRoles`"):
        pulumi.update(application, **declared.application())

    assert not [one for one in graph.take() if one.method == "PATCH"]


def test_answers_that_are_not_json_are_errors_not_empty_objects(pulumi: Engine, graph: ToyGraph) -> None:
    broken = httpx.Response(200, text="<html>", headers={"content-type": "application/json"})
    graph.faults.append(("GET", "/domains", broken))

    with pytest.raises(grpc.RpcError, match="not JSON"):
        pulumi.invoke("getDomains")


def _id_of(type_name: str) -> str:
    return {
        APPLICATION: f"/applications/{OTHER}",
        SERVICE_PRINCIPAL: f"/servicePrincipals/{OTHER}",
        GRANT: f"/servicePrincipals/{GRAPH_SP}/appRoleAssignedTo/xyz",
        PASSWORD: f"{OTHER}/password/{OTHER}",
    }[type_name]


def _kept(error: grpc.RpcError) -> provider_pb2.ErrorResourceInitFailed:
    metadata = dict(error.trailing_metadata())
    status = status_pb2.Status.FromString(metadata["grpc-status-details-bin"])
    detail = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail)
    return detail
