"""The addresses of the settings page, relative to where it is mounted."""

from pathlib import Path
from typing import Final

from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.smartrecruiters import responses
from sandbox.smartrecruiters.variant import CALENDARS, MOVED_TAB, SIGN_IN, SINGLE_SIGN_ON, TAB

ROUTES: Final = [
    Route("/", responses.home),
    Route(SIGN_IN, responses.sign_in_page, methods=["GET"]),
    Route(SIGN_IN, responses.sign_in, methods=["POST"]),
    Route(SINGLE_SIGN_ON, responses.single_sign_on, methods=["GET"]),
    Route(SINGLE_SIGN_ON, responses.asserted_sign_in, methods=["POST"]),
    Route("/identity-provider/{company}", responses.identity_provider),
    Route("/sign-out", responses.sign_out, methods=["POST"]),
    Route("/settings", responses.settings),
    Route(CALENDARS, responses.calendars),
    *(
        route
        for tab in (TAB, MOVED_TAB)
        for route in (
            Route(tab, responses.office_365_tab, methods=["GET"]),
            Route(tab, responses.save, methods=["PUT"]),
            Route(f"{tab}/loads", responses.begin_load, methods=["POST"]),
            Route(f"{tab}/loads/{{load}}", responses.load_status, methods=["GET"]),
        )
    ),
    Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
]
