"""A registration read whole from Graph: what a person would have to look up on five pages of the portal."""

import pytest

from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.registration import TEMPORARY_NAME
from smartrecruiters_calendar.entra.tenant import Tenant
from tests.sandbox.conftest import entra, home, made_home
from tests.sandbox.in_process import BASE_URL, InProcess
from tests.smartrecruiters_calendar.in_sandbox import directory_of

__all__ = ["entra", "home", "made_home"]  # fixtures

GUIDE = {"7ab1d382-f21e-4acd-a863-ba3e13f7da61", "ef54d2bf-783f-4e0f-bca1-3210c0444d99"}
PORTAL = "SmartRecruiters Calendar (portal)"


@pytest.fixture
def tenant(entra: InProcess) -> Tenant:
    caller = entra.caller("Application.ReadWrite.OwnedBy", "Application.Read.All")
    return Tenant(Cloud(BASE_URL, BASE_URL), directory_of(entra, caller))


def test_it_is_read_with_all_that_hangs_on_it(tenant: Tenant) -> None:
    (found,) = tenant.named(PORTAL)
    assert (found.name, found.audience) == (PORTAL, "AzureADMyOrg")
    assert found.redirect_urls == ("https://www.smartrecruiters.com/",)
    assert {request.id for request in found.requests} == GUIDE
    assert [key.name for key in found.keys] == ["made by hand"]
    assert found.owners == ()
    assert found.service_principal is not None
    assert found.service_principal.enabled
    assert {grant.app_role_id for grant in found.service_principal.grants} == GUIDE
    assert {grant.resource_name for grant in found.service_principal.grants} == {"Microsoft Graph"}
    assert tenant.registration(found.object_id) == found
    assert tenant.by_client_id(found.client_id) == found


def test_what_is_not_there_is_none(tenant: Tenant) -> None:
    nowhere = "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca0ffff"
    assert tenant.registration(nowhere) is None
    assert tenant.by_client_id(nowhere) is None
    assert tenant.named("Nobody's (& nothing's)") == []


def test_a_half_made_one_has_nothing_to_sign_in_with_or_as(tenant: Tenant) -> None:
    (half_done,) = tenant.named("SmartRecruiters Calendar (half done)")
    assert half_done.half_made
    assert not any(one.half_made for one in tenant.named(PORTAL))


def test_owners_and_temporary_names_are_seen(tenant: Tenant) -> None:
    tenant.directory.post("applications", {"displayName": f"{TEMPORARY_NAME}5f3c", "signInAudience": "AzureADMyOrg"})
    (temporary,) = tenant.half_made("Nobody's")
    assert tenant.deployer in temporary.owner_ids
    assert tenant.named(temporary.name) == [temporary]


def test_every_permission_that_graph_offers_has_a_name(tenant: Tenant) -> None:
    names = tenant.permission_names()
    assert {names[identifier] for identifier in GUIDE} == {"Directory.Read.All", "Calendars.ReadWrite"}


def test_what_bears_a_name_is_found_and_removed(tenant: Tenant) -> None:
    tenant.directory.post("applications", {"displayName": "Left over", "signInAudience": "AzureADMyOrg"})
    (left,) = tenant.objects_named("Left over")
    assert left.kind == "applications"
    assert tenant.has(left.kind, left.object_id)
    tenant.remove(left)
    assert tenant.objects_named("Left over") == []
    assert not tenant.has(left.kind, left.object_id)
    tenant.restore(left.object_id)
    assert tenant.has(left.kind, left.object_id)
