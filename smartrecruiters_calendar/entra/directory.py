"""Asks and changes a tenant's directory through Graph, as the deployer or as the operator; patient with throttling.

Reads are repeated when Graph is busy or a connection breaks. A change is repeated only on an answer that says it was
not made (429, 503); what became of a change whose answer never came is for the caller to look up. Nothing here judges.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self, TypeAlias, TypeVar

import httpx

from smartrecruiters_calendar.entra import bodies
from smartrecruiters_calendar.entra.app_token import AppToken, read_token
from smartrecruiters_calendar.entra.client import MOST_AT_ONCE, client_of_microsoft
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.errors import GraphRefused, GraphUnreachable, Identity, sign_in_failed
from smartrecruiters_calendar.entra.graph_objects import Batch, GraphObject, Page, Refusal
from smartrecruiters_calendar.entra.patience import (
    NOT_APPLIED,
    RETRYABLE,
    RetryableResponse,
    patiently,
    raise_if_busy,
    retry_read,
    retry_write,
)
from smartrecruiters_calendar.outcome import Reason, Stopped

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

MOST_IN_A_BATCH: Final = 20
"""Requests that Graph takes in one `$batch`. https://learn.microsoft.com/graph/json-batching"""

MOST_PAGES: Final = 1_000
"""Of one collection, a hundred objects to a page."""

Found = TypeVar("Found", bound=GraphObject)
Answer: TypeAlias = dict[str, Any] | GraphRefused


class Answered(NamedTuple):
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: Answer


class Directory:
    """One tenant, seen by one identity. A context manager; may be used by several threads at once."""

    def __init__(
        self,
        cloud: Cloud,
        token: AppToken,
        transport: httpx.BaseTransport | None = None,
        *,
        identity: Identity = Identity.APP,
        shared: httpx.Client | None = None,
    ) -> None:
        """Nothing is sent yet.

        Args:
            shared: `client.client_of_microsoft` that others use as well and close; None: one of its own.
        """
        self.caller = token
        self.identity = identity
        self.requests = 0
        """Requests sent so far, a whole `$batch` counted as one."""
        self._counting = Lock()
        self._graph = cloud.graph_endpoint
        self._http = shared or client_of_microsoft(transport)
        self._own = shared is None

    @classmethod
    def sign_in(
        cls,
        cloud: Cloud,
        credential: "TokenCredential",
        directory_id: str,
        identity: Identity,
        transport: httpx.BaseTransport | None = None,
        *,
        shared: httpx.Client | None = None,
    ) -> Self:
        """Get a token and make sure that it belongs to the stack's tenant, before anything is asked or changed.

        Raises:
            EntraRefused: no token for this identity; without its cause, which may hold the request.
            EntraUnreachable: no usable answer; likewise.
            Stopped: the identity belongs to another tenant.
        """
        from azure.core.exceptions import AzureError  # slow to load, and a verb says what it does before it signs in

        try:
            token = read_token(credential.get_token(cloud.graph_scope).token, identity)
        except AzureError as error:
            raise sign_in_failed(error, identity) from None
        if token.directory_id.casefold() != directory_id.casefold():
            raise Stopped(
                Reason.TENANT_MISMATCH,
                f"You are signed in to directory {token.directory_id}, and this stack belongs to {directory_id}: "
                f"sign in there (az login --tenant {directory_id}), or name the other tenant's stack.",
            )
        return cls(cloud, token, transport, identity=identity, shared=shared)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._own:
            self._http.close()

    def get(self, path: str, *, advanced: bool = False, beta: bool = False) -> dict[str, Any]:
        """The answer of GET, a path such as `applications/…` or a next link.

        Args:
            path: relative to `/v1.0/`, already quoted.
            advanced: ask with `ConsistencyLevel: eventual`, which `$count` and `$search` need.
            beta: ask `/beta/` instead, for what v1.0 does not have.

        Raises:
            GraphRefused: Graph says no.
            GraphUnreachable: no usable answer in time.
        """
        address = f"{self._graph}/beta/{path}" if beta else path
        return _document(self._send("GET", address, {"ConsistencyLevel": "eventual"} if advanced else {}))

    def answer(self, path: str) -> "Answered":
        """Whatever Graph answers to GET, a refusal too, with its status and headers.

        Raises:
            GraphUnreachable: no usable answer in time.
        """
        response = patiently(lambda: self._answer_once("GET", path, {}, None, RETRYABLE), GraphUnreachable, retry_read)
        if response.is_success:
            return Answered(response.status_code, response.headers, _document(response))
        return Answered(response.status_code, response.headers, self._refused(response))

    def find(self, path: str, form: type[Found]) -> Found | None:
        """The object that `get` answers; None where Graph answers 404."""
        try:
            return form.read(self.get(path))
        except GraphRefused as refused:
            if refused.status == httpx.codes.NOT_FOUND:
                return None
            raise

    def pages(self, path: str, *, advanced: bool = False) -> Iterator[dict[str, Any]]:
        """Every object of a collection, following `@odata.nextLink`. Raises as `get`."""
        yield from self.rest_of(self.get(path, advanced=advanced), advanced=advanced)

    def rest_of(self, first: object, *, advanced: bool = False) -> Iterator[dict[str, Any]]:
        """Every object of a collection whose first page is here.

        Raises:
            GraphUnreachable: a page is missing. A refusal of one counts too: who was shown the first page may look, so
                it says nothing about permissions, and the collection is not whole.
        """
        page, followed = Page.read(first), set[str]()
        while True:
            yield from page.value
            if not page.next_link:
                return
            if page.next_link in followed:
                raise GraphUnreachable("its next links lead in a circle")
            if len(followed) == MOST_PAGES:
                raise GraphUnreachable(f"its next links do not end after {MOST_PAGES} pages")
            followed.add(page.next_link)
            try:
                page = Page.read(self.get(page.next_link, advanced=advanced))
            except GraphRefused as refused:
                raise GraphUnreachable(f"it refuses the next page of its own answer, {refused.text}") from None

    def batch(self, paths: Sequence[str], answered: Callable[[int], None] = lambda _: None) -> list[Answer]:
        """GET many paths, twenty to a request and a few requests at once.

        Args:
            answered: called with how many have their answer, as they come.

        Returns:
            One answer or refusal per path, in the same order.

        Raises:
            GraphRefused: Graph refuses a whole batch.
            GraphUnreachable: no usable answer in time, for the whole or for one of them.
        """
        answers: dict[int, Answer] = {}
        patiently(lambda: self._ask_for_the_rest(paths, answers, answered), GraphUnreachable, retry_read)
        return [answers[number] for number in range(len(paths))]

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change something by POST; the answer's document, empty where it has none. Raises as `get`."""
        response = self._send("POST", path, {}, body)
        return _document(response) if response.content else {}

    def patch(self, path: str, body: Mapping[str, Any]) -> None:
        self._send("PATCH", path, {}, body)

    def delete(self, path: str) -> None:
        self._send("DELETE", path, {})

    def _ask_for_the_rest(
        self, paths: Sequence[str], answers: dict[int, Answer], answered: Callable[[int], None]
    ) -> None:
        """Ask once for everything that has no answer yet; a round in which nothing is answered is broken off."""
        rest = [number for number in range(len(paths)) if number not in answers]
        failures: list[RetryableResponse | httpx.TransportError] = []

        def ask(numbers: Sequence[int]) -> None:
            if failures and len(answers) == len(paths) - len(rest):
                return
            try:
                found, busy = self._ask_batch({number: paths[number] for number in numbers})
            except (RetryableResponse, httpx.TransportError) as failure:
                failures.append(failure)
            else:
                answers.update(found)
                failures.extend(busy)

        with ThreadPoolExecutor(MOST_AT_ONCE) as senders:
            batches = [
                senders.submit(ask, rest[first : first + MOST_IN_A_BATCH])
                for first in range(0, len(rest), MOST_IN_A_BATCH)
            ]
            try:
                for batch in as_completed(batches):
                    batch.result()
                    answered(len(answers))
            finally:
                senders.shutdown(wait=False, cancel_futures=True)
        if failures:
            raise max(failures, key=lambda failure: getattr(failure, "retry_after", None) or 0.0)

    def _ask_batch(self, paths: Mapping[int, str]) -> tuple[dict[int, Answer], list[RetryableResponse]]:
        requests = [{"id": str(number), "method": "GET", "url": f"/{path}"} for number, path in paths.items()]
        answers: dict[int, Answer] = {}
        busy: list[RetryableResponse] = []
        whole = _document(self._send_once("POST", "$batch", {}, {"requests": requests}, RETRYABLE))
        for inner in Batch.read(whole).responses:
            if inner.number not in paths:
                raise GraphUnreachable("its $batch answers what was not asked")
            if inner.status in RETRYABLE:
                busy.append(RetryableResponse(inner.status, inner.retry_after))
            elif 200 <= inner.status < 300:
                answers[inner.number] = _object(inner.body)
            else:
                answers[inner.number] = self._refusal(inner.status, inner.body)
        if missing := paths.keys() - answers.keys() - ({*paths} if busy else set()):
            raise GraphUnreachable(f"its $batch leaves out {len(missing)} of {len(paths)} answers")
        return answers, busy

    def _send(
        self, method: str, path: str, headers: Mapping[str, str], body: Mapping[str, Any] | None = None
    ) -> httpx.Response:
        retry, busy = (retry_read, RETRYABLE) if method == "GET" else (retry_write, NOT_APPLIED)
        return patiently(lambda: self._send_once(method, path, headers, body, busy), GraphUnreachable, retry)

    def _send_once(
        self, method: str, path: str, headers: Mapping[str, str], body: Mapping[str, Any] | None, busy: frozenset[int]
    ) -> httpx.Response:
        response = self._answer_once(method, path, headers, body, busy)
        if not response.is_success:
            raise self._refused(response)
        return response

    def _answer_once(
        self, method: str, path: str, headers: Mapping[str, str], body: Mapping[str, Any] | None, busy: frozenset[int]
    ) -> httpx.Response:
        with self._counting:
            self.requests += 1
        address = self._address(path)
        authorization = f"Bearer {self.caller.value.get_secret_value()}"
        response = self._http.request(method, address, headers={"Authorization": authorization, **headers}, json=body)
        return raise_if_busy(response, busy)

    def _address(self, path: str) -> httpx.URL:
        """The address of a path, or a next link as it is, if it stays with Graph: the token goes nowhere else."""
        try:
            address, graph = httpx.URL(path), httpx.URL(self._graph)
            if not address.is_absolute_url:
                return httpx.URL(f"{self._graph}/v1.0/{path}")
        except httpx.InvalidURL:
            raise GraphUnreachable("its next link is not an address") from None
        if (address.scheme, address.host, address.port) != (graph.scheme, graph.host, graph.port):
            raise GraphUnreachable(f"its next link leads to {address.host}, which gets no token")
        return address

    def _refused(self, response: httpx.Response) -> GraphRefused:
        """Graph's refusal.

        Raises:
            GraphUnreachable: somebody else refuses, such as a proxy, or Graph is out of order: nothing is known about
                what was asked.
        """
        refusal = self._refusal(response.status_code, _anything(response))
        if not refusal.code:
            raise GraphUnreachable(f"answered {response.status_code}, and not in Graph's form")
        return refusal

    def _refusal(self, status: int, body: object) -> GraphRefused:
        try:
            error = Refusal.read(body).error
            refusal = GraphRefused(status, error.code, error.message, self.identity)
        except GraphUnreachable:
            refusal = GraphRefused(status, "", "the answer is not in Graph's form", self.identity)
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise GraphUnreachable(refusal.text)
        return refusal


def _document(response: httpx.Response) -> dict[str, Any]:
    try:
        return _object(bodies.json_in(response))
    except bodies.Unusable as unusable:
        raise GraphUnreachable(str(unusable)) from None


def _anything(response: httpx.Response) -> object:
    """The body of a refusal; None where it is not JSON."""
    try:
        return bodies.json_in(response)
    except bodies.Unusable:
        return None


def _object(document: object) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise GraphUnreachable("the answer is not in Graph's form")
    return document
