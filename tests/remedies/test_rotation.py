"""What a rotation prints as the next command, typed as printed where nothing was delivered, expired or got lost."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from components.client_secrets import ClientSecret
from components.mistakes import ConfigurationRefused
from smartrecruiters_calendar.outcome import ExitCode, Outcome, Reason, Stopped
from smartrecruiters_calendar.rotation.begin import begin
from smartrecruiters_calendar.stack.file import StackFile
from tests.remedies import verb
from tests.remedies.printed import Remedy
from tests.smartrecruiters_calendar.rotation.stands import A, B, key
from tests.smartrecruiters_calendar.rotation.world import World

ROTATION = "smartrecruiters_calendar/rotation"
ROTATE = Remedy(f"{ROTATION}/revoke.py", "smartrecruiters-calendar rotate auto --now --stack {}")
DELIVER_THE_OTHER = Remedy(f"{ROTATION}/revoke.py", "smartrecruiters-calendar {} --stack {}")
LOOK = Remedy(f"{ROTATION}/auto.py", "smartrecruiters-calendar rotate status --stack {}")
BEGIN = Remedy(f"{ROTATION}/rollback.py", "smartrecruiters-calendar rotate begin --stack {}")
DELIVER_THE_CURRENT = Remedy(f"{ROTATION}/rollback.py", "smartrecruiters-calendar post-deploy --stack {}")
ALL_EXPIRED = Remedy("components/settings.py", "smartrecruiters-calendar rotate begin --stack {}")
REFRESH = Remedy("smartrecruiters_calendar/stack/engine.py", "pulumi refresh --stack {}")
EXPIRED = datetime(2028, 1, 1, 9, tzinfo=UTC)


def refused(act: object) -> Stopped:
    with pytest.raises(Stopped) as stopped:
        act()  # type: ignore[operator]
    return stopped.value


def typed(world: World, line: str) -> Outcome:
    """A command of the stack, as the world's machine runs it."""
    if "auto" in line:
        return world.auto(rotate_now=verb.read(line, "rotate", "auto", stack="acme")["now"])
    if "begin" in line:
        return begin(world.started(), world.look(), now=verb.read(line, "rotate", "begin", stack="acme")["now"])
    if "rollback" in line:
        verb.read(line, "rotate", "rollback", stack="acme")
        return world.rollback()
    given = verb.read(line, "post-deploy", stack="acme")
    return world.deliver(again=given["again"])


def two_secrets(folder: Path, *, held: object) -> World:
    world = World(folder, tenant={A, B}, state={A: True, B: True}, output=B, held=held)  # type: ignore[arg-type]
    world.stack.file.add(ClientSecret(B, years=1))
    return world


def test_a_leaked_secret_that_is_the_only_one_is_revoked_without_an_outage_after_the_rotation(tmp_path: Path) -> None:
    world = World(tmp_path, now=datetime(2027, 1, 1, 9, tzinfo=UTC))
    stopped = refused(lambda: world.revoke(A))
    assert (stopped.reason, world.tenant) == (Reason.CONFIRMATION_NEEDED, {A})
    typed(world, ROTATE.in_(stopped.sentence))
    assert A not in world.tenant
    assert world.knows_held


@pytest.mark.parametrize(("leaked", "other"), [(B, A), (A, B)], ids=["the current one", "the outgoing one"])
def test_a_leaked_secret_that_is_held_is_revoked_without_an_outage_after_the_other_is_delivered(
    leaked: object, other: object, tmp_path: Path
) -> None:
    world = two_secrets(tmp_path, held=leaked)
    stopped = refused(lambda: world.revoke(leaked))  # type: ignore[arg-type]
    assert stopped.reason is Reason.CONFIRMATION_NEEDED
    assert typed(world, DELIVER_THE_OTHER.in_(stopped.sentence)).exit_code is ExitCode.OK
    assert (world.held, world.tenant) == (other, {A, B})
    assert "no outage follows" in world.revoke(leaked).sentence  # type: ignore[arg-type]
    assert (world.held, world.tenant) == (other, {other})


def test_with_nothing_to_go_back_to_another_secret_is_begun(tmp_path: Path) -> None:
    world = World(tmp_path)
    stopped = refused(world.rollback)
    assert stopped.reason is Reason.NO_OUTGOING_SECRET
    assert typed(world, BEGIN.in_(stopped.sentence)).reason is None
    assert (world.declared, world.held, world.tenant) == ([A, B], A, {A})


def test_after_a_rollback_the_current_secret_is_delivered_again_by_what_comes_next(tmp_path: Path) -> None:
    world = two_secrets(tmp_path, held=B)
    back = world.rollback()
    assert (world.held, back.exit_code) == (A, ExitCode.OK)
    assert back.next
    assert typed(world, DELIVER_THE_CURRENT.in_(back.next)).exit_code is ExitCode.OK
    assert (world.held, world.declared, world.tenant) == (B, [A, B], {A, B})


def test_where_every_secret_has_ended_the_command_declares_one_that_is_valid(tmp_path: Path) -> None:
    world = World(tmp_path, now=EXPIRED)
    with pytest.raises(ConfigurationRefused) as ended:
        world.look().settings.check_validity(EXPIRED, "acme")
    typed(world, ALL_EXPIRED.in_(str(ended.value.for_stack("acme"))))
    assert world.look().settings.check_validity(EXPIRED, "acme") == []
    assert (world.declared, world.tenant) == ([A, EXPIRED.date()], {A})


def test_a_secret_about_to_end_is_told_with_the_command_that_declares_the_next_one(tmp_path: Path) -> None:
    world = World(tmp_path)
    (warning,) = world.look().settings.check_validity(world.now, "acme")
    typed(world, ALL_EXPIRED.in_(warning))
    assert world.look().settings.check_validity(world.now, "acme") == []


def test_a_step_that_stays_due_is_named_by_what_the_rotation_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where another program rewrites the stack file: what was begun is gone again."""
    world = World(tmp_path)
    monkeypatch.setattr(StackFile, "add", lambda *_: None)
    stuck = world.auto()
    assert (stuck.reason, world.tenant) == (Reason.UPDATE_FAILED, {A})
    verb.read(LOOK.in_(stuck.sentence), "rotate", "status", stack="acme")
    assert world.look().next_command == "smartrecruiters-calendar rotate begin --stack acme"


def test_a_revoked_key_that_the_state_still_lists_leaves_it_by_the_refresh_that_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = two_secrets(tmp_path, held=B)
    with monkeypatch.context() as broken:
        broken.setattr(world, "show", lambda *_, **__: 255)
        stopped = refused(lambda: world.revoke(A))
    assert (stopped.reason, set(world.state), world.tenant) == (Reason.UPDATE_FAILED, {A, B}, {B})
    assert REFRESH.in_(stopped.sentence) == "pulumi refresh --stack acme"
    for urn in [secret.urn for secret in world.look().deployed]:  # which reads each of them
        world.show("refresh", urn)
    assert (set(world.state), world.held) == ({B}, B)
    assert key(B) == world.shared.by_receipt
