"""A bot protection in front of the page: it blocks every visitor, or has them prove that they are persons.

Its manners are DataDome's, as its documentation tells them: 403, `X-DataDome: protected`, a page that loads its script
from captcha-delivery.com, and JSON with `X-DD-B` for scripts (https://docs.datadome.co/reference/validate-request). The
proof itself, one button, is invented; the script is named and never loaded.
"""

import secrets
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.smartrecruiters.faults import PageFault
from sandbox.smartrecruiters.page import IntegrationPage

COOKIE: Final = "datadome"

_PROOF: Final = "/bot-protection"
_HEADERS: Final = {"X-DataDome": "protected"}
_ADDRESS: Final = "https://geo.captcha-delivery.com/captcha/"
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>smartrecruiters sandbox</title></head>
<body><p>{words}</p>{form}
<script src="https://ct.captcha-delivery.com/c.js"></script></body></html>
"""
_FORM: Final = '<form method="post" action="{root}{proof}"><button>I am a person</button></form>'


class BotProtection:
    def __init__(self, application: ASGIApp, page: IntegrationPage) -> None:
        self._application = application
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        faults, application = self._page.faults, self._application
        if scope["type"] == "http" and not is_static(scope):
            request, root = Request(scope), scope.get("root_path", "")
            if faults.on(PageFault.BOT_BLOCK):
                application = _refusal(request, "Access is blocked.", "")
            elif faults.on(PageFault.BOT_CHALLENGE) and request.cookies.get(COOKIE) not in self._page.persons:
                proved = request.method == "POST" and request.url.path == f"{root}{_PROOF}"
                form = _FORM.format(root=root, proof=_PROOF)
                application = self._let_in(root) if proved else _refusal(request, "Are you a person?", form)
        await application(scope, receive, send)

    def _let_in(self, root: str) -> Response:
        cookie = secrets.token_urlsafe(24)
        self._page.persons.add(cookie)
        answer = RedirectResponse(f"{root}/", 303)
        answer.set_cookie(COOKIE, cookie, path=root or "/", secure=True, samesite="lax", max_age=86_400)
        return answer


def is_static(scope: Scope) -> bool:
    return str(scope["path"]).removeprefix(scope.get("root_path", "")).startswith("/static/")


def _refusal(request: Request, words: str, form: str) -> Response:
    if "json" in request.headers.get("Accept", "") and "html" not in request.headers["Accept"]:
        return JSONResponse({"url": _ADDRESS}, 403, {**_HEADERS, "X-DD-B": "1"})
    return HTMLResponse(_PAGE.format(words=words, form=form), 403, _HEADERS)
