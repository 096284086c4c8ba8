"""An adoption only ever adds; it never guesses, and it may be repeated."""

import re
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

import pytest
from rich.console import Console

from components import configuration
from components.imports import Imports
from components.settings import Settings
from smartrecruiters_calendar.adoption.differences import DifferenceKind
from smartrecruiters_calendar.adoption.report import show
from smartrecruiters_calendar.adoption.run import AdoptionOptions, AdoptionResult, adopt
from smartrecruiters_calendar.entra.registration import Credential, Registration
from smartrecruiters_calendar.outcome import ExitCode, Reason
from smartrecruiters_calendar.stack.importing import PlannedStep
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.other_stacks import OtherStack
from smartrecruiters_calendar.stack.state import APPLICATION, GRANT, SECRET, SERVICE_PRINCIPAL, Deployment, Resource
from tests.smartrecruiters_calendar.adoption.test_differences import (
    AS_DECLARED,
    CROOKED,
    DEPLOYER,
    ENDS,
    NOW,
    PRINCIPAL,
    URL,
)
from tests.smartrecruiters_calendar.stack_values import CLIENT, CONFIGURATION

HAND_MADE = replace(AS_DECLARED, keys=(Credential("secret", "old", "made by hand", ends=ENDS),))
GRANTS = {"Directory.Read.All": PRINCIPAL.grants[0].id, "Calendars.ReadWrite": PRINCIPAL.grants[1].id}
EMPTY = Deployment((), ())
ADOPTED = Deployment(
    (
        Resource("u::application", APPLICATION, f"/applications/{HAND_MADE.object_id}"),
        Resource("u::service-principal", SERVICE_PRINCIPAL, f"/servicePrincipals/{PRINCIPAL.object_id}"),
        Resource("u::secret", SECRET, "object/password/own"),
        *(Resource(f"u::{name}", GRANT, f"/x/{grant}") for name, grant in GRANTS.items()),
    ),
    (),
)


@dataclass
class World:
    """Stack and tenant at once."""

    registrations: list[Registration] = field(default_factory=lambda: [HAND_MADE])
    state: Deployment = EMPTY
    would_also: list[PlannedStep] = field(default_factory=list)
    deployer: str = DEPLOYER.object_id
    deployer_roles: frozenset[str] = frozenset({"Application.ReadWrite.OwnedBy"})
    graph_address: str = "https://graph.example/v1.0"
    others: tuple[OtherStack, ...] = ()
    done: list[tuple[Imports, list[str]]] = field(default_factory=list)

    def run(self, **options: object) -> AdoptionResult:
        sign_in = lambda _: nullcontext(self)  # noqa: E731
        return adopt("dev", self, sign_in, lambda: NOW, self, AdoptionOptions(**options))  # type: ignore[arg-type]

    def step(self, text: str) -> None: ...

    wait = step

    def count(self, done: int, total: int) -> None: ...

    def settings(self) -> Settings:
        return configuration.parse(CONFIGURATION)

    def deployment(self) -> Deployment:
        return self.state

    def plan(self, imports: Imports) -> list[PlannedStep]:
        self.planned = imports
        imported = [name for name in ("application", "service_principal") if getattr(imports, name)]
        steps = [PlannedStep("import", f"u::{name}") for name in (*imported, *imports.grants)]
        if not self.state.resources:
            steps.append(PlannedStep("create", "u::secret"))
        return [*steps, PlannedStep("same", "u::stack"), PlannedStep("update", "u::application"), *self.would_also]

    def bring_in(self, imports: Imports, steps: Iterable[PlannedStep]) -> None:
        self.done.append((imports, [step.name for step in steps]))
        self.state = ADOPTED
        self.registrations = [
            replace(one, keys=(*one.keys, Credential("secret", "own", "", ends=ENDS))) for one in self.registrations
        ]

    def permission_names(self) -> Mapping[str, str]:
        return {}

    def registration(self, object_id: str) -> Registration | None:
        return next((one for one in self.registrations if one.object_id == object_id), None)

    def by_client_id(self, client_id: str) -> Registration | None:
        return next((one for one in self.registrations if one.client_id == client_id), None)

    def named(self, name: str) -> list[Registration]:
        return [one for one in self.registrations if one.name == name]


def test_everything_found_is_imported_and_a_secret_stands_beside_the_old_one() -> None:
    world = World()
    result = world.run()
    assert (result.outcome, result.exit_code, result.client_id) == ("adopted", ExitCode.OK, CLIENT)
    ((imports, steps),) = world.done
    assert imports == Imports(application="object", service_principal="principal", grants=GRANTS)
    assert steps == ["application", "service_principal", *GRANTS, "secret"]
    assert (result.created, [one.kind for one in result.differences]) == (("secret",), [DifferenceKind.SECRET_FOREIGN])


def test_a_dry_run_tells_the_same_and_does_nothing() -> None:
    world = World()
    result = world.run(dry_run=True)
    assert (result.outcome, result.created) == ("would-adopt", ("secret",))
    assert f"--client-id {CLIENT}" in result.sentence
    assert world.done == []


def test_again_it_does_nothing_and_tells_what_is_left_to_retire() -> None:
    world = World()
    world.run()
    again = world.run()
    assert again.outcome == "adopted-before"
    assert [one.kind for one in again.differences] == [DifferenceKind.SECRET_FOREIGN]
    assert len(world.done) == 1


def test_what_the_delivery_would_refuse_is_told_before_it(capsys: pytest.CaptureFixture[str]) -> None:
    foreign, _, _ = CROOKED[DifferenceKind.GRANT_FOREIGN]
    result = World([replace(foreign, keys=HAND_MADE.keys)]).run()
    assert re.search("before the delivery, then .*`.* post-deploy .*`, .*the other commands above", result.sentence)
    show(result, Console())
    headings = [line for line in capsys.readouterr().out.splitlines() if line.endswith(":")]
    assert headings == ["Before the delivery, manually:", "After the delivery, manually:"]


def test_one_that_was_killed_goes_on_where_it_stopped_and_updates_nothing() -> None:
    world = World(state=Deployment(ADOPTED.resources[:1], ()))
    world.run()
    ((imports, steps),) = world.done
    assert imports == Imports(service_principal="principal", grants=GRANTS)
    assert steps == ["service_principal", *GRANTS]


def test_of_two_with_the_same_name_a_person_names_one() -> None:
    twin = replace(HAND_MADE, object_id="twin", client_id="twin-client", owners=())
    world = World([HAND_MADE, twin])
    result = world.run()
    assert (result.reason, result.exit_code) == (Reason.APPLICATION_AMBIGUOUS, ExitCode.WAITS_FOR_PERSON)
    assert [one.client_id for one in result.candidates] == [CLIENT, "twin-client"]
    assert world.done == []
    assert world.run(client_id=CLIENT).outcome == "adopted"


@pytest.mark.parametrize("options", [{"client_id": "nobody"}, {"name": "Nobody"}])
def test_one_that_is_not_there_is_told(options: dict[str, str]) -> None:
    result = World().run(**options)
    assert result.reason is Reason.APPLICATION_UNKNOWN
    assert "obody" in result.sentence


@pytest.mark.parametrize(
    "crooked",
    [replace(HAND_MADE, owners=()), replace(HAND_MADE, service_principal=replace(PRINCIPAL, enabled=False))],
    ids=["not the deployer's", "switched off"],
)
def test_what_an_administrator_has_to_do_first_is_waited_for(crooked: Registration) -> None:
    world = World([crooked])
    result = world.run()
    assert (result.reason, result.exit_code) == (Reason.ADMINISTRATOR_NEEDED, ExitCode.WAITS_FOR_PERSON)
    assert result.differences[0].command is not None
    assert world.done == []


@pytest.mark.parametrize("harmful", ["delete", "replace"])
def test_a_plan_that_would_lose_anything_is_refused(harmful: str) -> None:
    world = World(would_also=[PlannedStep(harmful, "u::grant")])
    result = world.run()
    assert (result.reason, result.outcome) == (Reason.IMPORT_REFUSED, "not-adopted")
    assert world.done == []


def test_a_stack_that_manages_another_registration_is_refused() -> None:
    other = replace(HAND_MADE, object_id="other", client_id="other-client", name="Other")
    world = World([HAND_MADE, other], ADOPTED)
    assert world.run(name="Other").reason is Reason.IMPORT_REFUSED
    assert world.run(client_id="other-client").reason is Reason.IMPORT_REFUSED
    assert world.run(name="What it was called before").outcome == "adopted-before"


def test_redirect_urls_that_the_provider_refuses_get_their_slash_and_no_others_are_lost() -> None:
    world = World([replace(HAND_MADE, redirect_urls=(URL.rstrip("/"), "https://hr.example/callback"))])
    world.run(dry_run=True)
    assert world.planned.redirect_urls == (URL, "https://hr.example/callback")


FIRST = OtherStack(StackName.parse("first"), frozenset({HAND_MADE.object_id}))
KEYS_OF_FIRST = replace(HAND_MADE, keys=(Credential("secret", "live", "first 2026-12-01", ends=ENDS),))


@pytest.mark.parametrize("named", [{}, {"client_id": CLIENT}], ids=["by name", "by client ID"])
def test_an_app_in_another_stacks_state_is_not_adopted_and_its_secrets_are_nobodys_to_delete(
    named: dict[str, str],
) -> None:
    world = World(others=(FIRST,))
    result = world.run(**named)
    assert (result.reason, result.outcome) == (Reason.APPLICATION_OF_ANOTHER_STACK, "not-adopted")
    assert f"{CLIENT} belongs to the stack first" in result.sentence
    assert "az ad app" not in result.model_dump_json()
    assert world.done == []


def test_an_app_whose_keys_bear_another_stacks_name_is_not_adopted_where_no_state_can_be_seen() -> None:
    world = World([KEYS_OF_FIRST])
    result = world.run()
    assert result.reason is Reason.APPLICATION_OF_ANOTHER_STACK
    assert f"`smartrecruiters-calendar recover --stack dev --from-stack first --client-id {CLIENT}`" in result.sentence
    assert world.done == []


def test_an_app_in_this_stacks_state_is_its_own_whatever_its_keys_are_called() -> None:
    assert World([KEYS_OF_FIRST], ADOPTED).run().outcome == "adopted-before"


def test_an_app_in_two_states_is_left_alone_until_one_forgets_it() -> None:
    result = World(state=ADOPTED, others=(FIRST,)).run()
    assert result.reason is Reason.APPLICATION_OF_ANOTHER_STACK
    assert "`pulumi stack rm --stack dev --force --preserve-config --yes`" in result.sentence


def test_of_two_with_the_same_name_another_stacks_is_no_choice() -> None:
    free = replace(HAND_MADE, object_id="free", client_id="free-client")
    world = World([HAND_MADE, free], others=(FIRST,))
    assert world.run(dry_run=True).client_id == "free-client"


def test_a_deleted_app_of_the_state_is_restored_first_and_no_namesake_taken_for_it() -> None:
    namesake = replace(HAND_MADE, object_id="namesake", client_id="namesake-client")
    world = World([namesake], ADOPTED)
    result = world.run()
    assert result.reason is Reason.IMPORT_REFUSED
    assert "directory/deletedItems/object/restore" in result.sentence
    assert world.done == []
