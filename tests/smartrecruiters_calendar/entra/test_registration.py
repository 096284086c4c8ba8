"""A registration read whole from Graph: what a person would have to look up on five pages of the portal."""

import pytest

from smartrecruiters_calendar.entra import registration
from smartrecruiters_calendar.entra.directory import Directory
from tests.sandbox.conftest import entra, home, made_home
from tests.sandbox.in_process import InProcess
from tests.smartrecruiters_calendar.in_sandbox import directory_of

__all__ = ["entra", "home", "made_home"]  # fixtures

GUIDE = {"7ab1d382-f21e-4acd-a863-ba3e13f7da61", "ef54d2bf-783f-4e0f-bca1-3210c0444d99"}
PORTAL = "SmartRecruiters Calendar (portal)"


@pytest.fixture
def tenant(entra: InProcess) -> Directory:
    return directory_of(entra, entra.caller("Application.ReadWrite.OwnedBy", "Application.Read.All"))


def test_it_is_read_with_all_that_hangs_on_it(tenant: Directory) -> None:
    (found,) = registration.named(tenant, PORTAL)
    assert (found.name, found.audience) == (PORTAL, "AzureADMyOrg")
    assert found.redirect_urls == ("https://www.smartrecruiters.com/",)
    assert {request.id for request in found.requests} == GUIDE
    assert [key.name for key in found.keys] == ["made by hand"]
    assert found.owners == ()
    assert found.service_principal is not None
    assert found.service_principal.enabled
    assert {grant.app_role_id for grant in found.service_principal.grants} == GUIDE
    assert {grant.resource_name for grant in found.service_principal.grants} == {"Microsoft Graph"}
    assert registration.find(tenant, found.object_id) == found
    assert registration.by_client_id(tenant, found.client_id) == found


def test_what_is_not_there_is_none(tenant: Directory) -> None:
    nowhere = "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca0ffff"
    assert registration.find(tenant, nowhere) is None
    assert registration.by_client_id(tenant, nowhere) is None
    assert registration.named(tenant, "Nobody's (& nothing's)") == []


def test_a_half_made_one_has_nothing_to_sign_in_with_or_as(tenant: Directory) -> None:
    (half_done,) = registration.named(tenant, "SmartRecruiters Calendar (half done)")
    assert half_done.half_made
    assert not any(one.half_made for one in registration.named(tenant, PORTAL))


def test_owners_and_temporary_names_are_seen(tenant: Directory) -> None:
    tenant.post("applications", {"displayName": f"{registration.TEMPORARY_NAME}5f3c", "signInAudience": "AzureADMyOrg"})
    (temporary,) = registration.temporarily_named(tenant)
    assert tenant.caller.object_id in temporary.owner_ids
    assert registration.named(tenant, temporary.name) == [temporary]
