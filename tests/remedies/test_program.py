"""What the program prints at `pulumi preview` and `pulumi up`, typed as printed."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pulumi
import pytest

from components import clock, ended_secrets
from components.look_ups import LookUps
from components.replication import PAUSES
from smartrecruiters_calendar.outcome import Status
from smartrecruiters_calendar.preflight.checks import deployer, secret_dates, versions
from smartrecruiters_calendar.rotation.begin import begin
from tests.components.test_replication import SERVICE_PRINCIPAL, UNSEEN, Waited, again, waited
from tests.components.test_tenant_tie import CONTOSO, FABRIKAM, change, hook
from tests.remedies import verb
from tests.remedies.printed import Remedy
from tests.sandbox.conftest import entra, home, made_home
from tests.smartrecruiters_calendar.preflight.conftest import _no_waiting, world
from tests.smartrecruiters_calendar.preflight.test_checks import LONG_AGO, deployer_with, machine
from tests.smartrecruiters_calendar.preflight.world import DEPLOYER
from tests.smartrecruiters_calendar.preflight.world import World as Preflight
from tests.smartrecruiters_calendar.rotation.world import World as Rotation

__all__ = ["_no_waiting", "entra", "home", "made_home", "waited", "world"]  # fixtures

CHECKS = "smartrecruiters_calendar/preflight/checks"
BEGIN = Remedy("components/ended_secrets.py", "smartrecruiters-calendar rotate begin --stack {}")
BEGIN_BEFORE = Remedy(f"{CHECKS}/secret_dates.py", "smartrecruiters-calendar rotate begin --stack {}")
LACKS = Remedy("components/look_ups.py", "smartrecruiters-calendar preflight --stack {}")
AGAIN = Remedy("components/replication.py", "pulumi up --stack {}")
ANOTHER_STACK = Remedy("components/tenant_tie.py", "smartrecruiters-calendar new-stack --help")
PLUGIN = Remedy(f"{CHECKS}/versions.py", "pulumi plugin install resource {}")
EXPIRED = datetime(2028, 1, 1, 9, tzinfo=UTC)


def test_where_no_declared_secret_can_be_issued_the_command_declares_one_that_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulumi, "get_stack", lambda: "acme")
    monkeypatch.setattr(ended_secrets, "resource_types", dict)
    made = Rotation(tmp_path, now=EXPIRED, tenant=set(), state={}, output=None, held=None)

    def issue() -> None:
        ended_secrets.refuse_to_issue("sr", [one.declared() for one in made.look().settings.secrets], EXPIRED)

    with pytest.raises(pulumi.RunError) as refused:
        issue()
    line = BEGIN.in_(str(refused.value))
    begin(made.started(), made.look(), now=verb.read(line, "rotate", "begin", stack="acme")["now"])
    assert EXPIRED.date() in made.declared
    issue()


def test_a_secret_that_can_be_issued_is_declared_by_what_preflight_prints(world: Preflight, tmp_path: Path) -> None:
    world.configuration["secrets"] = [LONG_AGO]
    line = BEGIN_BEFORE.in_(world.look(secret_dates.DATES).remedy)
    made = Rotation(tmp_path / "stack", now=clock.now(), tenant=set(), state={}, output=None, held=None)
    begin(made.started(), made.look(), now=verb.read(line, "rotate", "begin")["now"])
    world.configuration["secrets"] = [{"issued": str(day), "years": 1} for day in made.declared]
    assert world.look(secret_dates.DATES).outcome is Status.PASS


def test_what_keeps_a_look_up_from_its_answer_is_named_by_the_preflight_that_it_prints(
    world: Preflight, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuses(*_: object, **__: object) -> None:
        raise RuntimeError("Authorization_RequestDenied: Insufficient privileges")

    monkeypatch.setattr(pulumi, "get_stack", lambda: "dev")
    monkeypatch.setattr(pulumi.runtime, "invoke_async", refuses)
    with pytest.raises(pulumi.RunError) as refused:
        LookUps(pulumi.InvokeOptions(), graph=True, domain=False).graph_object_id()
    verb.read(LACKS.in_(str(refused.value)), "preflight")
    deployer_with("Application.ReadWrite.OwnedBy")(world)
    finding = world.look(deployer.PERMISSIONS)
    assert finding.outcome is Status.FAIL
    assert "Application.Read.All" in finding.sentence
    deployer_with(*DEPLOYER)(world)
    assert world.look(deployer.PERMISSIONS).outcome is Status.PASS


def test_what_entra_showed_too_late_is_tried_afresh_by_what_the_last_try_prints(waited: Waited) -> None:
    assert not again(SERVICE_PRINCIPAL, *[UNSEEN] * (len(PAUSES) + 1))
    assert AGAIN.in_(waited.told[-1]) == "pulumi up --stack dev"
    assert again(SERVICE_PRINCIPAL, UNSEEN)  # its first failure


def test_another_directory_leads_to_how_another_stack_is_made() -> None:
    with asyncio.Runner(), pytest.raises(pulumi.RunError) as refused:
        hook().callback(change(CONTOSO, FABRIKAM))
    assert "--directory-id" in verb.help_of(ANOTHER_STACK.in_(str(refused.value)), "new-stack")


def test_a_plugin_that_is_not_fetched_by_itself_is_there_once_it_is_installed_as_printed(world: Preflight) -> None:
    """`tests.engine.test_plugins` has the engine's own command asked so."""
    machine(plugins={})(world)
    *command, plugin, version = PLUGIN.in_(world.look(versions.PLUGINS).remedy).split()
    assert command == ["pulumi", "plugin", "install", "resource"]
    machine(plugins={plugin: (version,)})(world)
    assert world.look(versions.PLUGINS).outcome is Status.PASS
