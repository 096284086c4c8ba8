"""The real msgraph-sdk cannot tell the sandbox from Graph, within what it calls here."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.applications.item.add_password.add_password_post_request_body import AddPasswordPostRequestBody
from msgraph.generated.applications.item.remove_password.remove_password_post_request_body import (
    RemovePasswordPostRequestBody,
)
from msgraph.generated.models.app_role_assignment import AppRoleAssignment
from msgraph.generated.models.application import Application
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.password_credential import PasswordCredential
from msgraph.generated.models.service_principal import ServicePrincipal
from msgraph.generated.models.user import User
from msgraph.generated.users.item.calendar.get_schedule.get_schedule_post_request_body import GetSchedulePostRequestBody
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph.graph_service_client import GraphServiceClient

from tests.sandbox.clients.graph_sdk import graph_client
from tests.sandbox.clients.running import Running

GRAPH = "00000003-0000-0000-c000-000000000000"
CALENDARS_READ_WRITE = UUID("ef54d2bf-783f-4e0f-bca1-3210c0444d99")
DELEGATED_CALENDARS_READ_WRITE = UUID("1ec239c2-d7c9-4623-a91a-a9775856bb36")


pytestmark = pytest.mark.filterwarnings("ignore:This class is deprecated:DeprecationWarning")


async def refused(awaitable: Any) -> ODataError:
    with pytest.raises(ODataError) as caught:
        await awaitable
    return caught.value


def code(error: ODataError) -> tuple[int | None, str | None]:
    return error.response_status_code, error.error.code if error.error else None


def test_an_application_lives_from_creation_to_deletion(running: Running) -> None:
    async def run() -> None:
        graph = graph_client(running, running.deployer)
        made = await graph.applications.post(
            Application(display_name="Made by msgraph-sdk", sign_in_audience="AzureADMyOrg")
        )
        assert made
        assert made.id
        assert made.app_id
        by_app_id = await graph.applications_with_app_id(made.app_id).get()
        assert by_app_id
        assert by_app_id.id == made.id

        await graph.applications.by_application_id(made.id).patch(Application(notes="changed"))
        changed = await graph.applications.by_application_id(made.id).get()
        assert changed
        assert changed.notes == "changed"

        secret = await graph.applications.by_application_id(made.id).add_password.post(
            AddPasswordPostRequestBody(password_credential=PasswordCredential(display_name="one"))
        )
        assert secret
        assert secret.secret_text
        assert secret.key_id
        assert secret.hint == secret.secret_text[:3]
        shown = await graph.applications.by_application_id(made.id).get()
        assert shown
        assert [(item.key_id, item.secret_text) for item in shown.password_credentials or []] == [(secret.key_id, None)]

        principal = await graph.service_principals.post(ServicePrincipal(app_id=made.app_id))
        assert principal
        assert principal.id
        resource = await graph.service_principals_with_app_id(GRAPH).get()
        assert resource
        assert resource.id
        wanted = AppRoleAssignment(
            principal_id=UUID(principal.id), resource_id=UUID(resource.id), app_role_id=CALENDARS_READ_WRITE
        )
        assigned_to = graph.service_principals.by_service_principal_id(resource.id).app_role_assigned_to
        grant = await assigned_to.post(wanted)
        assert grant
        assert grant.id
        assert (grant.principal_display_name, grant.resource_display_name) == ("Made by msgraph-sdk", "Microsoft Graph")
        again = await refused(assigned_to.post(wanted))
        assert code(again) == (400, "Request_BadRequest")
        wanted.app_role_id = DELEGATED_CALENDARS_READ_WRITE
        assert code(await refused(assigned_to.post(wanted))) == (400, "Request_BadRequest")
        seen = await graph.service_principals.by_service_principal_id(principal.id).app_role_assignments.get()
        assert seen
        assert [item.id for item in seen.value or []] == [grant.id]
        await assigned_to.by_app_role_assignment_id(grant.id).delete()

        await graph.applications.by_application_id(made.id).remove_password.post(
            RemovePasswordPostRequestBody(key_id=secret.key_id)
        )
        await graph.applications.by_application_id(made.id).delete()
        gone = await refused(graph.applications.by_application_id(made.id).get())
        assert code(gone) == (404, "Request_ResourceNotFound")

    asyncio.run(run())


async def user_pages(graph: GraphServiceClient, **query: Any) -> AsyncIterator[list[User]]:
    parameters = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(**query)
    page = await graph.users.get(RequestConfiguration(query_parameters=parameters))
    while page:
        yield page.value or []
        if not page.odata_next_link:
            return
        page = await graph.users.with_url(page.odata_next_link).get()


def test_users_are_paged_to_the_end(running: Running) -> None:
    async def run() -> list[list[User]]:
        graph = graph_client(running, running.operator)
        return [page async for page in user_pages(graph, top=50, select=["id", "userPrincipalName"])]

    pages = asyncio.run(run())
    assert all(len(page) == 50 for page in pages[:-1])
    names = [user.user_principal_name for page in pages for user in page]
    assert len(names) == len(set(names))
    assert len(names) > 230 + 120
    assert "recruiting.admin@contoso.example" in names


def test_users_are_filtered_counted_and_searched(running: Running) -> None:
    async def run() -> None:
        graph = graph_client(running, running.operator)
        found = [
            user async for page in user_pages(graph, filter="mail eq 'boardroom@contoso.example'") for user in page
        ]
        assert [user.display_name for user in found] == ["Boardroom"]

        parameters = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
            search='"displayName:interview"', count=True
        )
        eventual = RequestConfiguration(query_parameters=parameters)
        eventual.headers.add("ConsistencyLevel", "eventual")
        page = await graph.users.get(eventual)
        assert page
        assert page.odata_count == len(page.value or []) > 0
        error = await refused(graph.users.get(RequestConfiguration(query_parameters=parameters)))
        assert code(error) == (400, "Request_UnsupportedQuery")

        counting: RequestConfiguration[Any] = RequestConfiguration()
        counting.headers.add("ConsistencyLevel", "eventual")
        assert int(await graph.users.count.get(counting) or 0) > 350

    asyncio.run(run())


def test_rooms_are_listed_with_the_places_permission(running: Running) -> None:
    async def run() -> None:
        graph = graph_client(running, running.operator)
        page = await graph.places.graph_room.get()
        assert page
        assert page.odata_next_link
        following = await graph.places.graph_room.with_url(page.odata_next_link).get()
        assert following
        rooms = [*(page.value or []), *(following.value or [])]
        assert len(rooms) == 120
        assert {"Boardroom", "Atrium"} <= {room.display_name for room in rooms}
        boardroom = next(room for room in rooms if room.display_name == "Boardroom")
        assert (boardroom.email_address, boardroom.capacity) == ("boardroom@contoso.example", 16)
        lists = await graph.places.graph_room_list.get()
        assert lists
        assert "headquarters-rooms@contoso.example" in {item.email_address for item in lists.value or []}
        inside = await graph.places.by_place_id("headquarters-rooms@contoso.example").graph_room_list.rooms.get()
        assert inside
        assert len(inside.value or []) == 4

    asyncio.run(run())


def test_rooms_are_refused_without_the_places_permission(running: Running) -> None:
    async def run() -> None:
        graph = graph_client(running, running.deployer)
        error = await refused(graph.places.graph_room.get())
        assert code(error) == (403, "UnknownError")
        assert error.error
        assert "place.read.all permission is required" in (error.error.message or "")

    asyncio.run(run())


def test_calendars_are_refused_in_exchanges_words(running: Running) -> None:
    async def run() -> None:
        graph = graph_client(running, running.operator)
        room = graph.users.by_user_id("boardroom@contoso.example")
        assert code(await refused(room.calendar.get())) == (403, "ErrorAccessDenied")
        body = GetSchedulePostRequestBody(
            schedules=["boardroom@contoso.example"],
            start_time=DateTimeTimeZone(date_time="2026-12-02T09:00:00", time_zone="UTC"),
            end_time=DateTimeTimeZone(date_time="2026-12-02T10:00:00", time_zone="UTC"),
        )
        assert code(await refused(room.calendar.get_schedule.post(body))) == (403, "ErrorAccessDenied")

    asyncio.run(run())
