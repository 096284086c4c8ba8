"""The deployer's permissions: one list, which the sandbox's own deployer holds too."""

import pytest

from components.deployer_permissions import needed
from sandbox.graph import microsoft_graph
from sandbox.seed.constants import DEPLOYER_PERMISSIONS


def names(*, grants: bool, looks_up_domain: bool, adds_owners: bool = False) -> list[str]:
    return [row.name for row in needed(grants=grants, looks_up_domain=looks_up_domain, adds_owners=adds_owners)]


def test_each_way_to_configure_a_stack_asks_for_no_more_than_it_uses() -> None:
    app, domains = "Application.ReadWrite.OwnedBy", "Domain.Read.All"
    granting = [app, "Application.Read.All", "AppRoleAssignment.ReadWrite.All"]
    assert names(grants=False, looks_up_domain=False) == [app]
    assert names(grants=False, looks_up_domain=True) == [app, domains]
    assert names(grants=True, looks_up_domain=False) == granting
    assert names(grants=True, looks_up_domain=True) == [*granting, domains]


def test_owners_other_than_the_deployer_ask_for_more_and_nothing_that_it_covers_is_asked_twice() -> None:
    every = ["Application.ReadWrite.All", "Directory.Read.All"]
    assert names(grants=False, looks_up_domain=True, adds_owners=True) == every
    assert names(grants=True, looks_up_domain=True, adds_owners=True) == [*every, "AppRoleAssignment.ReadWrite.All"]


def test_the_sandboxs_deployer_holds_exactly_what_its_stack_needs() -> None:
    assert list(DEPLOYER_PERMISSIONS) == names(grants=True, looks_up_domain=False)


@pytest.mark.parametrize("adds_owners", [False, True])
def test_every_row_names_a_permission_of_graph_and_says_what_it_is_for(adds_owners: bool) -> None:
    for row in needed(grants=True, looks_up_domain=True, adds_owners=adds_owners):
        assert row.name in microsoft_graph.role_ids()
        assert row.purpose
        assert row.refused_at
