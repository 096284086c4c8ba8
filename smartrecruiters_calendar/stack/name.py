"""The name of a stack, parsed once: `dev`, `org/dev` and `org/project/dev` are one and the same stack of a project.

Files, key names, vault places, tags, reports and caches bear its last part; only the CLI is given the whole name.
"""

import re
from typing import Final, Self

from smartrecruiters_calendar.outcome import Reason, Stopped

_PART: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""What Pulumi accepts as the name of an organization, a project or a stack.

Source: `ValidateStackName` of pulumi/pkg/v3/backend/state and `ValidateProjectName` of pulumi/sdk/go/common/tokens.
"""


def is_name(text: str) -> bool:
    """Whether it may be the name of an organization, a project or a stack; one of periods alone is a folder's."""
    return _PART.fullmatch(text) is not None and text.strip(".") != ""


def is_plain_name(text: str) -> bool:
    """Whether a stack may be given this name here: one that no command takes for an option, and no listing hides."""
    return is_name(text) and text[0].isalnum()


class StackName(str):
    """A stack's name. As a text it is the last part, so that whatever is named after a stack is named alike.

    Two names are equal when they name the same stack of one project.
    """

    __slots__ = ("project", "qualified")

    qualified: str
    """As it was given, for `pulumi --stack`: on a backend with organizations the last part may not be enough."""
    project: str | None
    """The project's part, where one was given."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `stack`, `organization/stack` or `organization/project/stack`.

        Raises:
            Stopped: it is not the name of a stack (`stack-unknown`).
        """
        if isinstance(text, cls):
            return text
        parts = text.split("/")
        if len(parts) > 3 or not all(map(is_name, parts)):
            raise Stopped(
                Reason.STACK_UNKNOWN,
                f"{text!r} is not the name of a stack. Use one that `pulumi stack ls` lists, such as dev, "
                "organization/dev or organization/project/dev: letters, digits, hyphens, underscores and periods.",
            )
        name = cls(parts[-1])
        name.qualified, name.project = text, parts[1] if len(parts) == 3 else None
        return name
