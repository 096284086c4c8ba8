"""The name of a stack, parsed once: `dev`, `org/dev` and `org/project/dev` are one and the same stack of a project.

Files, key names, vault places, tags, reports and caches bear its last part; only the CLI is given the whole name.
"""

import re
from dataclasses import dataclass, field
from typing import Final, Self

from smartrecruiters_calendar.outcome import Reason, Stopped

_PART: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""What Pulumi accepts as the name of an organization, a project or a stack.

Source: `ValidateStackName` of pulumi/pkg/v3/backend/state and `ValidateProjectName` of pulumi/sdk/go/common/tokens.
"""


@dataclass(frozen=True)
class StackName:
    """A stack's name. Two names are equal when they name the same stack of one project; `str` is the last part."""

    short: str
    """The last part, e.g. `dev`."""
    qualified: str = field(compare=False)
    """As it was given, for `pulumi --stack`: on a backend with organizations the short one may not be enough."""
    project: str | None = field(default=None, compare=False)
    """The project's part, where one was given."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `stack`, `organization/stack` or `organization/project/stack`.

        Raises:
            Stopped: it is not the name of a stack (`stack-unknown`).
        """
        parts = text.split("/")
        if len(parts) > 3 or not all(_PART.fullmatch(part) for part in parts):
            raise Stopped(
                Reason.STACK_UNKNOWN,
                f"{text!r} is not the name of a stack. Use one that `pulumi stack ls` lists, such as dev, "
                "organization/dev or organization/project/dev: letters, digits, hyphens, underscores and periods.",
            )
        return cls(parts[-1], text, parts[1] if len(parts) == 3 else None)

    def __str__(self) -> str:
        return self.short
