"""Keeps session cookies out of httpcore's debug log, which prints the headers of every answer.

Request bodies, where the secret travels, are never logged by httpx or httpcore; this is about `Set-Cookie` alone.
"""

import logging
from typing import Final

_LOGGERS: Final = ("httpcore.http11", "httpcore.http2")


class _WithoutAnswerHeaders(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if "set-cookie" in message.lower():
            event = message.partition(" ")[0]
            record.msg, record.args = "%s (headers left out: they set a cookie)", (event,)
        return True


_FILTER: Final = _WithoutAnswerHeaders()


def mask_cookies_in_httpcore_logs() -> None:
    """Install the filter, once, on the loggers that print answers' headers."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
