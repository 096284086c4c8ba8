"""What counts as a change, and what forces a replacement."""

from typing import Any

import pytest
from pulumi.runtime.proto.provider_pb2 import PropertyDiff

from tests.engine.stand_ins.azuread import declared
from tests.engine.stand_ins.azuread.engine_calls import APPLICATION, UNKNOWN_TEXT, Engine, Resource, plain
from tests.engine.stand_ins.azuread.toy_graph import CALENDARS_READ_WRITE, CALLER, GRAPH_SP, ToyGraph

OTHER = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def application(pulumi: Engine) -> Resource:
    return pulumi.create(
        APPLICATION,
        **declared.application(
            owners=[CALLER, OTHER], web={"redirectUris": ["https://b.example/", "https://a.example/"]}
        ),
    )


def same(application: Resource) -> dict[str, Any]:
    return {name: value for name, value in application.inputs.items() if name != "signInAudience"}


def test_the_declaration_that_made_a_resource_changes_nothing(pulumi: Engine, application: Resource) -> None:
    assert not pulumi.diff(application, **same(application)).diffs


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ({"preventDuplicateNames": False}, {"preventDuplicateNames": True}, PropertyDiff.UPDATE),
        ({"preventDuplicateNames": True}, {}, PropertyDiff.UPDATE),
        ({"notes": ""}, {"notes": "x"}, PropertyDiff.UPDATE),
        ({"notes": None}, {"notes": "x"}, PropertyDiff.ADD),
        ({"notes": "x"}, {}, PropertyDiff.DELETE),
        ({"identifierUris": []}, {"identifierUris": ["api://x"]}, PropertyDiff.UPDATE),
    ],
)
def test_what_the_state_holds_is_changed_and_only_what_it_lacks_is_added(
    pulumi: Engine, application: Resource, before: dict[str, object], after: dict[str, object], kind: int
) -> None:
    (name,) = before
    application.outputs |= before
    declaration = {key: value for key, value in same(application).items() if key != name}

    answer = pulumi.diff(application, **declaration | after)

    assert {key: one.kind for key, one in answer.detailedDiff.items()} == {name: kind}


def test_empty_lists_that_nobody_declared_come_in_with_the_first_refresh_and_are_no_change(
    pulumi: Engine, application: Resource
) -> None:
    refreshed = plain(pulumi.read(application).properties)

    came_in = {name for name in refreshed if name not in application.outputs}
    assert {"identifierUris", "groupMembershipClaims"} <= came_in
    assert all(refreshed[name] == [] for name in came_in)
    application.outputs = refreshed
    assert not pulumi.diff(application, **same(application)).diffs
    assert not came_in & set(pulumi.update(application, **same(application) | {"notes": "x"}).outputs)


def test_the_order_of_sets_is_no_change(pulumi: Engine, application: Resource) -> None:
    shuffled = same(application) | {
        "owners": [OTHER, CALLER],
        "web": {"redirectUris": ["https://a.example/", "https://b.example/"]},
    }

    assert not pulumi.diff(application, **shuffled).diffs


def test_the_order_of_requested_permissions_is_a_change(pulumi: Engine, application: Resource) -> None:
    (access,) = declared.application()["requiredResourceAccesses"]
    turned = [access | {"resourceAccesses": access["resourceAccesses"][::-1]}]

    assert pulumi.diff(application, **same(application) | {"requiredResourceAccesses": turned}).diffs == [
        "requiredResourceAccesses"
    ]


def test_a_change_deep_inside_is_named_by_its_path(pulumi: Engine, application: Resource) -> None:
    answer = pulumi.diff(application, **same(application) | {"web": {"redirectUris": ["https://c.example/"]}})

    assert answer.diffs == ["web"]
    assert list(answer.detailedDiff) == ["web.redirectUris"]
    assert not answer.replaces


def test_leaving_a_block_out_removes_what_it_held(pulumi: Engine, application: Resource) -> None:
    without = {name: value for name, value in same(application).items() if name != "web"}

    assert pulumi.diff(application, **without).diffs == ["web"]


def test_blocks_that_graph_adds_by_itself_are_no_change(pulumi: Engine, application: Resource) -> None:
    assert application.outputs["api"]["requestedAccessTokenVersion"] == 1
    assert "api" not in application.inputs
    assert not pulumi.diff(application, **same(application)).diffs


def test_what_somebody_else_set_shows_as_a_change_after_a_refresh(
    pulumi: Engine, graph: ToyGraph, application: Resource
) -> None:
    graph.applications[application.outputs["objectId"]]["notes"] = "set in the portal"
    application.outputs["notes"] = "set in the portal"

    assert pulumi.diff(application, **same(application)).diffs == ["notes"]


def test_every_change_of_a_secret_replaces_it(pulumi: Engine, application: Resource) -> None:
    secret = declared.password(pulumi, application, "2028-11-23")

    answer = pulumi.diff(secret, **secret.inputs | {"endDate": "2029-11-23T00:00:00Z"})

    assert answer.replaces == ["endDate"]
    assert pulumi.diff(secret, **secret.inputs | {"rotateWhenChanged": {"a": "b"}}).replaces == ["rotateWhenChanged"]


def test_every_change_of_a_grant_replaces_it(pulumi: Engine, application: Resource) -> None:
    principal = declared.service_principal(pulumi, application)
    grant = declared.grant(pulumi, principal, CALENDARS_READ_WRITE)

    for name in ("appRoleId", "principalObjectId", "resourceObjectId"):
        assert pulumi.diff(grant, **grant.inputs | {name: OTHER}).replaces == [name]
    assert grant.inputs["resourceObjectId"] == GRAPH_SP


def test_another_application_replaces_the_service_principal(pulumi: Engine, application: Resource) -> None:
    principal = declared.service_principal(pulumi, application)

    assert pulumi.diff(principal, **principal.inputs | {"clientId": OTHER}).replaces == ["clientId"]
    assert not pulumi.diff(principal, **principal.inputs | {"notes": "x"}).replaces


def test_a_value_known_only_later_is_a_change(pulumi: Engine, application: Resource) -> None:
    principal = declared.service_principal(pulumi, application)

    assert pulumi.diff(principal, **principal.inputs | {"clientId": UNKNOWN_TEXT}).replaces == ["clientId"]
