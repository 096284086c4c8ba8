"""Offboarding destroys first and then proves; what it could not see gone it calls still there."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from pydantic import SecretStr

from components import configuration
from components.settings import Settings
from smartrecruiters_calendar.entra.errors import EntraRefused
from smartrecruiters_calendar.entra.tenant import Tenant
from smartrecruiters_calendar.offboarding.result import OffboardingResult
from smartrecruiters_calendar.offboarding.run import offboard
from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.progress import Progress
from smartrecruiters_calendar.stack.departure import Departure, read
from smartrecruiters_calendar.stack.engine import Engine
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.other_stacks import OtherStack
from smartrecruiters_calendar.stack.receipt_log import LONGEST_VALUE
from smartrecruiters_calendar.stack.stack import Outputs
from smartrecruiters_calendar.stack.state import Deployment, Resource
from tests.smartrecruiters_calendar.rotation.stands import NOW
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, DIRECTORY, OUTPUTS, SECRET

GONE = EntraRefused("AADSTS700016: no such application")


class Killed(BaseException):
    """The process is gone."""


@dataclass
class FakeEngine:
    deployed: Outputs | None = field(default_factory=lambda: Outputs.model_validate(OUTPUTS))
    noted: Departure | None = None
    done: list[str] = field(default_factory=list)
    killed_after: str = ""
    others: tuple[OtherStack, ...] = ()
    protects: bool = True

    def settings(self) -> Settings:
        return configuration.parse(CONFIGURATION)

    def deployment(self, *, secrets: bool) -> Deployment:
        root = Resource("urn:pulumi:acme::p::pulumi:pulumi:Stack::p-acme", "stack", protected=self.protects)
        return Deployment((root,) if self.deployed else ())

    def outputs(self, deployment: Deployment) -> Outputs | None:
        return self.deployed

    def departure(self) -> Departure | None:
        return self.noted

    def note(self, leaving: Departure) -> None:
        self.noted = leaving
        self._step("note")

    def unprotect_all(self) -> None:
        self._step("unprotect")

    def destroy(self) -> None:
        self.deployed = None
        self._step("destroy")

    def _step(self, name: str) -> None:
        self.done.append(name)
        if name == self.killed_after:
            raise Killed


@dataclass
class FakeTenant:
    refusal: EntraRefused | None = GONE
    grants: int = 0
    there: set[str] = field(default_factory=set)
    asked_with: list[str] = field(default_factory=list)

    def has(self, kind: str, object_id: str) -> bool:
        return kind in self.there

    def grants_to(self, service_principal: str) -> int:
        assert service_principal == OUTPUTS["servicePrincipalObjectId"]
        return self.grants

    def gives_token(self, tenant: str, client_id: str, secret: SecretStr) -> None:
        self.asked_with.append(secret.get_secret_value())
        if self.refusal:
            raise self.refusal


class Quiet:
    def step(self, text: str) -> None: ...

    wait = step

    def count(self, done: int, total: int) -> None: ...


def run(
    engine: FakeEngine, tenant: FakeTenant, sign_in: Callable[[], AbstractContextManager[Tenant]] | None = None
) -> OffboardingResult:
    quiet: Progress = Quiet()
    return offboard(
        "acme",
        cast(Engine, engine),
        sign_in or (lambda: nullcontext(cast(Tenant, tenant))),
        DIRECTORY,
        NOW,
        0.01,
        quiet,
    )


def test_everything_is_unprotected_destroyed_and_proven_gone_with_the_real_secret() -> None:
    engine, tenant = FakeEngine(), FakeTenant()
    result = run(engine, tenant)
    assert engine.done == ["note", "unprotect", "destroy"]
    assert result.exit_code is ExitCode.OK
    assert [proof.what for proof in result.proofs] == ["token", "grant", "service principal", "application"]
    assert set(tenant.asked_with) == {SECRET}
    assert SECRET not in result.model_dump_json()
    assert [step.command.split(" --")[0] for step in result.restore] == [
        "smartrecruiters-calendar restore",
        "smartrecruiters-calendar adopt",
        "smartrecruiters-calendar post-deploy",
        "pulumi up",
    ]
    assert OUTPUTS["clientId"] in result.restore[1].command


LEFT: dict[str, dict[str, Any]] = {
    "token": {"refusal": None},
    "grant": {"grants": 2},
    "service principal": {"there": {"servicePrincipals"}},
    "application": {"there": {"applications"}},
}


@pytest.mark.parametrize("what", LEFT)
def test_what_is_still_there_is_named(what: str) -> None:
    result = run(FakeEngine(), FakeTenant(**LEFT[what]))
    assert result.reason is Reason.STILL_THERE
    assert [proof.what for proof in result.proofs if not proof.gone] == [what]
    assert what in result.sentence


def test_a_refusal_for_another_cause_proves_nothing() -> None:
    result = run(FakeEngine(), FakeTenant(refusal=EntraRefused("AADSTS90002: no such tenant")))
    assert result.reason is Reason.STILL_THERE


def test_what_protects_nothing_needs_no_unprotecting() -> None:
    engine = FakeEngine(protects=False)
    run(engine, FakeTenant())
    assert engine.done == ["note", "destroy"]


@pytest.mark.parametrize("step", ["note", "unprotect", "destroy"])
def test_killed_at_any_step_a_later_run_ends_with_the_proof(step: str) -> None:
    engine, tenant = FakeEngine(killed_after=step), FakeTenant()
    with pytest.raises(Killed):
        run(engine, tenant)
    engine.killed_after = ""
    result = run(engine, tenant)
    assert result.exit_code is ExitCode.OK
    assert engine.deployed is None


def test_nothing_is_changed_before_the_deployer_is_signed_in_to_the_stacks_tenant() -> None:
    def elsewhere() -> AbstractContextManager[Tenant]:
        raise Stopped(Reason.TENANT_MISMATCH, "Another tenant.")

    engine = FakeEngine()
    with pytest.raises(Stopped):
        run(engine, FakeTenant(), elsewhere)
    assert engine.done == []


def test_a_stack_that_was_never_deployed_is_told() -> None:
    with pytest.raises(Stopped) as stopped:
        run(FakeEngine(deployed=None), FakeTenant())
    assert stopped.value.reason is Reason.STACK_NOT_DEPLOYED


def test_the_note_is_a_tag_that_every_backend_takes() -> None:
    ids = "12345678-1234-4234-8234-123456789012"
    note = Departure(at=NOW, client_id=ids, application=ids, service_principal=ids)
    assert len(note.model_dump_json().encode()) <= LONGEST_VALUE
    assert read(note.model_dump_json()) == note
    assert read(None) is read("{}") is None


def test_an_app_that_another_stacks_state_holds_as_well_is_not_removed() -> None:
    first = OtherStack(StackName.parse("first"), frozenset({OUTPUTS["applicationObjectId"]}))
    engine = FakeEngine(others=(first,))
    with pytest.raises(Stopped, match="belongs to the stack first") as stopped:
        run(engine, FakeTenant())
    assert stopped.value.reason is Reason.APPLICATION_OF_ANOTHER_STACK
    assert engine.done == []
