"""What msgraph-sdk spells in its own way, and whether its models know everything that the sandbox answers."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.headers_collection import HeadersCollection
from msgraph.generated.applications.applications_request_builder import ApplicationsRequestBuilder
from msgraph.generated.directory_objects.get_by_ids.get_by_ids_post_request_body import GetByIdsPostRequestBody
from msgraph.generated.directory_objects.item.check_member_groups.check_member_groups_post_request_body import (
    CheckMemberGroupsPostRequestBody,
)
from msgraph.generated.models.application import Application
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.event import Event
from msgraph.generated.models.federated_identity_credential import FederatedIdentityCredential
from msgraph.generated.models.reference_create import ReferenceCreate
from msgraph.generated.models.service_principal import ServicePrincipal
from msgraph.generated.users.item.calendar.get_schedule.get_schedule_post_request_body import GetSchedulePostRequestBody
from msgraph.generated.users.item.calendar_view.calendar_view_request_builder import CalendarViewRequestBuilder
from msgraph.generated.users.item.events.events_request_builder import EventsRequestBuilder
from msgraph.generated.users.item.get_member_groups.get_member_groups_post_request_body import (
    GetMemberGroupsPostRequestBody,
)
from msgraph.graph_service_client import GraphServiceClient

from tests.sandbox.clients.graph_sdk import BEYOND_THE_MODELS, done, graph_client, refused, strangers
from tests.sandbox.clients.running import FIRST_OF_TWO, Running

pytestmark = pytest.mark.filterwarnings("ignore:This class is deprecated:DeprecationWarning")

NINE, TEN, ELEVEN = (DateTimeTimeZone(date_time=f"2026-12-02T{hour:02}:00:00", time_zone="UTC") for hour in (9, 10, 11))


@pytest.fixture
def graph(running: Running) -> GraphServiceClient:
    return graph_client(running, running.administrator)


def test_schedules_are_found_however_their_parameters_are_spelled(graph: GraphServiceClient) -> None:
    body = GetSchedulePostRequestBody(
        schedules=["boardroom@contoso.example", "nobody@contoso.example"], start_time=NINE, end_time=ELEVEN
    )
    answer = done(graph.users.by_user_id("boardroom@contoso.example").calendar.get_schedule.post(body))
    found, missing = answer.value
    assert (found.schedule_id, found.availability_view, found.error) == ("boardroom@contoso.example", "0000", None)
    assert missing.error.response_code


def test_an_event_lives_from_creation_over_change_to_deletion(graph: GraphServiceClient) -> None:
    async def run() -> None:
        room = graph.users.by_user_id("atrium@contoso.example")
        made = await room.events.post(Event(subject="Interview", start=NINE, end=TEN))
        assert made
        assert made.id
        changed = await room.events.by_event_id(made.id).patch(Event(subject="Second interview", end=ELEVEN))
        assert changed
        assert (changed.subject, changed.start and changed.start.date_time) == (
            "Second interview",
            "2026-12-02T09:00:00.0000000",
        )
        read = await room.calendar.events.by_event_id(made.id).get()
        assert read
        assert (read.subject, read.end and read.end.date_time) == ("Second interview", "2026-12-02T11:00:00.0000000")
        assert read.change_key != made.change_key
        calendar = await room.calendar.get()
        assert calendar
        assert calendar.id
        listed = await room.calendars.by_calendar_id(calendar.id).events.get()
        assert listed
        assert made.id in {one.id for one in listed.value or []}
        backwards = Event(end=DateTimeTimeZone(date_time="2026-12-02T08:00:00", time_zone="UTC"))
        assert await refused(room.events.by_event_id(made.id).patch(backwards)) == (
            400,
            "ErrorPropertyValidationFailure",
        )
        await room.events.by_event_id(made.id).delete()
        assert await refused(room.events.by_event_id(made.id).patch(Event(subject="x"))) == (404, "ErrorItemNotFound")

    asyncio.run(run())


NAVIGATION = {
    "attachments",
    "calendar",
    "exceptionOccurrences",
    "extensions",
    "instances",
    "multiValueExtendedProperties",
    "singleValueExtendedProperties",
}
ONLY_OF_SERIES = {"cancelledOccurrences", "originalStart"}


def test_every_property_of_the_sdks_event_is_answered_and_can_be_selected(graph: GraphServiceClient) -> None:
    async def run() -> None:
        events = graph.users.by_user_id("atrium@contoso.example").events
        made = await events.post(Event(subject="Properties", start=NINE, end=TEN))
        assert made
        assert made.id
        names = {name for name in made.get_field_deserializers() if not name.startswith("@")} - NAVIGATION
        asked = sorted(names - ONLY_OF_SERIES)
        query = EventsRequestBuilder.EventsRequestBuilderGetQueryParameters(select=asked)
        listed = await events.get(RequestConfiguration(query_parameters=query))
        assert listed
        assert [list(strangers(one)) for one in (made, *(listed.value or []))] == [
            [] for _ in range(1 + len(listed.value or []))
        ]
        for name in ("web_link", "allow_new_time_proposals", "online_meeting_provider", "created_date_time"):
            assert getattr(made, name) is not None, name
        await events.by_event_id(made.id).delete()

    asyncio.run(run())


def test_a_place_is_read_as_the_type_that_it_has(graph: GraphServiceClient) -> None:
    async def run() -> None:
        room = await graph.places.by_place_id("boardroom@contoso.example").graph_room.get()
        assert room
        assert (room.odata_type, room.capacity) == ("#microsoft.graph.room", 16)
        rooms = await graph.places.by_place_id("headquarters-rooms@contoso.example").graph_room_list.get()
        assert rooms
        assert rooms.odata_type == "#microsoft.graph.roomList"
        assert await refused(graph.places.by_place_id("headquarters-rooms@contoso.example").graph_room.get()) == (
            404,
            "ErrorItemNotFound",
        )
        assert list(strangers([room, rooms])) == []

    asyncio.run(run())


def test_an_upsert_by_unique_name_creates_once_and_changes_then(graph: GraphServiceClient) -> None:
    creating: RequestConfiguration[Any] = RequestConfiguration(headers=HeadersCollection())
    creating.headers.add("Prefer", "create-if-missing")

    async def run() -> None:
        named = graph.applications_with_unique_name("calendar-upsert")
        wanted = Application(display_name="Upserted", sign_in_audience="AzureADMyOrg")
        assert await refused(named.patch(wanted)) == (404, "Request_ResourceNotFound")
        made = await named.patch(wanted, creating)
        assert made
        assert (made.display_name, made.unique_name) == ("Upserted", "calendar-upsert")
        await named.patch(Application(notes="changed"), creating)
        read = await named.get()
        assert read
        assert (read.id, read.notes, read.display_name) == (made.id, "changed", "Upserted")
        principal = await graph.service_principals_with_app_id(str(made.app_id)).patch(
            ServicePrincipal(notes="upserted"), creating
        )
        assert principal
        assert principal.app_id == made.app_id
        await named.delete()

    asyncio.run(run())


@pytest.mark.parametrize("collection", ["users", "groups", "applications", "service_principals"])
def test_delta_is_refused_in_graphs_form_and_marked_in_the_log(
    running: Running, graph: GraphServiceClient, collection: str
) -> None:
    before = len(running.log())
    assert done(refused(getattr(graph, collection).delta.get())) == (400, "BadRequest")
    (entry,) = [one for one in running.log()[before:] if "/delta" in one["path"]]
    assert entry["notEmulated"]


def test_owners_are_expanded_inside_their_application(running: Running, graph: GraphServiceClient) -> None:
    async def run() -> None:
        made = await graph.applications.post(Application(display_name="Expanded"))
        assert made
        assert made.id
        query = ApplicationsRequestBuilder.ApplicationsRequestBuilderGetQueryParameters(
            filter="displayName eq 'Expanded'", expand=["owners"], select=["id", "displayName"]
        )
        page = await graph.applications.get(RequestConfiguration(query_parameters=query))
        assert page
        (found,) = page.value or []
        (owner,) = found.owners or []
        assert isinstance(owner, ServicePrincipal)
        assert (found.display_name, owner.id) == ("Expanded", running.administrator.object_id)
        query.expand = ["tokenIssuancePolicies"]
        assert await refused(graph.applications.get(RequestConfiguration(query_parameters=query))) == (
            400,
            "BadRequest",
        )
        await graph.applications.by_application_id(made.id).delete()

    asyncio.run(run())


def test_a_federated_credential_is_refused_by_name_and_by_subject_the_second_time(graph: GraphServiceClient) -> None:
    def credential(name: str, subject: str) -> FederatedIdentityCredential:
        return FederatedIdentityCredential(
            name=name,
            issuer="https://token.actions.githubusercontent.com",
            subject=subject,
            audiences=["api://AzureADTokenExchange"],
        )

    async def run() -> None:
        made = await graph.applications.post(Application(display_name="Federated"))
        assert made
        assert made.id
        credentials = graph.applications.by_application_id(made.id).federated_identity_credentials
        first = await credentials.post(credential("one", "repo:a@1/b@2:environment:x"))
        assert first
        assert first.id
        taken = (409, "Request_MultipleObjectsWithSameKeyValue")
        assert await refused(credentials.post(credential("one", "repo:a@1/b@2:environment:y"))) == taken
        assert await refused(credentials.post(credential("two", "repo:a@1/b@2:environment:x"))) == taken
        one = credentials.by_federated_identity_credential_id(first.id)
        await one.patch(FederatedIdentityCredential(description="changed"))
        read = await one.get()
        listed = await credentials.get()
        assert read
        assert listed
        assert (read.description, [item.id for item in listed.value or []]) == ("changed", [first.id])
        assert list(strangers([read, listed])) == []
        await one.delete()
        await graph.applications.by_application_id(made.id).delete()

    asyncio.run(run())


def test_the_models_know_everything_that_the_directory_answers(graph: GraphServiceClient) -> None:
    async def run() -> None:
        resource = await graph.service_principals_with_app_id("00000003-0000-0000-c000-000000000000").get()
        assert resource
        assert resource.id
        assert len(resource.app_roles or []) > 500
        assert len(resource.oauth2_permission_scopes or []) > 500
        made = await graph.applications.post(Application(display_name="Models"))
        assert made
        assert made.id
        assert made.app_id
        principal = await graph.service_principals.post(ServicePrincipal(app_id=made.app_id))
        assert principal
        assert principal.id
        users = await graph.users.get()
        assert users
        assert users.value
        assert users.value[0].id
        user = graph.users.by_user_id(users.value[0].id)
        groups = await graph.groups.get()
        assert groups
        assert groups.value
        (some, *_) = groups.value
        assert some.id
        group = graph.groups.by_group_id(some.id)
        one_app = graph.applications.by_application_id(made.id)
        one_principal = graph.service_principals.by_service_principal_id(principal.id)
        domains = await graph.domains.get()
        assert domains
        assert domains.value
        organization = await graph.organization.get()
        assert organization
        assert organization.value
        answered: list[Any] = [
            resource,
            made,
            principal,
            users,
            groups,
            domains,
            organization,
            await user.get(),
            await user.member_of.get(),
            await group.get(),
            await group.members.get(),
            await group.members.graph_user.get(),
            await group.owners.get(),
            await one_app.owners.get(),
            await one_principal.get(),
            await one_principal.owners.get(),
            await one_principal.app_role_assignments.get(),
            await one_principal.oauth2_permission_grants.get(),
            await graph.service_principals.by_service_principal_id(resource.id).app_role_assigned_to.get(),
            await graph.service_principals.get(),
            await graph.applications.get(),
            await graph.oauth2_permission_grants.get(),
            await graph.domains.by_domain_id(str(domains.value[0].id)).get(),
            await graph.organization.by_organization_id(str(organization.value[0].id)).get(),
            await graph.policies.default_app_management_policy.get(),
            await graph.policies.app_management_policies.get(),
            await one_app.app_management_policies.get(),
            await graph.directory.deleted_items.graph_application.get(),
            await graph.directory.deleted_items.graph_service_principal.get(),
        ]
        assert None not in answered
        unknown = {found.rpartition(".")[2] for one in answered for found in strangers(one)}
        assert unknown <= BEYOND_THE_MODELS
        await one_app.delete()
        assert (await graph.directory.deleted_items.by_directory_object_id(made.id).get()) is not None
        await graph.directory.deleted_items.by_directory_object_id(made.id).restore.post()
        await one_app.delete()
        await graph.directory.deleted_items.by_directory_object_id(made.id).delete()

    asyncio.run(run())


def test_owners_and_groups_of_a_person_are_asked_by_actions(running: Running, graph: GraphServiceClient) -> None:

    async def run() -> None:
        groups = await graph.groups.get()
        assert groups
        found = next(one for one in groups.value or [] if one.display_name and "nterview" in one.display_name)
        members = await graph.groups.by_group_id(str(found.id)).members.get()
        assert members
        person = str((members.value or [])[0].id)
        inside = await graph.users.by_user_id(person).get_member_groups.post(
            GetMemberGroupsPostRequestBody(security_enabled_only=False)
        )
        assert inside
        assert found.id in (inside.value or [])
        checked = await graph.directory_objects.by_directory_object_id(person).check_member_groups.post(
            CheckMemberGroupsPostRequestBody(group_ids=[str(found.id), str(UUID(int=7))])
        )
        assert checked
        assert checked.value == [found.id]
        by_ids = await graph.directory_objects.get_by_ids.post(GetByIdsPostRequestBody(ids=[person, str(found.id)]))
        assert by_ids
        assert {one.odata_type for one in by_ids.value or []} == {"#microsoft.graph.user", "#microsoft.graph.group"}

        made = await graph.applications.post(Application(display_name="Owned by a person"))
        assert made
        one = graph.applications.by_application_id(str(made.id))
        reference = ReferenceCreate(odata_id=f"{running.address}/v1.0/directoryObjects/{person}")
        await one.owners.ref.post(reference)
        assert await refused(one.owners.ref.post(reference)) == (400, "Request_BadRequest")
        await one.owners.by_directory_object_id(person).ref.delete()
        principal = await graph.service_principals.post(ServicePrincipal(app_id=made.app_id))
        assert principal
        sp = graph.service_principals.by_service_principal_id(str(principal.id))
        await sp.owners.ref.post(reference)
        await sp.owners.by_directory_object_id(person).ref.delete()
        await sp.patch(ServicePrincipal(notes="changed"))
        await sp.delete()
        await one.delete()

    asyncio.run(run())


def test_a_window_of_a_calendar_holds_what_happens_in_it(graph: GraphServiceClient) -> None:

    async def run() -> None:
        room = graph.users.by_user_id("boardroom@contoso.example")
        made = await room.calendar.events.post(Event(subject="Windowed", start=NINE, end=TEN))
        assert made
        query = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters(
            start_date_time=datetime(2026, 12, 2, 8, tzinfo=UTC).isoformat(),
            end_date_time=datetime(2026, 12, 2, 12, tzinfo=UTC).isoformat(),
        )
        asked: RequestConfiguration[Any] = RequestConfiguration(query_parameters=query)
        view = await room.calendar_view.get(asked)
        same = await room.calendar.calendar_view.get(asked)
        listed = await room.events.get()
        within = await room.calendar.events.get()
        calendars = await room.calendars.get()
        assert view
        assert same
        assert listed
        assert within
        assert calendars
        assert made.id in {one.id for one in view.value or []}
        assert made.id in {one.id for one in same.value or []}
        assert made.id in {one.id for one in listed.value or []}
        assert made.id in {one.id for one in within.value or []}
        identifier = str((calendars.value or [])[0].id)
        calendar = room.calendars.by_calendar_id(identifier)
        in_calendar = await calendar.calendar_view.get(asked)
        assert in_calendar
        assert made.id in {one.id for one in in_calendar.value or []}
        assert (await calendar.get()) is not None
        again = await calendar.events.post(Event(subject="Second", start=TEN, end=ELEVEN))
        assert again
        one = calendar.events.by_event_id(str(again.id))
        assert (await one.get()) is not None
        assert (await one.patch(Event(subject="Third"))) is not None
        await one.delete()
        inner = room.calendar.events.by_event_id(str(made.id))
        assert (await inner.patch(Event(subject="Changed"))) is not None
        read = await room.events.by_event_id(str(made.id)).get()
        assert read
        assert read.subject == "Changed"
        assert list(strangers([view, listed, calendars, read])) == []
        settings = await room.mailbox_settings.get()
        assert settings
        assert str(settings.user_purpose).endswith("Room")
        await inner.delete()

    asyncio.run(run())


@pytest.mark.parametrize("date", [False, True], ids=["seconds", "a date"])
def test_the_sdk_comes_back_after_either_form_of_retry_after(
    running: Running, graph: GraphServiceClient, date: bool
) -> None:
    before = len(running.log())
    with running.faults(throttled=0.5, only="GET /domains", seed=FIRST_OF_TWO, retry_after_date=date):
        assert done(graph.domains.get()).value
    assert [one["status"] for one in running.log()[before:] if one["path"].endswith("/domains")] == [429, 200]
