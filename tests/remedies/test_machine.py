"""What is printed where a shell, a stack's file or a project is not ready yet, typed as printed with the real CLI."""

import shlex
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from components.mistakes import ConfigurationRefused
from smartrecruiters_calendar.cli import record_profile
from smartrecruiters_calendar.cli.frame import Call
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page.recording.recorded_profile import RecordedProfile
from smartrecruiters_calendar.promotion import tenants
from smartrecruiters_calendar.promotion.report import text
from smartrecruiters_calendar.promotion.result import RingOutcome
from smartrecruiters_calendar.recovery.run import Action
from smartrecruiters_calendar.rotation.state import RotationStep
from smartrecruiters_calendar.stack.file import StackFile
from smartrecruiters_calendar.stack.locks import Holder
from smartrecruiters_calendar.stack.pulumi import Pulumi
from tests.remedies import verb
from tests.remedies.configured_stack import ConfiguredStack
from tests.remedies.printed import Remedy
from tests.smartrecruiters_calendar.promotion.test_markdown import promotion
from tests.smartrecruiters_calendar.recovery.test_run import dead
from tests.smartrecruiters_calendar.recovery.world import World as Recovery
from tests.smartrecruiters_calendar.rotation.stands import A, B
from tests.smartrecruiters_calendar.rotation.world import World as Rotation
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION

__all__ = ["dead"]  # a fixture

VERBS = "smartrecruiters_calendar"
SELECT = Remedy(f"{VERBS}/cli/frame.py", "pulumi stack select dev")
NAMED = Remedy(f"{VERBS}/cli/frame.py", "smartrecruiters-calendar {} --stack dev")
LOG_IN = Remedy(f"{VERBS}/stack/pulumi.py", "pulumi login")
PREVIEW = Remedy(f"{VERBS}/stack/file.py", "pulumi preview --stack {}")
PROFILE = Remedy(f"{VERBS}/cli/record_profile.py", "pulumi config set --path smartrecruiters.profile {}{}")
MADE = Remedy(f"{VERBS}/promotion/tenants.py", "smartrecruiters-calendar new-stack {} --help")
LOOK_AT = Remedy(f"{VERBS}/promotion/report/text.py", "smartrecruiters-calendar recover --stack {}")
UNPROTECT = Remedy(f"{VERBS}/rotation/state.py", "pulumi state unprotect --stack {} --yes {}")


@pytest.fixture
def stack(tmp_path: Path) -> ConfiguredStack:
    return ConfiguredStack(tmp_path)


def test_a_project_in_which_no_stack_is_selected_has_one_by_what_is_printed(
    stack: ConfiguredStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Stopped) as stopped:
        _ = Call("receipt", stack.folder, None, json=False).stack
    assert stopped.value.reason is Reason.STACK_UNKNOWN
    verb.read(NAMED.in_(stopped.value.sentence), "receipt")
    stack.run(SELECT.in_(stopped.value.sentence))
    assert Call("receipt", stack.folder, None, json=False).stack == "dev"


def test_a_shell_that_no_backend_knows_is_logged_in_by_what_is_printed(
    stack: ConfiguredStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What asks a person for an account there asks for a backend in a folder here."""
    monkeypatch.setenv("PATH", stack.environment["PATH"])
    pulumi = Pulumi(stack.folder).with_environment({**stack.environment, "PULUMI_BACKEND_URL": ""})
    with pytest.raises(Stopped) as stopped:
        pulumi.stacks()
    assert stopped.value.reason is Reason.NOT_LOGGED_IN
    stack.run(LOG_IN.in_(stopped.value.sentence))
    assert pulumi.stacks() == ["dev"]


def test_an_entry_that_declares_no_secret_is_named_by_what_the_preview_says(stack: ConfiguredStack) -> None:
    stack.write({**CONFIGURATION, "secrets": [{"issued": "soon", "years": 1}]})
    before = stack.read()
    with pytest.raises(Stopped) as stopped:
        StackFile(stack.folder, "dev").declared()
    assert PREVIEW.in_(stopped.value.sentence) == "pulumi preview --stack dev"
    with pytest.raises(ConfigurationRefused, match=r"secrets\[0\]"):
        stack.check()  # what the program does first
    assert stack.read() == before


def test_a_recorded_profile_is_configured_by_what_is_printed_next(stack: ConfiguredStack) -> None:
    stack.write({**CONFIGURATION, "smartrecruiters": {"channel": "page-requests"}})
    console = Console(file=StringIO(), width=80)
    recorded = RecordedProfile(sentence="Recorded.", profile="acme.profile.yaml")
    record_profile._show(recorded, console, recording=None, stack="dev")
    stack.type(console.file.getvalue(), PROFILE)  # type: ignore[attr-defined]
    assert stack.read() == {
        **CONFIGURATION,
        "smartrecruiters": {"channel": "page-requests", "profile": "acme.profile.yaml"},
    }


def test_a_ring_with_a_tenant_that_has_no_file_leads_to_how_it_is_made(tmp_path: Path) -> None:
    (tmp_path / tenants.FILE).write_text("rings:\n  everyone: [initech]\n")
    with pytest.raises(Stopped) as stopped:
        tenants.load(tmp_path)
    assert "--directory-id" in verb.help_of(MADE.in_(stopped.value.sentence), "new-stack", "initech")


def test_a_tenant_whose_deployment_was_cut_off_is_recovered_by_what_the_promotion_prints(dead: Holder) -> None:
    result = promotion("It is locked.")
    (tenant,) = result.rings[0].tenants
    cut_off = tenant.model_copy(update={"stack": "dev", "needs_attention": True})
    console = Console(file=StringIO(), width=80)
    text.show(result.model_copy(update={"rings": (RingOutcome(ring="everyone", tenants=(cut_off,)),)}), console)
    verb.read(LOOK_AT.in_(console.file.getvalue()), "recover")  # type: ignore[attr-defined]
    left = Recovery(lock=[dead])
    assert [step.deed for step in left.run().steps] == [Action.LOCK_FREED]


def test_a_foreign_programs_outgoing_secret_leaves_by_what_comes_next(tmp_path: Path) -> None:
    world = Rotation(tmp_path, tenant={A, B}, state={A: True, B: True}, output=B, held=B, declared=(A, B))
    line = replace(world.look(), packaged=True).command(RotationStep.FINISH)
    unprotect = UNPROTECT.in_(line)
    _, *words = shlex.split(unprotect.replace(" --stack acme", ""))
    world.run(*(word for word in words if word != "--yes"), "--yes")
    assert world.state == {A: False, B: True}
    assert world.up([B]) == 0  # the program declares it no longer
    assert (world.tenant, world.held) == ({B}, B)
