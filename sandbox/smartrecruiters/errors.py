"""What the settings page says when it refuses: a status, a code for its own script, a sentence for people."""

from collections.abc import Mapping
from typing import Any


class PageError(Exception):
    def __init__(self, status: int, code: str, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        """Upper-case code, e.g. `VALIDATION_ERROR`."""
        self.message = message
        """One or two sentences for the person at the page."""
        self.fields: Mapping[str, str] = fields or {}
        """Field name (`clientId`, `clientSecret`, `tenantId`) to what is wrong with it."""

    def body(self) -> dict[str, Any]:
        """The JSON answer: `code` and `message`, and `errors` when single fields are wrong."""
        answer: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.fields:
            answer["errors"] = [{"field": name, "message": wrong} for name, wrong in self.fields.items()]
        return answer


def session_expired() -> PageError:
    return PageError(401, "SESSION_EXPIRED", "Your session has ended. Sign in again to continue.")


def not_an_administrator() -> PageError:
    """Signed in, but with an ordinary account."""
    return PageError(403, "ADMINISTRATOR_REQUIRED", "Only administrators can change calendar integrations.")


def forged_request() -> PageError:
    """The anti-forgery token is missing or not this session's."""
    return PageError(403, "INVALID_CSRF_TOKEN", "This page is out of date. Reload it and try again.")


def invalid_fields(fields: Mapping[str, str]) -> PageError:
    return PageError(422, "VALIDATION_ERROR", "Some fields need your attention.", fields)


def not_configured() -> PageError:
    """*Load Resources* was pressed before anything was saved."""
    return PageError(409, "NOT_CONFIGURED", "Save Client ID, Client Secret and Tenant ID before loading resources.")


def already_loading() -> PageError:
    """*Load Resources* was pressed while the company's resources are being loaded."""
    return PageError(409, "ALREADY_LOADING", "Resources are being loaded already.")


def no_such_page() -> PageError:
    return PageError(404, "NOT_FOUND", "This page does not exist.")


def no_such_job() -> PageError:
    return PageError(404, "NOT_FOUND", "The load does not exist.")


def save_refused() -> PageError:
    """*Save* is refused for a reason of the company's own."""
    return PageError(422, "PLAN_REQUIRED", "Your company's plan does not include calendar integrations.")


def interrupted() -> PageError:
    """The server stopped while resources were being loaded."""
    return PageError(502, "INTERRUPTED", "Loading was interrupted. Load the resources again.")
