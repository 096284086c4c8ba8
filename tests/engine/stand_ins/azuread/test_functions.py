"""The functions that the program calls."""

import grpc
import pytest

from tests.engine.stand_ins.azuread.engine_calls import Engine
from tests.engine.stand_ins.azuread.toy_graph import CALLER, CLIENT_ID, GRAPH_APP_ID, GRAPH_SP, TENANT, ToyGraph


def test_the_client_config_is_what_was_configured_and_what_the_token_says(pulumi: Engine, graph: ToyGraph) -> None:
    found = pulumi.invoke("getClientConfig")

    assert (found["tenantId"], found["clientId"], found["objectId"]) == (TENANT, CLIENT_ID, CALLER)
    assert graph.take() == []


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({}, ["contoso.onmicrosoft.com", "contoso.example"]),
        ({"onlyInitial": True}, ["contoso.onmicrosoft.com"]),
        ({"onlyDefault": True}, ["contoso.example"]),
        ({"includeUnverified": True}, ["contoso.onmicrosoft.com", "contoso.example", "new.example"]),
    ],
)
def test_domains_are_filtered(pulumi: Engine, arguments: dict[str, bool], names: list[str]) -> None:
    assert [domain["domainName"] for domain in pulumi.invoke("getDomains", **arguments)["domains"]] == names


def test_contradicting_domain_filters_are_refused(pulumi: Engine, graph: ToyGraph) -> None:
    with pytest.raises(grpc.RpcError, match="Conflicting"):
        pulumi.invoke("getDomains", onlyInitial=True, onlyDefault=True)
    assert graph.take() == []


@pytest.mark.parametrize(
    "arguments", [{"clientId": GRAPH_APP_ID}, {"objectId": GRAPH_SP}, {"displayName": "Microsoft Graph"}]
)
def test_a_service_principal_is_found_by_each_of_its_names(pulumi: Engine, arguments: dict[str, str]) -> None:
    found = pulumi.invoke("getServicePrincipal", **arguments)

    assert found["objectId"] == GRAPH_SP
    assert found["appRoleIds"]["Directory.Read.All"] == "7ab1d382-f21e-4acd-a863-ba3e13f7da61"


def test_service_principals_in_short_are_asked_for_as_the_official_plugin_does(pulumi: Engine, graph: ToyGraph) -> None:
    graph.fault("GET", "/beta/", 404, "Request_ResourceNotFound", "not shown yet")  # which the official plugin ignores

    found = pulumi.invoke("getServicePrincipals", clientIds=[GRAPH_APP_ID])

    asked = next(one for one in graph.take() if one.path == "/v1.0/servicePrincipals")
    assert asked.query["$filter"] == f"appId eq '{GRAPH_APP_ID}'"
    assert asked.query["$select"] == (
        "accountEnabled,appId,appOwnerOrganizationId,appRoleAssignmentRequired,displayName,id,"
        "preferredSingleSignOnMode,servicePrincipalNames,servicePrincipalType,signInAudience,tags"
    )
    assert found["objectIds"] == [found["servicePrincipals"][0]["objectId"]] == [GRAPH_SP]
    assert "appRoles" not in found["servicePrincipals"][0]


def test_each_client_id_has_a_service_principal_or_is_an_error(pulumi: Engine) -> None:
    with pytest.raises(grpc.RpcError, match=f'not found with application ID: "{CALLER}"'):
        pulumi.invoke("getServicePrincipals", clientIds=[GRAPH_APP_ID, CALLER])
    with pytest.raises(grpc.RpcError, match="by `clientIds` only"):
        pulumi.invoke("getServicePrincipals", displayNames=["Microsoft Graph"])


def test_a_service_principal_that_is_not_there_is_an_error(pulumi: Engine) -> None:
    with pytest.raises(grpc.RpcError, match="No service principal found"):
        pulumi.invoke("getServicePrincipal", clientId=CALLER)
    with pytest.raises(grpc.RpcError, match="was not found"):
        pulumi.invoke("getServicePrincipal", objectId=CALLER)
    with pytest.raises(grpc.RpcError, match="exactly one of"):
        pulumi.invoke("getServicePrincipal", clientId=GRAPH_APP_ID, displayName="Microsoft Graph")
