"""Post-deploy as a part of a rotation: on the stack's outputs as they are now, or on the outgoing secret."""

import os
from collections.abc import Callable
from pathlib import Path

from components import clock
from integration.expected_rooms import choose_expected_rooms
from integration.graph.connection import MicrosoftCloud
from integration.post_deploy.result import PostDeployResult, not_begun
from integration.post_deploy.run import run
from integration.post_deploy.services import ChannelChoice, Progress, Services, Wish
from integration.reasons import Stopped
from integration.stacks import Stack, StackFacts


def post_deploy(
    name: str,
    project: Path,
    wish: Wish,
    progress: Progress,
    choose: Callable[..., ChannelChoice],
    chosen: Callable[[StackFacts], StackFacts] | None = None,
) -> PostDeployResult:
    """Reach as many claims as can be reached, as `scripts/post_deploy.py` does.

    Args:
        name: of the stack.
        project: the folder of its Pulumi.yaml.
        wish: how long to wait, whether to deliver again.
        progress: is told what is being done.
        choose: `channel_choice.choose_channel`, with who may be asked already filled in.
        chosen: puts other credentials of the same app in the place of the current ones, which are then not read from a
            key vault. None: the current ones, from where the stack's configuration says.
    """
    microsoft = MicrosoftCloud(os.environ)
    try:
        progress.step(f"Reading the stack {name}")
        stack = Stack(name, project)
        facts = chosen(stack.read()) if chosen else stack.read(vault=microsoft.vault_secret)
        channel = choose(facts.settings.smartrecruiters, os.environ, stack=name, project=project)
        rooms = choose_expected_rooms(facts.settings, project, microsoft.rooms_by_operator, from_operator=False)
    except Stopped as stopped:
        return not_begun(name, stopped)
    return run(facts, Services(microsoft, channel, rooms, stack.keep, clock.now, progress), wish)
