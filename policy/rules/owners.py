"""Application and service principal have configured owners; two are better than one."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.declared_resources import APPLICATION, SERVICE_PRINCIPAL, UNKNOWN, Declared, entries
from policy.rule import ResourceRule, Violation


def _owners(declared: Declared) -> list[Any]:
    return entries(declared.properties.get("owners"))


def _check_configured(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Violation]:
    if declared.type not in (APPLICATION, SERVICE_PRINCIPAL):
        return
    owners = _owners(declared)
    if not owners or UNKNOWN in owners:
        yield Violation(
            declared,
            "an owner is known only after deploying." if owners else "it has no configured owner.",
            f"pulumi config set --stack {declared.stack} --path 'owners[0]' <the deployer's object ID>",
        )


def _check_two(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Violation]:
    if declared.type == APPLICATION and len(_owners(declared)) == 1:
        yield Violation(
            declared,
            "it has one owner.",
            f"pulumi config set --stack {declared.stack} --path 'owners[1]' <object ID of a second owner>",
        )


OWNERS_CONFIGURED = ResourceRule(
    name="owners-configured",
    demands="Application and service principal have owners from the configuration.",
    why="Without them the deployer cannot manage what it created (Application.ReadWrite.OwnedBy), and nobody is "
    "responsible for the app.",
    severity="high",
    check=_check_configured,
)

TWO_OWNERS = ResourceRule(
    name="two-owners",
    demands="The application has at least two owners.",
    why="When the only owner is deleted, only an administrator can rotate the secret.",
    severity="low",
    advisory=True,
    check=_check_two,
)
