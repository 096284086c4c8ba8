"""What a service sends back, taken with bounds: size, JSON, text, and what of it may reach a log.

Whatever does not fit is named as such and never a traceback. What an answer means is for its caller.
"""

import json
import logging
import re
import zlib
from collections.abc import Iterator
from typing import Any, Final

import httpx

LARGEST_BODY: Final = 32 * 1024 * 1024
"""Bytes, unpacked. A thousand rooms are well below one of the 32 MiB."""
UNPACKED: Final = ("gzip", "deflate")
"""What is asked for and unpacked here: an unpacker that can stop is needed."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_READABLE: Final = {"gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


class Unusable(Exception):
    """The body is not what it has to be; the message says what it is instead."""


class _Bounded(httpx.SyncByteStream):
    """A body that ends with an error where it is larger than allowed, or packed in a way nobody asked for."""

    def __init__(self, packed: httpx.SyncByteStream, encoding: str, request: httpx.Request) -> None:
        self._packed, self._encoding, self._request = packed, encoding, request

    def __iter__(self) -> Iterator[bytes]:
        if self._encoding in ("", "identity"):
            unpacked = iter(self._packed)
        elif self._encoding in _READABLE:
            unpacked = self._unpacked()
        else:
            raise self._refused(f"it is packed as {self._encoding!r}, which was not asked for")
        size = 0
        for part in unpacked:
            size += len(part)
            if size > LARGEST_BODY:
                raise self._refused(f"it is larger than {LARGEST_BODY // 1024**2} MiB")
            yield part

    def _unpacked(self) -> Iterator[bytes]:
        unpacker = zlib.decompressobj(_READABLE[self._encoding])
        try:
            for part in self._packed:
                rest = part
                while rest:
                    yield unpacker.decompress(rest, 64 * 1024)
                    rest = unpacker.unconsumed_tail
            yield unpacker.flush()
        except zlib.error:
            raise self._refused(f"it is not {self._encoding}, as it says") from None

    def _refused(self, why: str) -> httpx.DecodingError:
        return httpx.DecodingError(f"the answer cannot be used: {why}", request=self._request)

    def close(self) -> None:
        self._packed.close()


def bound(response: httpx.Response) -> None:
    """Bound the body of a response that is not read yet: an event hook of httpx clients.

    Raises:
        httpx.RemoteProtocolError: it redirects to what is no address, over which httpx itself would stumble.
    """
    if response.has_redirect_location:
        try:
            location = httpx.URL(response.headers["Location"])
            if location.scheme and not location.host:  # httpx completes such a one, and stumbles over `a:0`
                location = location.copy_with(host=response.request.url.host)
            _ = response.request.url.join(location).host
        except (httpx.InvalidURL, ValueError):
            raise httpx.RemoteProtocolError(
                "it redirects to something that is not an address", request=response.request
            ) from None
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if isinstance(response.stream, httpx.SyncByteStream):
        response.stream = _Bounded(response.stream, encoding, response.request)
        response.headers.pop("Content-Encoding", None)


def json_in(response: httpx.Response) -> Any:
    """The body as JSON. Half of a character, which no output can take, is replaced.

    Raises:
        Unusable: it is something else, or nested deeper than anything that is meant to be read.
    """
    try:
        document = json.loads(response.content.decode("utf-8-sig"))  # nothing else is JSON: RFC 8259, 8.1
        return _whole(document) if b"\\ud" in response.content.lower() else document
    except (ValueError, RecursionError):
        kind = response.headers.get("Content-Type", "").partition(";")[0] or "of no stated type"
        raise Unusable(f"the answer is not JSON, but {len(response.content)} bytes {kind}") from None


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(one) for key, one in value.items()}
    return value


def text_in(response: httpx.Response) -> str:
    """The body as text; what its encoding does not know is replaced, whatever encoding the answer names."""
    try:
        return response.content.decode(response.charset_encoding or "utf-8", "replace")
    except (LookupError, ValueError):  # no encoding of that name, or none of texts
        return response.content.decode("utf-8", "replace")


class _WithoutValues(logging.Filter):
    """Leaves headers and queries out of what httpx and httpcore log: tickets, tokens and cookies travel in them.

    Request bodies, where the secret travels, are never logged by either.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_without_query(one) for one in record.args)
        message = record.getMessage()
        if "headers" in message and "return_value" in message:
            record.msg, record.args = "%s (headers left out)", (message.partition(" ")[0],)
        return True


def _without_query(value: object) -> object:
    if not isinstance(value, httpx.URL) or not (value.query or value.fragment):
        return value
    return f"{value.copy_with(query=None, fragment=None)}?…"


_WITHOUT_VALUES: Final = _WithoutValues()  # one object: a logger takes the same filter only once


def keep_values_out_of_logs() -> None:
    """For this process, at whatever level it logs."""
    for name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy"):
        logging.getLogger(name).addFilter(_WITHOUT_VALUES)
