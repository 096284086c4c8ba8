"""Turns what goes wrong between a script and Microsoft into a reason to stop, with the next step."""

from collections.abc import Iterator
from contextlib import contextmanager

from smartrecruiters_calendar.entra.cloud import CloudRefused, CloudUnreachable
from smartrecruiters_calendar.entra.errors import (
    EntraRefused,
    EntraUnreachable,
    GraphRefused,
    GraphUnreachable,
)
from smartrecruiters_calendar.entra.tls import TrustUnreadable
from smartrecruiters_calendar.outcome import Reason, Stopped


@contextmanager
def stops(identity: str) -> Iterator[None]:
    """A part of a script that asks Entra and Graph.

    Args:
        identity: who asks, as the sentence names it: *the deployer*, *the operator*.

    Raises:
        Stopped: in place of every error of `smartrecruiters_calendar.entra`.
    """
    try:
        yield
    except TrustUnreadable as error:
        raise Stopped(Reason.TRUST_UNREADABLE, str(error)) from None
    except CloudRefused as error:
        raise Stopped(Reason.CLOUD_REFUSED, str(error)) from None
    except CloudUnreachable as error:
        raise Stopped(Reason.CLOUD_UNREACHABLE, str(error)) from None
    except EntraUnreachable as error:
        raise Stopped(
            Reason.ENTRA_UNREACHABLE, f"Entra did not answer ({error}): check the network, then run this again."
        ) from None
    except EntraRefused as error:
        raise Stopped(
            Reason.ENTRA_REFUSED, f"Entra gives {identity} no token ({error}): sign in as {identity} and try again."
        ) from None
    except GraphUnreachable as error:
        raise Stopped(
            Reason.GRAPH_UNREACHABLE,
            f"Microsoft Graph did not answer ({error}): check the network, then run this again.",
        ) from None
    except GraphRefused as error:
        raise Stopped(
            Reason.DIRECTORY_REFUSED,
            f"Microsoft Graph refuses {identity} ({error}): docs/permissions.md names the permissions that are needed.",
        ) from None
