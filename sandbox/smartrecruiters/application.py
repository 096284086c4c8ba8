"""Puts the settings page together as a Starlette application, to be mounted at `/smartrecruiters`."""

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.core.context import Context
from sandbox.smartrecruiters.faults import PageFault
from sandbox.smartrecruiters.page import IntegrationPage
from sandbox.smartrecruiters.responses import maintenance
from sandbox.smartrecruiters.urls import ROUTES

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class _Headers:
    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._application(scope, receive, send_with_headers)


class _Maintenance:
    """Answers 503 to everything but the style sheet while that fault is switched on."""

    def __init__(self, application: ASGIApp, page: IntegrationPage) -> None:
        self._application = application
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        application = self._application
        if scope["type"] == "http" and self._page.faults.on(PageFault.MAINTENANCE) and not _is_static(scope):
            application = maintenance(self._page, root=scope.get("root_path", ""))
        await application(scope, receive, send)


def _is_static(scope: Scope) -> bool:
    return str(scope["path"]).removeprefix(scope.get("root_path", "")).startswith("/static/")


def app(context: Context) -> Starlette:
    page = IntegrationPage(context)
    middleware = [Middleware(_Headers), Middleware(_Maintenance, page=page)]
    application = Starlette(routes=ROUTES, middleware=middleware)
    application.state.page = page
    return application
