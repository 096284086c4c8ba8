"""Secrets of production stacks cannot be removed or replaced by accident."""

from collections.abc import Iterator, Mapping
from typing import Any

from policy.rule import SECRET, Declared, Finding, ResourceRule, Setting


def _check(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Finding]:
    if declared.type == SECRET and not declared.protect and declared.stack not in settings["unprotectedStacks"]:
        yield Finding(
            declared,
            f"it is not protected, and {declared.stack} is a production stack.",
            f"pulumi config rm protectSecrets --stack {declared.stack}",
        )


PROTECTED_SECRETS = ResourceRule(
    name="protected-secrets",
    demands="Client secrets of production stacks are protected.",
    why="Removing the secret that SmartRecruiters holds stops every booking, and its value cannot be had back.",
    severity="high",
    settings={
        "unprotectedStacks": Setting(
            default=["dev"],
            schema={"type": "array", "items": {"type": "string"}},
            meaning="stacks that are not production",
        )
    },
    check=_check,
)
