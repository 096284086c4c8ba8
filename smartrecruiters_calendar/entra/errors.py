"""What goes wrong between this project and Microsoft, each with its reason, the identity concerned and the next step.

Entra's codes: https://learn.microsoft.com/entra/identity-platform/reference-error-codes. A code that is not listed
stops, with Microsoft's own text. Nothing here retries: `entra.patience` does.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.plain_text import printable

if TYPE_CHECKING:
    from azure.core.exceptions import AzureError

_AADSTS = re.compile(r"AADSTS(\d+)")
_MASK: Final = "********"
_LONGEST_QUOTE: Final = 400

ENTRA_REASONS: Final[Mapping[int, Reason]] = MappingProxyType(
    {
        7000215: Reason.SECRET_REFUSED,
        7000216: Reason.SECRET_REFUSED,
        7000222: Reason.SECRET_EXPIRED,
        700016: Reason.APPLICATION_UNKNOWN,
        7000229: Reason.SERVICE_PRINCIPAL_MISSING,
        7000112: Reason.APPLICATION_DISABLED,
        90002: Reason.TENANT_UNKNOWN,
        900023: Reason.TENANT_UNKNOWN,
    }
)
"""Codes of the token endpoint that have a reason of their own, for the integration app."""

ENTRA_LAG: Final = frozenset({7000215, 7000216, 7000229, 700016})
"""Codes that a moment after creation only mean that not every replica knows the new object yet."""


class Identity(StrEnum):
    DEPLOYER = "deployer"
    OPERATOR = "operator"
    APP = "integration app"


_SIGN_IN: Final = MappingProxyType(
    {
        Identity.DEPLOYER: "sign in as the deployer (ARM_* variables, or az login)",
        Identity.OPERATOR: "sign in as the operator (AZURE_* variables, or az login)",
        Identity.APP: "correct its registration in Entra",
    }
)


class EntraUnreachable(Stopped):
    def __init__(self, text: str) -> None:
        super().__init__(
            Reason.ENTRA_UNREACHABLE, f"Entra did not answer ({text}): check the network, then run this again."
        )
        self.text = text


class GraphUnreachable(Stopped):
    """Graph did not answer, or only to say that it cannot now, for as long as was waited."""

    def __init__(self, text: str) -> None:
        super().__init__(
            Reason.GRAPH_UNREACHABLE,
            f"Microsoft Graph did not answer ({text}): check the network, then run this again.",
        )
        self.text = text


class MicrosoftRefused(Stopped):
    """Microsoft answered with a refusal; `text` is its own words."""

    def __init__(self, reason: Reason, sentence: str, text: str, identity: Identity) -> None:
        """As any stop.

        Args:
            reason: where the integration app is refused; of any other identity it says nothing about the app.
        """
        super().__init__(reason if identity is Identity.APP else Reason.IDENTITY_REFUSED, sentence)
        self.text = text
        self.identity = identity


class EntraRefused(MicrosoftRefused):
    def __init__(self, text: str, identity: Identity = Identity.APP) -> None:
        found = _AADSTS.search(text)
        self.code = int(found[1]) if found else None
        super().__init__(
            ENTRA_REASONS.get(self.code or 0, Reason.ENTRA_REFUSED),
            f"Entra gives the {identity} no token ({text}): {_SIGN_IN[identity]}, then run this again.",
            text,
            identity,
        )

    @property
    def may_be_lag(self) -> bool:
        """Whether it can mean only that a new object is not known everywhere yet."""
        return self.code in ENTRA_LAG


class GraphRefused(MicrosoftRefused):
    """Graph answered with an error that asking again does not change."""

    def __init__(self, status: int, code: str, message: str, identity: Identity = Identity.APP) -> None:
        text = f"{status} {code}: {message}"
        super().__init__(
            Reason.DIRECTORY_REFUSED,
            f"Microsoft Graph refuses the {identity} ({text}): docs/permissions.md lists the permissions that it "
            "needs.",
            text,
            identity,
        )
        self.status = status
        self.code = code
        """Graph's own error code, e.g. `ErrorInvalidUser`; empty when the answer was not in Graph's form."""


def sign_in_failed(error: "AzureError", identity: Identity, secret: str = "") -> EntraRefused | EntraUnreachable:
    """What a failed sign-in means: azure-identity reports every failure alike, and only the causes differ.

    Raise the result `from None`: the frames and texts of the cause may hold the request.

    Args:
        secret: never shown.
    """
    from azure.core.exceptions import ServiceRequestError, ServiceResponseError  # as slow to load as everything else

    links = list(_chain(error))
    if any(isinstance(link, ServiceRequestError | ServiceResponseError | EntraUnreachable) for link in links):
        unanswered = next((link.text for link in links if isinstance(link, EntraUnreachable)), str(error))
        text = _line(unanswered, secret)
        return EntraUnreachable(text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…")
    # For an unknown tenant msal says only that it found no authority; Entra's own words are further down the chain.
    named = next((link for link in links if "AADSTS" in str(link)), error)
    text = _line(str(named), secret)
    if identity is Identity.APP and not _AADSTS.search(text):
        # Nothing was refused: azure-identity stumbled over an answer, of a proxy perhaps, and reports it alike.
        return EntraUnreachable("its answer to the sign-in is not in Entra's form")
    return EntraRefused(text, identity)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _line(text: str, secret: str) -> str:
    return printable(" ".join((text.replace(secret, _MASK) if secret else text).split()))
