"""A stack at any point of its secrets' life, its file in a folder, and a `pulumi` that only notes what it is asked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import Secret

from components import configuration
from components.declared_resources import STACK
from smartrecruiters_calendar.rotation.state import RotationState
from smartrecruiters_calendar.stack.engine import Engine
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.receipt_log import ReceiptLog
from smartrecruiters_calendar.stack.receipts import Delivery, Receipt
from smartrecruiters_calendar.stack.state import APPLICATION, SECRET, DeployedSecret, Deployment, Resource
from tests.smartrecruiters_calendar.stack_values import CLIENT, CONFIGURATION, TENANT

A, B, C = date(2026, 12, 1), date(2027, 11, 10), date(2028, 11, 1)
NOW = datetime(2027, 11, 10, 9, tzinfo=UTC)


def key(issued: date) -> str:
    return f"{issued:%Y%m%d}-{getattr(issued, 'number', 1) - 1:04}-4000-8000-000000000000"


def deployed(issued: date, *, protected: bool = True, years: int = 1) -> DeployedSecret:
    ends = datetime(issued.year + years, issued.month, issued.day, tzinfo=UTC)
    return DeployedSecret(f"urn:pulumi:acme::…::smartrecruiters-secret-{issued}", key(issued), issued, ends, protected)


def delivery(issued: date) -> Delivery:
    return Delivery(
        key_id=key(issued),
        client_id=CLIENT,
        tenant_id=TENANT,
        channel="page-requests",
        page="https://page.example",
        address="https://page.example",
        at=NOW,
    )


def receipt(issued: date | None) -> Receipt:
    return Receipt(held=delivery(issued) if issued else None, checked_at=NOW)


def situation(
    declared: list[date],
    in_state: list[DeployedSecret],
    held: date | None,
    *,
    output: date | None = None,
    now: datetime = NOW,
    no_receipt: bool = False,
    **configured: Any,
) -> RotationState:
    """`output` is the secret that the stack's outputs name; the newest in the state unless given."""
    newest_first = sorted(in_state, key=lambda secret: secret.issued, reverse=True)
    named = output or (newest_first[0].issued if newest_first else None)
    secrets = [{"issued": day.isoformat(), "years": 1} for day in declared]
    return RotationState(
        "acme",
        configuration.parse(CONFIGURATION | {"secrets": secrets} | configured),
        deployment(newest_first, named),
        None if no_receipt else receipt(held),
        now,
    )


def deployment(secrets: list[DeployedSecret], current: date | None) -> Deployment:
    """The state that holds these secrets; `current` is the one that its outputs name."""
    outputs = {"secretKeyId": key(current)} if current else {}
    return Deployment(
        (
            Resource("urn:pulumi:acme::p::pulumi:pulumi:Stack::p-acme", STACK, outputs=outputs),
            Resource("urn:pulumi:acme::p::app::app", APPLICATION, "/applications/app-object"),
            *(
                Resource(
                    one.urn,
                    SECRET,
                    f"app/password/{one.key_id}",
                    one.protected,
                    outputs={"endDate": one.ends.isoformat(), "displayName": one.name}
                    | ({"value": Secret(one.value.get_secret_value())} if one.value else {}),
                )
                for one in secrets
            ),
        )
    )


@dataclass
class NotingPulumi(Pulumi):
    """Answers what was set; otherwise an empty document."""

    project: Path
    answers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    """Exit codes of the coming `show` calls; 0 when there are no more."""
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> Mapping[str, str]:
        return {"XDG_CACHE_HOME": str(self.project / "cache")}

    @property
    def changes(self) -> list[str]:
        """What was asked, but for what only reads."""
        return [asked for asked in self.asked if not asked.startswith(("stack tag ls", "stack export"))]

    def run(self, *arguments: str, stack: str | None = None, environment: Mapping[str, str] | None = None) -> str:
        words = " ".join(arguments)
        self.asked.append(words)
        if arguments[:3] == ("stack", "tag", "set"):
            self.tags[arguments[3]] = arguments[4]
        if arguments[:3] == ("stack", "tag", "ls") and "stack tag ls" not in self.answers:
            return json.dumps(self.tags)
        return next((answer for start, answer in self.answers.items() if words.startswith(start)), "{}")

    def show(self, *arguments: str, stack: str | None = None, environment: Mapping[str, str] | None = None) -> int:
        self.asked.append(" ".join(arguments))
        return self.codes.pop(0) if self.codes else 0


def stack_in(folder: Path, declared: list[date], held: date | None = None) -> tuple[Engine, NotingPulumi]:
    """A stack with this file; `held` is what its tags name as delivered."""
    entries = "".join(f'    - issued: "{day}" # kept\n      years: 1\n' for day in declared)
    others = "".join(
        f"  {key}: {json.dumps(value)}\n" for key, value in CONFIGURATION.items() if key not in ("secrets", "owners")
    )
    (folder / "Pulumi.yaml").write_text("name: smartrecruiters-calendar\n")
    (folder / "Pulumi.acme.yaml").write_text(
        f"# reviewed\nconfig:\n  smartrecruiters-calendar:secrets:\n{entries}  # what follows\n"
        f"  smartrecruiters-calendar:owners: {CONFIGURATION['owners']}\n{others}"
    )
    pulumi = NotingPulumi(folder, tags=dict(ReceiptLog({}).tags_of(delivery(held))) if held else {})
    return Engine(StackName.parse("acme"), folder, pulumi), pulumi
