"""Puts the settings page together as a Starlette application, to be mounted at `/smartrecruiters`."""

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.core.context import Context
from sandbox.smartrecruiters.bot_protection import BotProtection, is_static
from sandbox.smartrecruiters.faults import PageFault
from sandbox.smartrecruiters.page import IntegrationPage
from sandbox.smartrecruiters.responses import maintenance
from sandbox.smartrecruiters.urls import ROUTES

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action {forms}",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class _Headers:
    def __init__(self, application: ASGIApp, page: IntegrationPage) -> None:
        self._application = application
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                forms = "'self'"
                if self._page.faults.on(PageFault.SINGLE_SIGN_ON):
                    forms += f" {self._page.origin} {self._page.identity_provider}"
                MutableHeaders(scope=message).update({name: one.format(forms=forms) for name, one in _HEADERS.items()})
            await send(message)

        await self._application(scope, receive, send_with_headers)


class _Maintenance:
    """Answers 503 to everything but the style sheet while that fault is switched on."""

    def __init__(self, application: ASGIApp, page: IntegrationPage) -> None:
        self._application = application
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        application = self._application
        if scope["type"] == "http" and self._page.faults.on(PageFault.MAINTENANCE) and not is_static(scope):
            application = maintenance(self._page, root=scope.get("root_path", ""))
        await application(scope, receive, send)


def app(context: Context) -> Starlette:
    page = IntegrationPage(context)
    middleware = [
        Middleware(_Headers, page=page),
        Middleware(_Maintenance, page=page),
        Middleware(BotProtection, page=page),
    ]
    application = Starlette(routes=ROUTES, middleware=middleware)
    application.state.page = page
    return application
