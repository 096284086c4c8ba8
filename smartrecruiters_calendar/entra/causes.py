"""What caused a failed sign-in: azure-identity wraps every failure alike, and only the chain tells them apart."""

from collections.abc import Iterator
from typing import Final

from azure.core.exceptions import ServiceRequestError, ServiceResponseError

from smartrecruiters_calendar.entra.errors import EntraUnreachable

_NO_ANSWER: Final = (ServiceRequestError, ServiceResponseError, EntraUnreachable)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and everything that led to it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def was_unanswered(error: BaseException) -> bool:
    """Whether it failed because nobody answered, rather than by a refusal."""
    return any(isinstance(link, _NO_ANSWER) for link in chain(error))
