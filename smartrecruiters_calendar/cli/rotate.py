"""rotate: the next client secret works and is delivered before the outgoing one is removed."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console

from components import clock
from smartrecruiters_calendar.cli.frame import All, Call, Verb, Wait, Yes
from smartrecruiters_calendar.outcome import Outcome, Reason, Stopped
from smartrecruiters_calendar.stack.name import StackName

if TYPE_CHECKING:
    from smartrecruiters_calendar.post_deploy.result import PostDeployResult
    from smartrecruiters_calendar.post_deploy.run import Chosen
    from smartrecruiters_calendar.rotation.result import RotationResult
    from smartrecruiters_calendar.rotation.status import AllStacksStatus, StackStatus
    from smartrecruiters_calendar.stack.engine import Engine
    from smartrecruiters_calendar.stack.state import Deployment

PARALLEL: Final = 4
"""Stacks that `status --all` reads at the same time: each takes two short CLI invocations."""


def status(call: Call, every: All = False) -> Outcome:
    """Show the secrets on a timeline and report what is due. Use --all in a scheduled job."""
    if every and call.named:
        raise typer.BadParameter("name one stack with --stack, or all of them with --all, not both")
    call.progress.step("Reading every stack" if every else f"Reading the stack {call.stack}")
    from smartrecruiters_calendar.rotation.status import combine

    if not every:
        return _status(call, call.stack)
    with ThreadPoolExecutor(PARALLEL) as pool:
        return combine(list(pool.map(partial(_status, call), call.pulumi.stacks())))


def begin(
    call: Call,
    years: Annotated[int | None, typer.Option(min=1, max=2, help="Lifetime in years: 1 or 2.")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=731, help="Lifetime in days, if policy allows less.")] = None,
    now: Annotated[
        bool, typer.Option("--now", help="Declare another one even if the current one was issued today.")
    ] = False,
) -> Outcome:
    """Declare the next secret in Pulumi.STACK.yaml, for review. Its lifetime is the current one's by default."""
    if years is not None and days is not None:
        raise typer.BadParameter("give the lifetime as --years or as --days, not both")
    engine = _engine(call)
    from smartrecruiters_calendar.rotation import begin as begin_verb
    from smartrecruiters_calendar.rotation.state import read_state

    return begin_verb.begin(engine, read_state(engine, clock.now()), years=years, days=days, now=now)


def finish(call: Call, wait: Wait = 120.0) -> Outcome:
    """Prove the current secret, and stop declaring the outgoing one."""
    engine = _engine(call)
    from smartrecruiters_calendar.rotation import finish as finish_verb
    from smartrecruiters_calendar.rotation.state import read_state
    from smartrecruiters_calendar.stack.stack import delivers_from_state

    state = read_state(engine, clock.now(), delivers_from_state)
    prove = partial(_delivery(call, engine, wait, state.deployment), prove=True)
    return finish_verb.finish(engine, state, prove, call.progress.wait)


def auto(
    call: Call,
    now: Annotated[bool, typer.Option("--now", help="Rotate even if the current secret does not expire soon.")] = False,
    commit: Annotated[
        bool, typer.Option("--commit", help="Commit each change, and continue once the deployed branch declares it.")
    ] = False,
    deployed_branch: Annotated[str, typer.Option(help="Branch that the stack is deployed from.")] = "origin/main",
    deployed_from_here: Annotated[
        bool, typer.Option("--deployed-from-here", help="Only this checkout deploys the stack. Not in CI.")
    ] = False,
    wait: Wait = 120.0,
) -> Outcome:
    """Run a whole rotation, step by step, if one is due. Safe to interrupt and rerun."""
    engine = _engine(call)
    from smartrecruiters_calendar.cli.terminal import in_pipeline, person_at_terminal
    from smartrecruiters_calendar.page.person import Nobody
    from smartrecruiters_calendar.rotation.auto import AutoRotation
    from smartrecruiters_calendar.rotation.checkout import Checkout
    from smartrecruiters_calendar.rotation.state import read_state

    person = person_at_terminal(call.progress)
    if not commit and not (deployed_from_here and not in_pipeline()) and isinstance(person, Nobody):
        raise Stopped(
            Reason.COMMIT_NEEDED,
            "There is no terminal, so the change to the stack's file would be lost, and the next run from git "
            "would remove the secret in use: run this again with --commit.",
        )
    checkout = Checkout(engine.file, deployed_branch) if commit else None
    read, deliver = (lambda: read_state(engine, clock.now())), _delivery(call, engine, wait)
    prove = partial(deliver, prove=True)
    return AutoRotation(engine, read, deliver, prove, call.progress.step, checkout).run(rotate_now=now)


def rollback(call: Call, wait: Wait = 120.0) -> Outcome:
    """Deliver the outgoing secret again if the current one fails."""
    engine = _engine(call)
    from smartrecruiters_calendar.rotation import rollback as rollback_verb
    from smartrecruiters_calendar.rotation.state import read_state

    state = read_state(engine, clock.now(), secrets=lambda _: True)
    return rollback_verb.rollback(engine, state, _delivery(call, engine, wait, state.deployment))


def revoke(
    call: Call,
    key_id: Annotated[str, typer.Argument(help="Key ID of the leaked secret.", metavar="KEYID")],
    yes: Yes = False,
) -> Outcome:
    """Remove a leaked key from the tenant at once. Without --yes, only describe the outage that follows."""
    engine = _engine(call)
    from smartrecruiters_calendar.entra.tenant import Tenant
    from smartrecruiters_calendar.rotation import revoke as revoke_verb
    from smartrecruiters_calendar.rotation.state import read_state

    directory_id = engine.settings().directory_id
    call.progress.step("Signing in as the deployer")
    with Tenant.sign_in(os.environ, directory_id) as tenant:
        return revoke_verb.revoke(
            engine,
            lambda: read_state(engine, clock.now()),
            tenant.directory,
            key_id,
            agreed=yes,
            wait=call.progress.wait,
        )


def _engine(call: Call) -> "Engine":
    call.progress.step(f"Reading the stack {call.stack}")
    from smartrecruiters_calendar.stack.engine import Engine

    return Engine(call.stack, call.project)


def _delivery(
    call: Call, engine: "Engine", wait: float, deployment: "Deployment | None" = None
) -> "Callable[..., PostDeployResult]":
    """Runs post-deploy; `deployment`: the state with its secrets, where it is read already."""
    from smartrecruiters_calendar.cli.terminal import person_at_terminal
    from smartrecruiters_calendar.page.choice import choose_channel
    from smartrecruiters_calendar.post_deploy.run import Overrides, post_deploy
    from smartrecruiters_calendar.post_deploy.services import PostDeployOptions

    choose = partial(choose_channel, person=person_at_terminal(call.progress))

    def deliver(
        chosen: "Chosen | None" = None, before_save: Callable[[], None] | None = None, *, prove: bool = False
    ) -> "PostDeployResult":
        overrides = Overrides(
            choose=choose, chosen=chosen, before_save=before_save, stack=engine, deployment=deployment
        )
        options = PostDeployOptions(wait_seconds=wait, prove=prove)
        return post_deploy(call.stack, call.project, os.environ, options, call.progress, overrides)

    return deliver


def _status(call: Call, stack: StackName) -> "StackStatus":
    from smartrecruiters_calendar.rotation.state import read_state
    from smartrecruiters_calendar.rotation.status import status_of, unreadable
    from smartrecruiters_calendar.stack.engine import Engine

    now = clock.now()
    try:
        return status_of(read_state(Engine(stack, call.project), now))
    except Stopped as stopped:
        return unreadable(stack, stopped, now)


def _draw(outcome: "StackStatus | AllStacksStatus", console: Console) -> None:
    from smartrecruiters_calendar.rotation import report
    from smartrecruiters_calendar.rotation.status import AllStacksStatus

    for one in outcome.stacks if isinstance(outcome, AllStacksStatus) else (outcome,):
        report.show_status(one, console)
        if isinstance(outcome, AllStacksStatus):
            console.print()


def _show(result: "RotationResult", console: Console) -> None:
    from smartrecruiters_calendar.rotation import report

    report.show_result(result, console)


def _stopped(verb: str, stack: str, why: Stopped) -> Outcome:
    from smartrecruiters_calendar.rotation.result import stopped_short

    return stopped_short(stack, verb, why)


class _Rotate:
    verbs: Final = {
        "status": Verb(
            function=status, show=_draw, examples=("rotate status --stack acme", "rotate status --all --json")
        ),
        **{
            function.__name__: Verb(
                function=function,
                show=_show,
                stopped=partial(_stopped, function.__name__),
                interrupted="Run it again: it continues from the stack's present state.",
                alone=True,
                examples=(example,),
            )
            for function, example in (
                (begin, "rotate begin --stack acme"),
                (finish, "rotate finish --stack acme"),
                (auto, "rotate auto --stack acme --commit"),
                (rollback, "rotate rollback --stack acme"),
                (revoke, 'rotate revoke "$KEY_ID" --stack acme'),
            )
        },
    }

    def command(self, name: str) -> Any:
        app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
        for verb, one in self.verbs.items():
            one.add_to(app, verb, group=name)
        lines = "\n".join(f"  smartrecruiters-calendar {one.examples[0]}" for one in self.verbs.values())
        app.callback(epilog=f"\b\nExamples:\n{lines}\n\nEvery command is safe to rerun.", no_args_is_help=True)(_rotate)
        return typer.main.get_command(app)


def _rotate() -> None:
    """Replace a stack's client secret without downtime: the next one works before the outgoing one is removed."""


VERB = _Rotate()
