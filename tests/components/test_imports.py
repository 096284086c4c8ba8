"""Objects brought in from the tenant keep everything they have; without the variable nothing is imported."""

import inspect
from datetime import UTC, datetime

import pulumi
import pulumi_azuread as azuread
import pytest
from pydantic.alias_generators import to_camel

from components import clock, import_options
from components.calendar_integration import CalendarIntegration
from components.imports import IMPORTS, Imports
from tests.components.declared import GRAPH_OBJECT_ID, Recorder, declare
from tests.components.test_calendar_integration import ARGS

FOUND = Imports(application="app", service_principal="principal", grants={"Calendars.ReadWrite": "grant"})


@pytest.fixture(autouse=True)
def _signed_in_by_other_means(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_TENANT_ID", raising=False)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 1, tzinfo=UTC))


def imported(found: Imports) -> dict[str, str]:
    """What the program asks the engine to import, by resource name."""
    recorder = Recorder()

    def program() -> dict[str, pulumi.Output[str]]:
        return {"id": CalendarIntegration("sr", ARGS, imports=found).client_id}

    declare(recorder, program)
    return {made.name: made.resource_id for made in recorder.resources if made.resource_id}


def declarable(resource: type[pulumi.CustomResource]) -> set[str]:
    """The properties that the SDK lets a program declare."""
    named = set(inspect.signature(resource._internal_init).parameters)  # type: ignore[attr-defined]
    return {to_camel(name) for name in named - {"__self__", "resource_name", "opts", "__props__"}}


def test_what_is_found_is_imported_under_its_own_name() -> None:
    assert imported(FOUND) == {
        "sr-application": "/applications/app",
        "sr-service-principal": "/servicePrincipals/principal",
        "sr-grant-Calendars.ReadWrite": f"/servicePrincipals/{GRAPH_OBJECT_ID}/appRoleAssignedTo/grant",
    }


def test_without_the_variable_nothing_is_imported() -> None:
    assert import_options.from_environment({}) == Imports()
    assert imported(Imports()) == {}


def test_the_variable_carries_what_a_script_wrote() -> None:
    assert import_options.from_environment({IMPORTS: FOUND.model_dump_json()}) == FOUND


@pytest.mark.parametrize("text", ["yes", "[]", '{"secrets": "x"}'])
def test_anything_else_in_the_variable_stops_the_program(text: str) -> None:
    with pytest.raises(pulumi.RunError, match=r"smartrecruiters-calendar recover"):
        import_options.from_environment({IMPORTS: text})


def test_everything_that_can_be_declared_stays_as_it_is() -> None:
    application = import_options.for_application(FOUND, pulumi.ResourceOptions())
    assert set(application.ignore_changes or ()) == declarable(azuread.Application)
    principal = import_options.for_service_principal(FOUND, pulumi.ResourceOptions())
    assert set(principal.ignore_changes or ()) == declarable(azuread.ServicePrincipal) - {"clientId"}


def test_redirect_urls_are_the_exception_where_the_provider_refuses_those_that_are_there() -> None:
    mended = FOUND.model_copy(update={"redirect_urls": ("https://a.example/",)})
    application = import_options.for_application(mended, pulumi.ResourceOptions())
    kept = {name for name in application.ignore_changes or () if name.startswith("web")}
    assert kept == {"web.homepageUrl", "web.implicitGrant", "web.logoutUrl"}
    recorder = Recorder()
    declare(recorder, lambda: {"id": CalendarIntegration("sr", ARGS, imports=mended).client_id})
    assert recorder.of("Application")[0].inputs["web"] == {"redirectUris": ["https://a.example/"]}


def test_an_ordinary_run_ignores_nothing() -> None:
    opts = pulumi.ResourceOptions()
    assert import_options.for_application(Imports(), opts) is opts
    assert import_options.for_service_principal(Imports(), opts) is opts
    assert import_options.for_grant(Imports(), "Calendars.ReadWrite", GRAPH_OBJECT_ID, opts) is opts
