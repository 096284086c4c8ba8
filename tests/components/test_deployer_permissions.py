"""The deployer's permissions: one list, which the sandbox's own deployer holds too."""

import pytest

from components.deployer_permissions import needed
from sandbox.graph import microsoft_graph
from sandbox.seed.constants import DEPLOYER_PERMISSIONS


def names(*, grants: bool, looks_up_domain: bool) -> list[str]:
    return [row.name for row in needed(grants=grants, looks_up_domain=looks_up_domain)]


def test_each_way_to_configure_a_stack_asks_for_no_more_than_it_uses() -> None:
    app, domains = "Application.ReadWrite.OwnedBy", "Domain.Read.All"
    granting = [app, "Application.Read.All", "AppRoleAssignment.ReadWrite.All"]
    assert names(grants=False, looks_up_domain=False) == [app]
    assert names(grants=False, looks_up_domain=True) == [app, domains]
    assert names(grants=True, looks_up_domain=False) == granting
    assert names(grants=True, looks_up_domain=True) == [*granting, domains]


def test_the_sandboxs_deployer_holds_exactly_what_its_stack_needs() -> None:
    assert list(DEPLOYER_PERMISSIONS) == names(grants=True, looks_up_domain=False)


@pytest.mark.parametrize("row", needed(grants=True, looks_up_domain=True), ids=lambda row: row.name)
def test_every_row_names_a_permission_of_graph_and_says_what_it_is_for(row: object) -> None:
    (found,) = [one for one in needed(grants=True, looks_up_domain=True) if one is row]
    assert found.name in microsoft_graph.role_ids()
    assert found.purpose
    assert found.refused_at
