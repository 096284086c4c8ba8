"""A preview asks, foresees, and changes nothing."""

import grpc
import pytest

from tests.engine.stand_ins.azuread import declared
from tests.engine.stand_ins.azuread.engine_calls import APPLICATION, PASSWORD, UNKNOWN_TEXT, Engine
from tests.engine.stand_ins.azuread.toy_graph import CALLER, ToyGraph


def test_what_graph_decides_is_unknown_and_what_is_declared_is_known(pulumi: Engine, graph: ToyGraph) -> None:
    foreseen = pulumi.foresee(APPLICATION, **declared.application())

    assert foreseen["objectId"] == foreseen["clientId"] == UNKNOWN_TEXT
    assert foreseen["displayName"] == declared.NAME
    assert "description" not in foreseen
    assert not graph.applications


def test_a_secret_has_no_value_yet(pulumi: Engine, graph: ToyGraph) -> None:
    foreseen = pulumi.foresee(PASSWORD, applicationId=UNKNOWN_TEXT, endDate="2027-12-01T00:00:00Z")

    assert foreseen["value"] == foreseen["keyId"] == foreseen["applicationId"] == UNKNOWN_TEXT
    assert foreseen["endDate"] == "2027-12-01T00:00:00Z"
    assert graph.take() == []


def test_a_twin_is_refused_already_in_a_preview_and_named(pulumi: Engine, graph: ToyGraph) -> None:
    existing = pulumi.create(APPLICATION, **declared.application())
    graph.take()

    with pytest.raises(grpc.RpcError, match="prevent_duplicate_names") as refused:
        pulumi.foresee(APPLICATION, **declared.application())

    assert existing.resource_id in refused.value.details()
    assert [one.method for one in graph.take()] == ["GET"]


def test_twins_are_nobodys_business_unless_the_program_forbids_them(pulumi: Engine, graph: ToyGraph) -> None:
    pulumi.create(APPLICATION, **declared.application())
    pulumi.create(APPLICATION, **declared.application(preventDuplicateNames=False))

    assert len(graph.applications) == 2


def test_renaming_to_a_twin_is_refused_by_the_update(pulumi: Engine, graph: ToyGraph) -> None:
    pulumi.create(APPLICATION, **declared.application())
    other = pulumi.create(APPLICATION, **declared.application(displayName="Other"))
    graph.take()

    with pytest.raises(grpc.RpcError, match="prevent_duplicate_names"):
        pulumi.update(other, **declared.application())

    assert {one.method for one in graph.take()} == {"GET"}


def test_foreseeing_an_update_keeps_what_graph_decided(pulumi: Engine, graph: ToyGraph) -> None:
    application = pulumi.create(APPLICATION, **declared.application(description="old"))
    graph.take()

    foreseen = pulumi.update(application, preview=True, **declared.application(owners=[CALLER])).outputs

    assert foreseen["objectId"] == application.outputs["objectId"]
    assert "description" not in foreseen
    assert all(one.method == "GET" for one in graph.take())
