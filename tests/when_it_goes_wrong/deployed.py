"""A deployed stack in front of a whole sandbox, both in this process: every request is a real one, over TLS."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pytest

from components import configuration
from sandbox.graph import faults
from sandbox.seed import creation
from sandbox.seed.constants import CONTOSO
from sandbox.smartrecruiters import write_session
from sandbox.smartrecruiters.accounts import ACCOUNTS, ADMINISTRATOR
from sandbox.smartrecruiters.faults import PageFault, PageFaults
from sandbox.smartrecruiters.state import State
from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.page.choice import choose_channel
from smartrecruiters_calendar.post_deploy.microsoft import MicrosoftCloud
from smartrecruiters_calendar.post_deploy.result import PostDeployResult, not_begun
from smartrecruiters_calendar.post_deploy.run import run
from smartrecruiters_calendar.post_deploy.services import PostDeployOptions, Services
from smartrecruiters_calendar.rooms.expected import choose_expected_rooms
from smartrecruiters_calendar.stack.receipt_log import ReceiptLog
from smartrecruiters_calendar.stack.receipts import Receipt
from smartrecruiters_calendar.stack.stack import Outputs, StackFacts
from tests.sandbox.smartrecruiters.company import Company
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, OUTPUTS
from tests.smartrecruiters_calendar.tag_store import deliveries

Channel: TypeAlias = Literal["page-requests", "browser"]
PROJECT = Path(__file__).resolve().parents[2]
ROOMS = ("boardroom@contoso.example", "atrium@contoso.example")
START = datetime(2026, 12, 1, 9, tzinfo=UTC)


@dataclass
class Deployed:
    """A stack, the sandbox around it, and the tags that its runs leave."""

    company: Company
    environment: dict[str, str]
    expects: tuple[str, ...] = ROOMS
    saved_by: str | None = ADMINISTRATOR
    channel: Channel = "page-requests"
    tags: dict[str, str] = field(default_factory=dict)
    now: datetime = START

    @classmethod
    @contextmanager
    def beside(cls, company: Company, monkeypatch: pytest.MonkeyPatch) -> Iterator["Deployed"]:
        """Start before any delivery."""
        context = company.sandbox.context
        operator = creation.read_credentials(context.home)[CONTOSO.name]["operator"]
        environment = {
            "ARM_METADATA_HOSTNAME": context.base_url.removeprefix("https://"),
            "AZURE_TENANT_ID": CONTOSO.id,
            "AZURE_CLIENT_ID": operator["clientId"],
            "AZURE_CLIENT_SECRET": operator["clientSecret"],
            "SSL_CERT_FILE": str(context.home.trust),
            "SMARTRECRUITERS_ADDRESS": f"{context.base_url}/smartrecruiters",
            "SMARTRECRUITERS_SESSION_FILE": str(context.home.session),
            "SMARTRECRUITERS_PICTURES": str(context.home.path / "pictures"),
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
        deployed = cls(company, os.environ | environment)
        deployed.repair()
        context.store.execute("DELETE FROM smartrecruiters_integrations")
        yield deployed
        deployed.repair()

    # Faults

    def repair(self) -> None:
        """Remove every fault and sign an administrator in."""
        self.expects, self.saved_by = ROOMS, ADMINISTRATOR
        faults.put(self._store, self.company.tenant, faults.NONE)
        self.page.clear()
        self.sign_in(ADMINISTRATOR)
        until = time.monotonic() + 30
        while self._store.one("SELECT 1 FROM smartrecruiters_loads WHERE status = 'RUNNING'"):
            assert time.monotonic() < until, "a load that was begun does not end"
            time.sleep(0.02)

    def sign_in(self, account: str) -> None:
        """Save the session of an account of SmartRecruiters."""
        write_session(self.company.sandbox.context, self.session_file, account)

    def switch(self, fault: PageFault, seconds: float = 0.2) -> None:
        self.page.switch(fault, on=True, seconds=seconds)

    def microsoft(self, **what: float | str) -> None:
        """Switch faults of Entra and Graph."""
        faults.change(self._store, self.company.tenant, **what)

    @property
    def page(self) -> PageFaults:
        return PageFaults(self._store)

    @property
    def session_file(self) -> Path:
        return Path(self.environment["SMARTRECRUITERS_SESSION_FILE"])

    # What a run leaves

    @property
    def receipt(self) -> Receipt | None:
        return ReceiptLog(self.tags).receipt

    @property
    def holds_the_current_secret(self) -> bool:
        """Whether SmartRecruiters has exactly the deployed credentials in force."""
        saved = State(self._store).integration(ACCOUNTS[ADMINISTRATOR].company)
        wanted = self.company.credentials
        return saved is not None and (saved.fields.client_id, saved.fields.client_secret, saved.fields.tenant_id) == (
            wanted.client_id,
            wanted.client_secret.get_secret_value(),
            wanted.tenant_id,
        )

    def run(self, options: PostDeployOptions | None = None) -> PostDeployResult:
        self.now += timedelta(hours=1)
        options, facts, cloud = (
            options or PostDeployOptions(wait_seconds=0),
            self._facts(),
            MicrosoftCloud(self.environment),
        )
        try:
            channel = choose_channel(
                facts.settings.smartrecruiters, self.environment, stack=facts.stack, project=PROJECT, agreed=True
            )
        except Stopped as stopped:
            return not_begun(facts.stack, stopped)
        rooms = choose_expected_rooms(
            facts.settings, PROJECT, cloud.rooms_by_operator, from_operator=options.expect_from_operator
        )
        written = deliveries(lambda: dict(self.tags), self.tags.__setitem__)
        return run(facts, Services(cloud, channel, rooms, written, lambda _: None, lambda: self.now, self), options)

    def _facts(self) -> StackFacts:
        credentials = self.company.credentials
        deployed = {"clientId": credentials.client_id, "clientSecret": credentials.client_secret.get_secret_value()}
        smartrecruiters: dict[str, Any] = {"channel": self.channel, "profile": "sandbox/smartrecruiters/profile.yaml"}
        if self.saved_by:
            smartrecruiters["savedBy"] = self.saved_by
        configured = {"expectedRooms": list(self.expects), "smartrecruiters": smartrecruiters}
        return StackFacts(
            "dev",
            Outputs.model_validate(OUTPUTS | deployed),
            configuration.parse(CONFIGURATION | configured),
            self.receipt,
            bool(ReceiptLog(self.tags).under_way),
        )

    def step(self, text: str) -> None:
        """Progress is ignored."""

    wait = step

    def count(self, done: int, total: int) -> None:
        """Progress is ignored."""

    @property
    def _store(self) -> Any:
        return self.company.sandbox.context.store
