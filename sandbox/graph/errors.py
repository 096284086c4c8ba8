"""Microsoft Graph's errors, as exceptions that know their status, code and message."""

from typing import Any


class GraphError(Exception):
    """A refusal in Graph's form; the front turns it into the envelope with its headers."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        details: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
        not_emulated: bool = False,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        """Graph's `error.details`, placed before `innerError`."""
        self.headers = headers or {}
        self.not_emulated = not_emulated
        """The request is outside the sandbox's scope, so the refusal says nothing about the real service."""


def bad_request(
    message: str, *, code: str = "Request_BadRequest", details: list[dict[str, Any]] | None = None
) -> GraphError:
    """400, by default with the directory's code."""
    return GraphError(400, code, message, details=details)


def invalid_value(name: str, kind: str) -> GraphError:
    """400 for a property whose value the directory does not take; `kind` is `Application`, `ServicePrincipal`, …"""
    return bad_request(f"Invalid value specified for property '{name}' of resource '{kind}'.")


def invalid_object_id(value: str) -> GraphError:
    return bad_request(f"Invalid object identifier '{value}'.")


def not_found(identifier: str) -> GraphError:
    return GraphError(
        404,
        "Request_ResourceNotFound",
        f"Resource '{identifier}' does not exist or one of its queried reference-property objects are not present.",
    )


def access_denied() -> GraphError:
    return GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def unknown_segment(segment: str) -> GraphError:
    """400 for a path that nothing here answers."""
    return GraphError(400, "BadRequest", f"Resource not found for the segment '{segment}'.", not_emulated=True)


def method_not_allowed() -> GraphError:
    """405 for a path that exists with other methods."""
    return GraphError(
        405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.", not_emulated=True
    )


def unauthorized(message: str, code: str = "InvalidAuthenticationToken") -> GraphError:
    """401 with the challenge that tells a client where to sign in; the front completes its address."""
    return GraphError(401, code, message)
