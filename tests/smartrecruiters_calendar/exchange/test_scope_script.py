"""The script limits this stack's app, is PowerShell, and holds nothing else of the stack."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from components.mistakes import ConfigurationRefused
from smartrecruiters_calendar.exchange.scope_script import ScopeScript, literal, scope_script
from smartrecruiters_calendar.outcome import Reason, Stopped
from tests.smartrecruiters_calendar.exchange.powershell import nodes, parsed
from tests.smartrecruiters_calendar.post_deploy.world import World
from tests.smartrecruiters_calendar.stack_values import CLIENT, DECLARED, DIRECTORY, OUTPUTS, SECRET

SCOPE = {"group": "scheduling@contoso.com", "inside": "boardroom@contoso.com", "outside": "ceo@contoso.com"}
POWERSHELLS_OWN = "'‘’‚‛\"“”„ $`;#(){}%\n\u00a0\u202e"  # noqa: RUF001
NAMES = st.text(st.characters(exclude_categories=("C", "Z")) | st.sampled_from(POWERSHELLS_OWN), max_size=40)
ROOMS = {"recipientFilter": "RecipientTypeDetails -eq 'RoomMailbox'", "group": ""}


def written(access: str, scope: dict[str, str] | None = None, **changes: Any) -> ScopeScript:
    world = World()
    given = {key: value for key, value in (SCOPE | (scope or {})).items() if value}
    world.configure(calendarAccess=access, calendarScope=given, **changes)
    if access == "exchange-rbac":
        world.deploy(requestedPermissions=[DECLARED[0]], exchangePermissions=[DECLARED[1]])
    return of(world)


def of(world: World) -> ScopeScript:
    return scope_script(world.facts.stack, world.facts.settings, world.facts.outputs)


@pytest.mark.parametrize(("access", "scope"), [("exchange-rbac", {}), ("exchange-rbac", ROOMS), ("access-policy", {})])
def test_the_script_is_powershell_about_this_app_in_this_tenant(access: str, scope: dict[str, str]) -> None:
    script = written(access, scope).script
    strings = nodes(parsed(script), "verbatim_string_characters")
    for value in (DIRECTORY, CLIENT, SCOPE["inside"], SCOPE["outside"]):
        assert f"'{value}'" in strings
    assert "%{" not in script


def test_the_scoped_assignment_is_made_for_the_service_principal_and_not_the_app_registration() -> None:
    made = written("exchange-rbac")
    assert f"$ObjectId = '{OUTPUTS['servicePrincipalObjectId']}'" in made.script
    assert OUTPUTS["applicationObjectId"] not in made.script
    assert "$Roles = @('Application Calendars.ReadWrite')" in made.script
    for command in (
        "New-ServicePrincipal -AppId $AppId -ObjectId $ObjectId",
        "New-ManagementScope -Name $ScopeName",
        "New-ManagementRoleAssignment -Name $Name -App $ObjectId -Role $Role -CustomResourceScope $ScopeName",
        "Test-ServicePrincipalAuthorization -Identity $ObjectId",
        "Remove-ManagementRoleAssignment",
        "Remove-ManagementScope",
        "Remove-ServicePrincipal",
    ):
        assert command in made.script


def test_a_recipient_filter_reaches_exchange_as_it_is_configured() -> None:
    script = written("exchange-rbac", ROOMS).script
    assert "$RecipientFilter = 'RecipientTypeDetails -eq ''RoomMailbox'''" in script
    assert "$GroupAddress = ''" in script


def test_names_fit_into_exchanges_64_characters() -> None:
    assert len(f"sr-calendars-{CLIENT}-ReadWrite") <= 64
    assert f"'sr-calendars-{CLIENT}'" in written("exchange-rbac").script


def test_an_access_policy_restricts_to_the_group() -> None:
    script = written("access-policy").script
    assert "-PolicyScopeGroupId $GroupAddress -AccessRight RestrictAccess" in script
    assert "Test-ApplicationAccessPolicy -AppId $AppId" in script
    assert "Remove-ApplicationAccessPolicy" in script


@pytest.mark.parametrize("access", ["exchange-rbac", "access-policy"])
def test_every_object_is_made_only_where_it_is_missing(access: str) -> None:
    tree = parsed(written(access).script)
    guarded = "".join(nodes(tree, "if_statement"))
    for command in nodes(tree, "command"):
        if command.startswith("New-"):
            assert command in guarded


@pytest.mark.parametrize("access", ["exchange-rbac", "access-policy"])
def test_who_reads_it_is_warned_of_what_scoping_costs(access: str) -> None:
    made = written(access)
    told = " ".join(made.warnings)
    for word in ("not confirmed", "interviewer", "pulumi destroy", "Directory.Read.All"):
        assert word in told
    for warning in made.warnings:
        assert warning in made.script


@bounded(max_examples=40)
@given(NAMES, NAMES)
@example("`$(exit)", "x\u201c$(exit)\u201d `\u201a; exit")
@example("$(Remove-Mailbox *) ‘; Remove-Mailbox", "x'; Remove-Mailbox -Identity * #")  # noqa: RUF001
@example("Calendars\nexit", "x")
def test_whatever_it_is_called_and_whoever_it_limits_the_same_commands_run(name: str, recipients: str) -> None:
    try:
        script = written("exchange-rbac", {"recipientFilter": recipients, "group": ""}, displayName=name).script
    except ConfigurationRefused:
        return
    tree, usual = parsed(script), parsed(written("exchange-rbac", ROOMS).script)
    for kind in ("command_name", "sub_expression"):
        assert nodes(tree, kind) == nodes(usual, kind)
    assert {literal(name), literal(recipients)} <= set(nodes(tree, "verbatim_string_characters"))


def test_the_secret_is_not_in_it() -> None:
    for access in ("exchange-rbac", "access-policy"):
        assert SECRET not in written(access).model_dump_json()


def test_a_stack_for_every_mailbox_has_no_scope_to_make() -> None:
    with pytest.raises(Stopped, match="calendarAccess tenant") as stopped:
        of(World())
    assert stopped.value.reason is Reason.SETTINGS_REFUSED


def test_a_scope_that_is_configured_but_not_deployed_is_not_written() -> None:
    world = World()
    world.configure(calendarAccess="exchange-rbac", calendarScope=SCOPE)
    with pytest.raises(Stopped, match="pulumi up --stack dev") as stopped:
        of(world)
    assert stopped.value.reason is Reason.STACK_NOT_DEPLOYED
