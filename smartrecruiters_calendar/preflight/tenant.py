"""The tenant as preflight sees it: asked as the deployer, and where it may not look, as the operator.

Every answer tells who gave it. Signing in happens when an identity is first needed, once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import httpx
from azure.core.credentials import TokenCredential

from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import EntraRefused, EntraUnreachable, GraphRefused
from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.preflight.finding import AnsweredBy

T = TypeVar("T")

SignIn = Callable[[], Directory]
"""May raise `EntraRefused`, `EntraUnreachable` or `Stopped`."""

FindCredential = Callable[[], TokenCredential]
"""May raise `Stopped`: half an identity is configured."""

_ORDER: Final = (AnsweredBy.DEPLOYER, AnsweredBy.OPERATOR)


class NotAllowed(Exception):
    """Neither identity may look; the message says what kept each."""


@dataclass(frozen=True)
class Answer(Generic[T]):
    """What was answered, and as whom it was asked."""

    value: T
    by: AnsweredBy


class Tenant:
    """The stack's tenant, seen by both identities; close it when done."""

    def __init__(
        self,
        cloud: Cloud,
        sign_in: Mapping[AnsweredBy, SignIn],
        find_credential: Mapping[AnsweredBy, FindCredential],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Nothing is asked yet.

        Args:
            cloud: where Entra and Graph are.
            sign_in: how each identity signs in to Graph.
            find_credential: what each identity signs in to other services with.
            transport: takes the place of the network, in tests.
        """
        self.cloud = cloud
        self.transport = transport
        self._sign_in = sign_in
        self._find_credential = find_credential
        self._seen: dict[AnsweredBy, Directory] = {}

    def close(self) -> None:
        """Close the connections."""
        for directory in self._seen.values():
            directory.close()

    def credential(self, identity: AnsweredBy) -> TokenCredential:
        """What an identity signs in to other services with, Azure among them.

        Raises:
            Stopped: half an identity is configured.
        """
        return self._find_credential[identity]()

    def seen_by(self, identity: AnsweredBy) -> Directory:
        """The tenant as one identity sees it.

        Raises:
            EntraRefused: no token for it.
            EntraUnreachable: no usable answer.
            Stopped: it belongs to another tenant, or half an identity is configured.
        """
        if identity not in self._seen:
            self._seen[identity] = self._sign_in[identity]()
        return self._seen[identity]

    def ask(self, question: Callable[[Directory], T]) -> Answer[T]:
        """Ask as the deployer, and where Graph refuses it (401, 403), as the operator.

        Raises:
            NotAllowed: neither may look.
            GraphRefused: Graph refuses for another reason.
            GraphUnreachable: no usable answer in time.
            EntraUnreachable: no usable answer to the deployer's signing in.
        """
        kept: list[str] = []
        for identity in _ORDER:
            try:
                return Answer(question(self.seen_by(identity)), identity)
            except EntraUnreachable as error:
                if identity is AnsweredBy.DEPLOYER:
                    raise
                kept.append(f"the {identity} cannot sign in ({error})")
            except (EntraRefused, Stopped) as error:
                kept.append(f"the {identity} cannot sign in ({error})")
            except GraphRefused as refused:
                if refused.status not in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
                    raise
                kept.append(f"the {identity} may not look ({refused.status} {refused.code})")
        raise NotAllowed(", and ".join(kept))
