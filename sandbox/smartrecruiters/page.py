"""The settings page's working parts for one running sandbox: its memory, its accounts, and the loads under way."""

import asyncio
import ssl
from dataclasses import replace
from datetime import datetime
from typing import Final

import httpx

from sandbox.core.context import Context
from sandbox.core.messages import SMARTRECRUITERS_AGENT
from sandbox.smartrecruiters.accounts import passwords
from sandbox.smartrecruiters.address_book import equipment
from sandbox.smartrecruiters.errors import PageError
from sandbox.smartrecruiters.faults import PageFault, PageFaults
from sandbox.smartrecruiters.resource_loader import Loaded, Office365
from sandbox.smartrecruiters.state import Integration, State
from sandbox.smartrecruiters.variant import MOVED_TAB, OTHER, TAB, USUAL, Labels, Markup

MICROSOFT_SECONDS: Final = 60.0
"""Longest wait of the product for one answer of Entra or Graph."""

_CUT_AT: Final = 100


class IntegrationPage:
    def __init__(self, context: Context) -> None:
        self.state = State(context.store)
        self.state.end_loads_cut_short()
        self.faults = PageFaults(context.store)
        self.passwords = passwords(context.home)
        self._context = context
        self._trust = ssl.create_default_context(cafile=context.trust_file)
        self._loads: set[asyncio.Task[None]] = set()
        self.persons: set[str] = set()
        """Cookies of visitors who have proved to the bot protection that they are persons."""
        self.asserted: dict[str, str] = {}
        """What the identity provider said and nobody has used yet: to whose e-mail address."""

    def now(self) -> datetime:
        return self._context.clock.now()

    @property
    def labels(self) -> Labels:
        return OTHER if self.faults.on(PageFault.OTHER_LABELS) else USUAL

    @property
    def tab(self) -> str:
        return MOVED_TAB if self.faults.on(PageFault.MOVED_TAB) else TAB

    @property
    def markup(self) -> Markup:
        if self.faults.on(PageFault.SLOTTED_LABELS):
            return Markup.SLOTTED
        return Markup.COMPONENTS if self.faults.on(PageFault.WEB_COMPONENTS) else Markup.PLAIN

    @property
    def origin(self) -> str:
        return self._context.base_url

    @property
    def identity_provider(self) -> str:
        """The origin of the companies' identity provider: this server, by another name."""
        return self._context.base_url.replace("localhost", "127.0.0.1")

    def begin_load(self, company: str, integration: Integration) -> str:
        """Start to load the company's resources in the background; the load's id.

        Raises:
            PageError: `ALREADY_LOADING`.
        """
        load = self.state.begin_load(company)
        task = asyncio.create_task(self._load(load, integration))
        self._loads.add(task)  # the event loop itself keeps no strong reference
        task.add_done_callback(self._loads.discard)
        return load

    def _equipment(self, directory_id: str) -> list[tuple[str, str]]:
        return equipment(self._context.store, directory_id)

    async def _load(self, load: str, integration: Integration) -> None:
        outcome: Loaded | PageError = PageError(500, "INTERNAL_ERROR", "Something went wrong. Please try again later.")
        try:
            await asyncio.sleep(self.faults.delay)
            async with httpx.AsyncClient(
                verify=self._trust,
                timeout=MICROSOFT_SECONDS,
                trust_env=False,
                headers={"User-Agent": SMARTRECRUITERS_AGENT},
            ) as client:
                office = Office365(client, self._context.base_url, integration.fields)
                found = await office.load(integration.saved_by, self._context.issue_delegated_token, self._equipment)
            outcome = self._shown(found)
        except PageError as error:
            outcome = error
        finally:
            # Also after an unforeseen error: a load that never ends would hang everyone who waits for it.
            self.state.end_load(load, outcome)

    def _shown(self, found: Loaded) -> Loaded:
        if self.faults.on(PageFault.NO_ROOMS):
            return Loaded((), ())
        if self.faults.on(PageFault.CUT_AT_100):
            return replace(found, resources=found.resources[:_CUT_AT])
        return found
