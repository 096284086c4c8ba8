"""Microsoft Graph over HTTP: sends, follows pages, and turns refusals into errors in the official plugin's words.

It knows no resource. Paths begin with the API version: `/v1.0/...`, or `/beta/...` for the few properties that v1.0
does not return.
"""

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from engine.stand_ins.provider.errors import PluginError, ServiceRefusal
from engine.stand_ins.provider.http_retry import RetryRule, send, until
from engine.stand_ins.provider.polling import Waiting
from engine.stand_ins.provider.sign_in import Cloud, Tokens

if TYPE_CHECKING:
    import httpx

Json = dict[str, Any]
"""A Graph object."""

V1 = "/v1.0"
BETA = "/beta"

_HEADERS = {
    "Accept": "application/json; charset=utf-8; IEEE754Compatible=false",
    "OData-MaxVersion": "4.0",
    "OData-Version": "4.0",
}


class Graph:
    def __init__(self, client: "httpx.Client", cloud: Cloud, tokens: Tokens, waiting: Waiting) -> None:
        self._client = client
        self._cloud = cloud
        self._tokens = tokens
        self._waiting = waiting

    def reference(self, object_id: str) -> str:
        return f"{self._cloud.graph}{V1}/directoryObjects/{object_id}"

    def get(self, path: str, deadline: float, **query: str) -> Json:
        """One object.

        Args:
            deadline: `time.monotonic()` by which to have an answer.

        Raises:
            ServiceRefusal: an error status, 404 among them.
        """
        return self._ask("GET", self._url(path), deadline, params=_options(query))

    def find(self, path: str, deadline: float) -> Json | None:
        """One object, or None when Graph does not show it (404).

        Raises:
            ServiceRefusal: any other error status.
        """
        try:
            return self.get(path, deadline)
        except ServiceRefusal as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def list(self, path: str, deadline: float, **query: str) -> list[Json]:
        """All objects of a collection, page after page.

        Raises:
            ServiceRefusal: an error status.
        """
        found: list[Json] = []
        page = self._ask("GET", self._url(path), deadline, params=_options(query))
        while True:
            found.extend(page.get("value") or [])
            following = page.get("@odata.nextLink")
            if not following:
                return found
            if not str(following).startswith(f"{self._cloud.graph}/"):
                raise PluginError("Graph named a next page on another host; the token stays here")
            page = self._ask("GET", str(following), deadline)

    def post(self, path: str, body: Json, deadline: float, also_retry: RetryRule | None = None) -> Json:
        """Create something or run an action.

        Raises:
            ServiceRefusal: an error status.
        """
        return self._ask("POST", self._url(path), deadline, json=body, also_retry=also_retry)

    def patch(self, path: str, body: Json, deadline: float, also_retry: RetryRule | None = None) -> None:
        """Change some properties.

        Raises:
            ServiceRefusal: an error status.
        """
        self._ask("PATCH", self._url(path), deadline, json=body, also_retry=also_retry)

    def delete(self, path: str, deadline: float) -> None:
        """Delete an object or a reference.

        Raises:
            ServiceRefusal: an error status, 404 among them.
        """
        self._ask("DELETE", self._url(path), deadline)

    def _url(self, path: str) -> str:
        return f"{self._cloud.graph}{path}"

    def _ask(
        self, method: str, url: str, deadline: float, *, also_retry: RetryRule | None = None, **options: Any
    ) -> Json:
        answer = send(
            self._client,
            method,
            url,
            headers={**_HEADERS, "Authorization": f"Bearer {self._tokens.current()}"},
            waiting=self._waiting,
            patience=until(deadline),
            deadline=deadline,
            also_retry=also_retry,
            **options,
        )
        if not answer.is_success:
            raise _refusal(answer)
        if not answer.headers.get("content-type", "").lower().startswith("application/json"):
            return {}
        try:
            body = answer.json()
        except ValueError:
            raise PluginError(f"{method} {url}: the answer is not JSON") from None
        return body if isinstance(body, dict) else {}


def error_matches(answer: "httpx.Response", status: int, pattern: str) -> bool:
    """Whether an answer has this status and a Graph message that the pattern describes."""
    return answer.status_code == status and re.search(pattern, _error_of(answer)[1]) is not None


def quoted(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def _options(query: dict[str, str]) -> dict[str, str]:
    return {f"${name}": value for name, value in query.items()}


def _refusal(answer: "httpx.Response") -> ServiceRefusal:
    code, message = _error_of(answer)
    status = answer.status_code
    phrase = answer.reason_phrase or HTTPStatus(status).phrase
    if code or message:
        detail = f"with error: {': '.join(part for part in (code, message) if part)}"
    elif answer.content:
        detail = f"with response: {answer.text}"
    else:
        detail = "received with no body"
    return ServiceRefusal(status, code, message, f"unexpected status {status} ({status} {phrase}) {detail}")


def _error_of(answer: "httpx.Response") -> tuple[str, str]:
    """Graph's code and message, empty where the answer is not in its form."""
    try:
        error = answer.json()["error"]
        return str(error.get("code") or ""), str(error.get("message") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", ""
