"""HAR files for tests: written from real exchanges of an httpx client, as a browser's developer tools write them."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

BEGAN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def entry(request: httpx.Request, response: httpx.Response, began: datetime) -> dict[str, Any]:
    """One exchange; the answer's body is in base64, as browsers write what they hold as bytes."""
    written: dict[str, Any] = {
        "startedDateTime": began.isoformat().replace("+00:00", "Z"),
        "time": 12.5,
        "request": {
            "method": request.method,
            "url": str(request.url),
            "httpVersion": "HTTP/1.1",
            "headers": _headers(request.headers),
            "cookies": [],
            "queryString": [],
        },
        "response": {
            "status": response.status_code,
            "headers": _headers(response.headers),
            "cookies": [],
            "redirectURL": response.headers.get("Location", ""),
            "content": {
                "mimeType": response.headers.get("Content-Type", ""),
                "encoding": "base64",
                "text": base64.b64encode(response.content).decode(),
            },
        },
    }
    if request.content:
        content_type = request.headers.get("Content-Type", "")
        written["request"]["postData"] = {"mimeType": content_type, "text": request.content.decode()}
    return written


def har(entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"log": {"version": "1.2", "creator": {"name": "tests", "version": "1"}, "pages": [], "entries": [*entries]}}


def _headers(headers: httpx.Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.multi_items()]


class Recorder:
    """Notes what an httpx client sends and gets; each exchange begins a second after the one before."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    def note(self, response: httpx.Response) -> None:
        """To be an event hook of the client, for answers."""
        response.read()
        self.entries.append(entry(response.request, response, BEGAN + timedelta(seconds=len(self.entries))))

    @property
    def har(self) -> dict[str, Any]:
        return har(self.entries)
