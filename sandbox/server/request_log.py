"""The request log: one JSON object a line for every request, for people and tests. Secrets do not reach it.

Bodies and headers are not logged, and values in a query that look like a secret are masked.
"""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sandbox.core.messages import Remark, Request

_SECRET_NAMES = ("secret", "password", "token", "assertion", "code", "session", "key")
_LARGEST = 64 * 1024 * 1024


class RequestLog:
    def __init__(self, path: Path) -> None:
        if path.exists() and path.stat().st_size > _LARGEST:
            path.replace(path.with_suffix(".old.jsonl"))
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, at: str, request: Request, remark: Remark, status: int | None, milliseconds: float) -> None:
        """Log an exchange.

        Args:
            at: when the request came.
            status: None when the connection was cut instead.
        """
        entry: dict[str, Any] = {
            "at": at,
            "tenant": remark.tenant,
            "appId": remark.app_id,
            "method": request.method,
            "path": _printable(request.raw_path),
            "query": _masked(request),
            "route": remark.route,
            "status": status,
            "code": remark.code,
            "ms": round(milliseconds, 1),
        }
        if remark.fault:
            entry["fault"] = remark.fault
        if remark.not_emulated:
            entry["notEmulated"] = True
        os.write(self._file, json.dumps(entry, separators=(",", ":")).encode() + b"\n")

    def close(self) -> None:
        os.close(self._file)


def read(path: Path) -> list[dict[str, Any]]:
    """Every exchange in a log, oldest first; a line that is being written is left out."""
    if not path.exists():
        return []
    text = path.read_text()
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]


def as_text(entry: dict[str, Any]) -> str:
    query = f"?{entry['query']}" if entry["query"] else ""
    said = " ".join(str(entry[name]) for name in ("code", "fault") if entry.get(name))
    mark = " NOT EMULATED" if entry.get("notEmulated") else ""
    who = entry["appId"] or "-"
    return (
        f"{entry['at']} {who} {entry['method']} {entry['path']}{query} {entry['status']} {said}{mark} {entry['ms']} ms"
    )


def _masked(request: Request) -> str:
    return "&".join(f"{name}={'***' if _is_secret(name) else value}" for name, value in request.query)


def _is_secret(name: str) -> bool:
    return not name.startswith("$") and any(word in name.lower() for word in _SECRET_NAMES)


def _printable(path: str) -> str:
    return path if path.isprintable() else quote(path)
