"""The auditor's file agrees with Microsoft's published roles."""

import pytest

from components.graph_permissions import DELEGATED_PERMISSIONS, GUIDE_PERMISSIONS, PERMISSIONS, GraphPermission
from sandbox.graph import microsoft_graph


@pytest.mark.parametrize("permission", PERMISSIONS.values(), ids=lambda permission: permission.name)
def test_every_role_id_is_the_published_one_of_that_name(permission: GraphPermission) -> None:
    assert permission.app_role_id == microsoft_graph.role_ids()[permission.name]


@pytest.mark.parametrize("name", DELEGATED_PERMISSIONS)
def test_every_delegated_id_is_the_published_one_of_that_name(name: str) -> None:
    published = {scope["value"]: scope["id"] for scope in microsoft_graph.delegated_permissions()}
    assert DELEGATED_PERMISSIONS[name] == published[name]


def test_no_delegated_id_is_that_of_an_application_permission() -> None:
    assert not {permission.app_role_id for permission in PERMISSIONS.values()} & set(DELEGATED_PERMISSIONS.values())


def test_the_guides_two_permissions_can_be_declared() -> None:
    assert set(GUIDE_PERMISSIONS) <= set(PERMISSIONS)


def test_no_permission_that_writes_the_directory_can_be_declared() -> None:
    assert not [name for name in PERMISSIONS if "Directory" in name and "Write" in name]
