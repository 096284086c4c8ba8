"""The app registration and its service principal themselves."""

from dataclasses import replace
from typing import Any

import pytest

from smartrecruiters_calendar.audit.evidence import Absent, SetProperty
from smartrecruiters_calendar.entra.comparison import RedirectUrl
from smartrecruiters_calendar.outcome import Status
from tests.smartrecruiters_calendar.audit.cases import APPLICATION, PRINCIPAL, case, found, statuses, the_failure

DECLARED = RedirectUrl("https://www.smartrecruiters.com/")


def test_an_absent_object_is_one_finding_and_not_one_per_check() -> None:
    gone = case(application=None)
    gone = replace(gone, evidence=replace(gone.evidence, application=Absent("application", "application")))
    assert the_failure("in-the-tenant", gone).subject == "application"
    for check in ("single-tenant", "redirect-urls-as-declared", "property-lock", "requested-as-declared"):
        assert found(check, gone) == []


def test_a_wider_audience_is_named() -> None:
    failed = the_failure("single-tenant", case(application={"audience": "AzureADMultipleOrgs"}))
    assert "AzureADMultipleOrgs instead of AzureADMyOrg" in failed.sentence


def test_another_display_name_fails() -> None:
    failed = the_failure("name-as-declared", case(application={"name": "Test, please delete"}))
    assert "'Test, please delete', which is not declared" in failed.sentence
    assert found("name-as-declared", case())[0].status is Status.PASS


@pytest.mark.parametrize(
    "extra",
    [
        RedirectUrl("https://evil.example/"),
        RedirectUrl(DECLARED.url, "single-page"),
        RedirectUrl("http://localhost", "public client"),
    ],
    ids=str,
)
def test_a_redirect_url_nobody_declared_is_named_on_any_platform(extra: RedirectUrl) -> None:
    given = case(application={"redirect_urls": (DECLARED, extra)})
    failed = the_failure("redirect-urls-as-declared", given)
    assert extra.url in failed.sentence
    assert extra.platform in failed.sentence
    assert found("redirect-urls-as-declared", case())[0].status is Status.PASS


def test_a_declared_redirect_url_that_is_missing_is_named() -> None:
    assert the_failure("redirect-urls-as-declared", case(application={"redirect_urls": ()})).subject == DECLARED.url


def test_a_disabled_service_principal_fails() -> None:
    disabled = case(service_principal=replace(PRINCIPAL, enabled=False))
    assert "disabled" in the_failure("principal-enabled", disabled).sentence


@pytest.mark.parametrize(
    ("check", "changed", "status"),
    [
        ("no-implicit-flow", {"implicit_tokens": ("access", "ID")}, Status.FAIL),
        ("no-implicit-flow", {}, Status.PASS),
        ("property-lock", {"locked": False}, Status.FAIL),
        ("property-lock", {"locked": None}, Status.MANUAL),
        ("property-lock", {}, Status.PASS),
        ("verified-publisher", {}, Status.PASS),
        ("verified-publisher", {"audience": "AzureADMultipleOrgs"}, Status.MANUAL),
        ("single-tenant", {}, Status.PASS),
    ],
)
def test_switches_of_the_app(check: str, changed: dict[str, Any], status: Status) -> None:
    assert statuses(found(check, case(application=changed))) == {APPLICATION.object_id: status}


@pytest.mark.parametrize(("required", "status"), [(True, Status.FAIL), (False, Status.PASS)])
def test_whether_an_assignment_is_required_is_as_declared(required: bool, status: Status) -> None:
    given = case(service_principal=replace(PRINCIPAL, assignment_required=required))
    assert statuses(found("assignment-required", given)) == {"principal": status}


def test_a_property_that_the_integration_does_not_have_is_named_with_its_object() -> None:
    extra = (SetProperty("web.logoutUrl", '"https://stranger.example/"'),)
    for given, subject in (
        (case(application={"further": extra}), "application web.logoutUrl"),
        (case(service_principal=replace(PRINCIPAL, further=extra)), "service principal web.logoutUrl"),
    ):
        assert the_failure("nothing-else-set", given).subject == subject
    assert set(statuses(found("nothing-else-set", case())).values()) == {Status.PASS}
