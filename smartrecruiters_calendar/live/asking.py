"""Proves that the app of a live check works, and asks the questions of `smartrecruiters_calendar.live.recording`."""

import secrets
from collections.abc import Callable
from uuid import uuid4

from components.graph_permissions import GRAPH_APP_ID
from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import EntraRefused
from smartrecruiters_calendar.entra.patience import wait_until
from smartrecruiters_calendar.entra.tenant import Tenant
from smartrecruiters_calendar.entra.tokens import fetch_token
from smartrecruiters_calendar.live.plan import Plan
from smartrecruiters_calendar.live.recording import Recording, ask
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.stack import Outputs

WAIT_SECONDS = 120.0
"""Bound of the wait until a new secret and new grants work everywhere in Entra."""


def asking(plan: Plan, deployer: Tenant) -> Callable[[Outputs], Recording]:

    def ask_everything(outputs: Outputs) -> Recording:
        names = {
            "application": outputs.application_object_id,
            "servicePrincipal": outputs.service_principal_object_id,
            "name": plan.display_name,
            "graph": GRAPH_APP_ID,
            "nothing": str(uuid4()),
            "nobody": f"nobody-{secrets.token_hex(8)}@{outputs.tenant_id}",
        }
        cloud = deployer.cloud
        with Directory(cloud, _working_token(cloud, plan, outputs)) as app:
            answers = ask({"deployer": deployer.directory, "app": app}, names)
        return Recording(
            cloud="public" if cloud.public else "other", permissions=tuple(plan.permissions), answers=tuple(answers)
        )

    return ask_everything


def _working_token(cloud: Cloud, plan: Plan, outputs: Outputs) -> AppToken:
    """A token with every permission of the plan; new objects are waited for.

    Raises:
        EntraRefused: there is no token even after waiting.
        Stopped: its roles are not the declared ones.
    """
    wanted = frozenset(plan.permissions)
    token = _token_in_time(cloud, outputs, wanted)
    if token.roles != wanted:
        held = ", ".join(sorted(token.roles)) or "nothing"
        raise Stopped(
            Reason.LIVE_APP_REFUSED, f"The app that was made holds {held} instead of {', '.join(sorted(wanted))}."
        )
    return token


def _token_in_time(cloud: Cloud, outputs: Outputs, wanted: frozenset[str]) -> AppToken:
    """A token with the wanted roles, or the last one where waiting did not help."""

    def ask_once() -> AppToken | EntraRefused:
        try:
            return fetch_token(cloud, outputs.directory_id, outputs.client_id, outputs.client_secret)
        except EntraRefused as refused:
            if not refused.may_be_lag:
                raise
            return refused

    found = wait_until(ask_once, lambda one: isinstance(one, AppToken) and wanted <= one.roles, WAIT_SECONDS)
    if isinstance(found, EntraRefused):
        raise found
    return found
