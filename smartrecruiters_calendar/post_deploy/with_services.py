"""Post-deploy of one stack with its real services: the one way in for the script, a rotation and a promotion.

It puts together what `smartrecruiters_calendar.post_deploy` is given; what is reached and claimed is decided there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from components import clock
from components.settings import SecretSource, Settings
from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.page.choice import choose_channel
from smartrecruiters_calendar.post_deploy.microsoft import MicrosoftCloud
from smartrecruiters_calendar.post_deploy.result import PostDeployResult, not_begun
from smartrecruiters_calendar.post_deploy.run import run
from smartrecruiters_calendar.post_deploy.services import ChannelChoice, PostDeployOptions, Progress, Services
from smartrecruiters_calendar.rooms.expected import choose_expected_rooms
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.stack import Stack, StackFacts
from smartrecruiters_calendar.vault.address import secret_place

Chosen = Callable[[StackFacts], StackFacts]
"""Puts other credentials of the same app in the place of the current ones."""


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """How a stack's post-deploy is run where it is not run as the script runs it."""

    choose: Callable[..., ChannelChoice] = choose_channel
    """`channel_choice.choose_channel`, with who may be asked already filled in."""
    settings: Settings | None = None
    """The configuration, where the caller has read it already."""
    secret_from: SecretSource | None = None
    """Where the current secret is taken from; None: what the configuration says."""
    chosen: Chosen | None = None
    """None: the current credentials. Otherwise they come from the state, and no key vault is asked."""
    pulumi: Pulumi | None = None
    """The CLI, where the caller has found it already."""
    now: Callable[[], datetime] = clock.now


def post_deploy(
    name: str,
    project: Path,
    environment: Mapping[str, str],
    options: PostDeployOptions,
    progress: Progress,
    overrides: Overrides,
) -> PostDeployResult:
    """Reach as many claims as can be reached; what keeps it from beginning is told in the result.

    Args:
        name: of the stack.
        project: the folder of its Pulumi.yaml.
        environment: variables, as `os.environ`.
        options: how long to wait, whether to deliver again.
        progress: is told what is being done.
        way: what differs from running the script.
    """
    microsoft = MicrosoftCloud(environment)
    try:
        progress.step(f"Reading the stack {name}")
        stack = Stack(name, project, overrides.pulumi)
        if overrides.chosen:
            facts = overrides.chosen(stack.read(overrides.settings))
        else:
            facts = stack.read(overrides.settings, vault=microsoft.vault_secret, secret_from=overrides.secret_from)
        channel = overrides.choose(
            facts.settings.smartrecruiters,
            environment,
            stack=name,
            project=project,
            secret_place=None if overrides.chosen else secret_place(facts.settings.vault, name),
        )
        rooms = choose_expected_rooms(
            facts.settings, project, microsoft.rooms_by_operator, from_operator=options.expect_from_operator
        )
    except Stopped as stopped:
        return not_begun(name, stopped)
    return run(facts, Services(microsoft, channel, rooms, stack.keep, overrides.now, progress), options)
