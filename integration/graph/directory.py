"""Asks and changes a tenant's directory through Graph, as the deployer or as the operator; patient with throttling.

Reads are repeated when Graph is busy or a connection breaks. A change is repeated only on an answer that says it was
not made (429, 503); what became of a change whose answer never came is for the caller to look up. Nothing here judges.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Self

import httpx
import stamina
from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError

from integration import tls
from integration.graph.app_token import AppToken, read_token
from integration.graph.causes import was_unanswered
from integration.graph.cloud import Cloud
from integration.graph.errors import GRAPH_RETRY, EntraRefused, EntraUnreachable, GraphRefused, GraphUnreachable
from integration.reasons import Reason, Stopped

MOST_IN_A_BATCH: Final = 20
"""Requests that Graph takes in one `$batch`. https://learn.microsoft.com/graph/json-batching"""

_NOT_MADE: Final = frozenset({429, 503})
_ATTEMPTS: Final = 6
_LONGEST_RETRY_AFTER_SECONDS: Final = 120.0
_TIMEOUT: Final = httpx.Timeout(60.0, connect=15.0)


class _AskAgain(Exception):
    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"status {response.status_code}")
        self.response = response


class Directory:
    """One tenant, seen by one identity. A context manager; may be used by several threads at once."""

    def __init__(self, cloud: Cloud, token: AppToken, transport: httpx.BaseTransport | None = None) -> None:
        """Make it ready; nothing is sent yet.

        Args:
            cloud: where Graph is.
            token: of the identity that asks.
            transport: takes the place of the network, in tests.
        """
        self.caller = token
        self.requests = 0
        """Requests sent so far, a whole `$batch` counted as one."""
        self._http = httpx.Client(
            base_url=f"{cloud.graph_endpoint}/v1.0/",
            headers={"Authorization": f"Bearer {token.value}", "Accept": "application/json"},
            verify=tls.trust(),
            transport=transport,
            timeout=_TIMEOUT,
        )

    @classmethod
    def sign_in(
        cls,
        cloud: Cloud,
        credential: TokenCredential,
        directory_id: str,
        transport: httpx.BaseTransport | None = None,
    ) -> Self:
        """Get a token and make sure that it belongs to the stack's tenant, before anything is asked or changed.

        Raises:
            EntraRefused: no token for this identity; without its cause, which may hold the request.
            EntraUnreachable: no usable answer; likewise.
            Stopped: the identity belongs to another tenant.
        """
        try:
            token = read_token(credential.get_token(cloud.graph_scope).token)
        except AzureError as error:
            told = " ".join(str(error).split())
            raise (EntraUnreachable if was_unanswered(error) else EntraRefused)(told) from None
        if token.directory_id.casefold() != directory_id.casefold():
            raise Stopped(
                Reason.TENANT_MISMATCH,
                f"You are signed in to directory {token.directory_id}, and this stack belongs to {directory_id}: "
                f"sign in there (az login --tenant {directory_id}), or name the other tenant's stack.",
            )
        return cls(cloud, token, transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str, *, advanced: bool = False) -> dict[str, Any]:
        """The answer of GET, a path such as `applications/…` or a next link.

        Args:
            path: relative to `/v1.0/`, already quoted.
            advanced: ask with `ConsistencyLevel: eventual`, which `$count` and `$search` need.

        Raises:
            GraphRefused: Graph says no.
            GraphUnreachable: no usable answer in time.
        """
        answer: dict[str, Any] = self._send("GET", path, {"ConsistencyLevel": "eventual"} if advanced else {}).json()
        return answer

    def find(self, path: str) -> dict[str, Any] | None:
        """As `get`; None where Graph answers 404."""
        try:
            return self.get(path)
        except GraphRefused as refused:
            if refused.status == httpx.codes.NOT_FOUND:
                return None
            raise

    def pages(self, path: str, *, advanced: bool = False) -> Iterator[dict[str, Any]]:
        """Every object of a collection, following `@odata.nextLink`. Raises as `get`."""
        link: str | None = path
        while link:
            page = self.get(link, advanced=advanced)
            yield from page["value"]
            link = page.get("@odata.nextLink")

    def batch(self, paths: Sequence[str]) -> list[dict[str, Any] | GraphRefused]:
        """GET many paths, twenty to a request; one answer or refusal per path, in the same order.

        Raises:
            GraphRefused: Graph refuses a whole batch.
            GraphUnreachable: no usable answer in time, for the whole or for one of them.
        """
        answers: list[dict[str, Any] | GraphRefused] = []
        for first in range(0, len(paths), MOST_IN_A_BATCH):
            answers.extend(self._one_batch(paths[first : first + MOST_IN_A_BATCH]))
        return answers

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change something by POST; the answer's document, empty where it has none. Raises as `get`."""
        response = self._send("POST", path, {}, body)
        document: dict[str, Any] = response.json() if response.content else {}
        return document

    def patch(self, path: str, body: Mapping[str, Any]) -> None:
        """Change an object. Raises as `get`."""
        self._send("PATCH", path, {}, body)

    def delete(self, path: str) -> None:
        """Delete an object. Raises as `get`."""
        self._send("DELETE", path, {})

    def _one_batch(self, paths: Sequence[str]) -> list[dict[str, Any] | GraphRefused]:
        answers: dict[int, dict[str, Any] | GraphRefused] = {}

        def ask_for_the_rest() -> None:
            rest = [
                {"id": str(number), "method": "GET", "url": f"/{path}"}
                for number, path in enumerate(paths)
                if number not in answers
            ]
            busy = None
            for inner in self._send("POST", "$batch", {}, {"requests": rest}, repeatable=True).json()["responses"]:
                response = httpx.Response(int(inner["status"]), headers=inner.get("headers"), json=inner.get("body"))
                if response.status_code in GRAPH_RETRY:
                    busy = response
                else:
                    ok = response.status_code == httpx.codes.OK
                    answers[int(inner["id"])] = inner["body"] if ok else refusal(response)
            if busy is not None:
                raise _AskAgain(busy)

        try:
            for attempt in stamina.retry_context(on=_again, attempts=_ATTEMPTS, timeout=None):
                with attempt:
                    ask_for_the_rest()
        except _AskAgain as last:
            raise GraphUnreachable(f"answered {last.response.status_code} {_ATTEMPTS} times") from None
        return [answers[number] for number in range(len(paths))]

    def _send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
        *,
        repeatable: bool = False,
    ) -> httpx.Response:
        reading = repeatable or method == "GET"
        busy = GRAPH_RETRY if reading else _NOT_MADE
        try:
            for attempt in stamina.retry_context(
                on=_again if reading else _again_unsent, attempts=_ATTEMPTS, timeout=None
            ):
                with attempt:
                    self.requests += 1
                    response = _settled(self._http.request(method, path, headers=dict(headers), json=body), busy)
        except _AskAgain as last:
            raise GraphUnreachable(f"answered {last.response.status_code} {_ATTEMPTS} times") from None
        except httpx.TransportError as error:
            raise GraphUnreachable(f"{error or type(error).__name__}") from error
        if not response.is_success:
            raise refusal(response)
        return response


def _settled(response: httpx.Response, busy: frozenset[int]) -> httpx.Response:
    if response.status_code in busy:
        raise _AskAgain(response)
    return response


def refusal(response: httpx.Response) -> GraphRefused:
    """What an answer outside 2xx says, in Graph's own words."""
    try:
        error = response.json()["error"]
        return GraphRefused(response.status_code, str(error["code"]), str(error["message"]))
    except (ValueError, KeyError, TypeError):
        return GraphRefused(response.status_code, "", "the answer is not in Graph's form")


def _again(error: Exception) -> bool | float:
    """Whether to ask again, or in how many seconds."""
    return isinstance(error, httpx.TransportError) or _again_unsent(error)


def _again_unsent(error: Exception) -> bool | float:
    """The same for a change: only where the answer says that it was not made."""
    if not isinstance(error, _AskAgain):
        return False
    wait = error.response.headers.get("Retry-After", "")
    if wait.isascii() and wait.isdecimal():
        return float(wait) if float(wait) <= _LONGEST_RETRY_AFTER_SECONDS else False
    return True
