"""One handler per address: reads the request, asks the page's state, answers. Holds no state of its own.

Pages answer with HTML and send a signed-out visitor to the sign-in; the requests of the page's own script answer with
JSON (`code`, `message`, `errors`).
"""

import asyncio
import hmac
import secrets
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.core import json_bodies
from sandbox.core.messages import ABORT
from sandbox.smartrecruiters.accounts import ACCOUNTS, Account
from sandbox.smartrecruiters.accounts import account as account_of
from sandbox.smartrecruiters.errors import (
    PageError,
    forged_request,
    no_such_page,
    not_an_administrator,
    not_configured,
    save_refused,
    session_expired,
)
from sandbox.smartrecruiters.faults import PageFault
from sandbox.smartrecruiters.fields import CalendarFields
from sandbox.smartrecruiters.page import IntegrationPage
from sandbox.smartrecruiters.state import SESSION_SECONDS, Integration, Session
from sandbox.smartrecruiters.variant import CALENDARS, SIGN_IN, SINGLE_SIGN_ON, TAB, Markup

SESSION_COOKIE: Final = "sr_session"

_LONGEST_BODY: Final = 16 * 1024
TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
)

Handler = Callable[[Request], Awaitable[Response]]


def _page(request: Request) -> IntegrationPage:
    page: IntegrationPage = request.app.state.page
    return page


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", ""))


def _session(request: Request) -> Session | None:
    return _page(request).state.session(request.cookies.get(SESSION_COOKIE))


def _administrator(request: Request) -> Session:
    """The session of a signed-in administrator.

    Raises:
        PageError: `SESSION_EXPIRED` or `ADMINISTRATOR_REQUIRED`.
    """
    session = _session(request)
    if session is None:
        raise session_expired()
    if not session.account.administrator:
        raise not_an_administrator()
    return session


def _administrator_at_tab(request: Request) -> Session:
    """The session of a signed-in administrator, at an address of the tab where it is now.

    Raises:
        PageError: `SESSION_EXPIRED`, `ADMINISTRATOR_REQUIRED` or `NOT_FOUND`.
    """
    session = _administrator(request)
    if not request.url.path.startswith(_root(request) + _page(request).tab):
        raise no_such_page()
    return session


def _guard_against_forgery(request: Request, session: Session, token: str | None) -> None:
    """Let only the page's own requests through.

    Raises:
        PageError: `INVALID_CSRF_TOKEN`.
    """
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("Host"):
        raise forged_request()
    if not hmac.compare_digest((token or "").encode(), session.anti_forgery.encode()):
        raise forged_request()


def _render(request: Request, template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
    return _rendered(_page(request), _root(request), template, status, **values)


def _rendered(page: IntegrationPage, root: str, template: str, status: int, /, **values: Any) -> HTMLResponse:
    shared = {
        "root": root,
        "session": None,
        "labels": page.labels,
        "tab_path": page.tab,
        "moved": page.tab != TAB,
        "calendars": f"{root}{CALENDARS}",
        "sign_in": f"{root}{SIGN_IN}",
        "user_level": page.faults.on(PageFault.USER_LEVEL),
        "banner": page.faults.on(PageFault.CONSENT_BANNER),
        "shadow": page.markup is not Markup.PLAIN,
        "slotted": page.markup is Markup.SLOTTED,
        "new_id": lambda: f"id-{secrets.token_hex(4)}",
    }
    return HTMLResponse(TEMPLATES.get_template(template).render({**shared, **values}), status)


def _html(handler: Handler) -> Handler:
    """Tell errors as a page; send signed-out visitors to the sign-in."""

    @wraps(handler)
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except PageError as error:
            if error.status == 401:
                here = quote(request.url.path.removeprefix(_root(request)) or "/", safe="")
                return RedirectResponse(f"{_root(request)}{SIGN_IN}?next={here}", 303)
            return _render(
                request,
                "message.html",
                error.status,
                heading="Page not found" if error.status == 404 else "No access",
                message=error.message,
                session=_session(request),
            )

    return answer


def _json(handler: Handler) -> Handler:
    @wraps(handler)
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except PageError as error:
            return JSONResponse(error.body(), error.status)

    return answer


def maintenance(page: IntegrationPage, root: str) -> Response:
    """What is answered to everything during maintenance; `root` is the path that the page is mounted at."""
    message = "SmartRecruiters is being updated. Please come back in a few minutes."
    answer = _rendered(page, root, "message.html", 503, heading="Back soon", message=message)
    answer.headers["Retry-After"] = "120"
    return answer


# Signing in and out


async def home(request: Request) -> Response:
    return RedirectResponse(f"{_root(request)}/settings", 303)


async def sign_in_page(request: Request) -> Response:
    return _sign_in_form(request, _inside(request.query_params.get("next")))


def _sign_in_form(
    request: Request, onward: str, email: str = "", problem: str | None = None, *, second: bool = False
) -> Response:
    """The form: first the address alone, then (`second`) the password for it."""
    values = {"next": onward, "email": email, "problem": problem, "second": second}
    return _render(request, "sign_in.html", 401 if problem else 200, **values)


async def sign_in(request: Request) -> Response:
    """Either step: the address alone leads to the password, or to the company's identity provider."""
    async with request.form(max_fields=10, max_files=0) as form:
        email, onward = (str(form.get(name, "")) for name in ("email", "next"))
        password = str(form["password"]) if "password" in form else None
    page, account = _page(request), account_of(email)
    if page.faults.on(PageFault.SINGLE_SIGN_ON):
        if account is None:
            return _sign_in_form(request, _inside(onward), email, "No company is known for this email.")
        login = SINGLE_SIGN_ON.format(company=account.company.lower())
        return RedirectResponse(f"{_root(request)}{login}?next={quote(_inside(onward), safe='')}", 303)
    if password is None:
        return _sign_in_form(request, _inside(onward), email, second=True)
    expected = page.passwords.get(account.email) if account else None
    if account is None or expected is None or not hmac.compare_digest(password.encode(), expected.encode()):
        problem = "The email or the password is not right."
        return _sign_in_form(request, _inside(onward), email, problem, second=True)
    return _signed_in(request, account, onward)


def _signed_in(request: Request, account: Account, onward: str) -> Response:
    session = _page(request).state.sign_in(account)
    answer = RedirectResponse(f"{_root(request)}{_inside(onward)}", 303)
    answer.set_cookie(
        SESSION_COOKIE,
        session.cookie,
        max_age=SESSION_SECONDS,
        path=_root(request) or "/",
        secure=True,
        httponly=True,
        samesite="lax",
    )
    return answer


@_html
async def single_sign_on(request: Request) -> Response:
    """Where a company's people begin: sends them to their identity provider."""
    page = _page(request)
    if not page.faults.on(PageFault.SINGLE_SIGN_ON):
        raise no_such_page()
    company, onward = request.path_params["company"], quote(_inside(request.query_params.get("next")), safe="")
    return RedirectResponse(f"{page.identity_provider}{_root(request)}/identity-provider/{company}?next={onward}", 303)


@_html
async def identity_provider(request: Request) -> Response:
    """The company's identity provider, at which its people are signed in already; they choose who they are."""
    page, company = _page(request), request.path_params["company"]
    people = [one for one in ACCOUNTS.values() if one.company.lower() == company]
    if not page.faults.on(PageFault.SINGLE_SIGN_ON) or not people:
        raise no_such_page()
    assertions = {secrets.token_urlsafe(32): one for one in people}
    page.asserted |= {assertion: one.email for assertion, one in assertions.items()}
    login = f"{page.origin}{_root(request)}{SINGLE_SIGN_ON.format(company=company)}"
    onward = _inside(request.query_params.get("next"))
    return _render(request, "identity_provider.html", assertions=assertions, login=login, next=onward)


@_html
async def asserted_sign_in(request: Request) -> Response:
    """What the identity provider sends people back with: good once."""
    async with request.form(max_fields=10, max_files=0) as form:
        assertion, onward = str(form.get("SAMLResponse", "")), str(form.get("RelayState", ""))
    email = _page(request).asserted.pop(assertion, None)
    account = account_of(email) if email else None
    if account is None or account.company.lower() != request.path_params["company"]:
        raise session_expired()
    return _signed_in(request, account, onward)


@_html
async def sign_out(request: Request) -> Response:
    session = _session(request)
    if session is None:
        raise session_expired()
    async with request.form(max_fields=10, max_files=0) as form:
        _guard_against_forgery(request, session, str(form.get("csrf", "")))
    _page(request).state.sign_out(request.cookies[SESSION_COOKIE])
    answer = RedirectResponse(f"{_root(request)}{SIGN_IN}", 303)
    answer.delete_cookie(SESSION_COOKIE, path=_root(request) or "/", secure=True, httponly=True, samesite="lax")
    return answer


def _inside(target: str | None) -> str:
    """A path of this page to go on to after signing in; anything else becomes the settings."""
    return target if target and target.startswith("/settings") and "//" not in target else "/settings"


# Pages


@_html
async def settings(request: Request) -> Response:
    return _render(request, "settings.html", session=_administrator(request))


@_html
async def calendars(request: Request) -> Response:
    """Calendar Integrations, as it opens: the first tab, or the choice of a level."""
    session = _administrator(request)
    level = request.query_params.get("level")
    if _page(request).faults.on(PageFault.USER_LEVEL) and level != "company":
        return _render(request, "levels.html", session=session, tab="levels", own=level == "user")
    return _render(request, "google.html", session=session, tab="google")


@_html
async def office_365_tab(request: Request) -> Response:
    """The tab MSFT Office 365 Integration. The saved secret never leaves the state."""
    session = _administrator_at_tab(request)
    if _page(request).faults.on(PageFault.CUT_AT_PAGE):
        return ConnectionCut()
    state = _page(request).state
    company = session.account.company
    integration = state.integration(company)
    return _render(
        request,
        "office_365.html",
        session=session,
        tab="office-365",
        integration=integration,
        delegated=_page(request).faults.on(PageFault.DELEGATED) and integration is None,
        latest=state.latest_load(company),
    )


# Requests of the page's own script


@_json
async def save(request: Request) -> Response:
    session = _administrator_at_tab(request)
    _guard_against_forgery(request, session, request.headers.get("X-CSRF-Token"))
    fields = CalendarFields.checked(await _json_object(request))
    page = _page(request)
    if page.faults.on(PageFault.CUT_BEFORE_SAVE):
        return ConnectionCut()
    if page.faults.on(PageFault.REFUSE_SAVE):
        raise save_refused()
    saved = Integration(fields, session.account.email, page.now().isoformat())
    page.state.save_integration(session.account.company, saved)
    if page.faults.on(PageFault.LOSE_SESSION_AFTER_SAVE):
        page.faults.end_sessions()
    await asyncio.sleep(page.faults.delay)
    if page.faults.on(PageFault.CUT_AFTER_SAVE):
        return ConnectionCut()
    # Everything but the secret.
    return JSONResponse(
        {
            "clientId": saved.fields.client_id,
            "tenantId": saved.fields.tenant_id,
            "savedBy": saved.saved_by,
            "savedAt": saved.saved_at,
        }
    )


@_json
async def begin_load(request: Request) -> Response:
    """*Load Resources*: starts a load and answers at once."""
    session = _administrator_at_tab(request)
    _guard_against_forgery(request, session, request.headers.get("X-CSRF-Token"))
    page = _page(request)
    company = session.account.company
    integration = page.state.integration(company)
    if integration is None:
        raise not_configured()
    load = page.begin_load(company, integration)
    if page.faults.on(PageFault.LOSE_SESSION_WHILE_LOADING):
        page.faults.end_sessions()
    if page.faults.on(PageFault.CUT_AT_LOAD):
        return ConnectionCut()
    return JSONResponse({"id": load, "status": "RUNNING"}, 202)


@_json
async def load_status(request: Request) -> Response:
    session = _administrator_at_tab(request)
    if _page(request).faults.on(PageFault.CUT_WHILE_LOADING):
        return ConnectionCut()
    return JSONResponse(_page(request).state.load(session.account.company, request.path_params["load"]))


async def _json_object(request: Request) -> dict[str, object]:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_BODY:
            raise PageError(413, "TOO_LARGE", "That is too much text.")
    try:
        document = json_bodies.parsed(body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise PageError(400, "BAD_REQUEST", "The request is not understood.")
    return document


class ConnectionCut(Response):
    """Cuts the connection, and ends when the server has noticed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        abort: Callable[[], None] = scope["extensions"][ABORT]
        abort()
        # Returning before the server knows would make it answer 500 for the missing answer.
        while (await receive())["type"] != _GONE:
            pass


_GONE: Final = "http.disconnect"
