"""What is asked of the tenant before anything is declared, and what a refusal means, in a sentence."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import pulumi
from pulumi.runtime.sync_await import _sync_await

from components.graph_permissions import GRAPH_APP_ID

_CALLER: Final = "azuread:index/getClientConfig:getClientConfig"
_DOMAINS: Final = "azuread:index/getDomains:getDomains"
_SERVICE_PRINCIPALS: Final = "azuread:index/getServicePrincipals:getServicePrincipals"
"""Not `getServicePrincipal`, which reads the hundreds of roles that Microsoft Graph's own has."""


class LookUps:
    """Asks for everything at once. A refusal is reported when its answer is read, so the reader decides the order."""

    def __init__(self, opts: pulumi.InvokeOptions, *, graph: bool, domain: bool) -> None:
        """Ask for the caller and, where wanted, for Microsoft Graph's service principal and the initial domain."""
        questions: dict[str, dict[str, Any]] = {_CALLER: {}}
        if graph:
            questions[_SERVICE_PRINCIPALS] = {"clientIds": [GRAPH_APP_ID]}
        if domain:
            questions[_DOMAINS] = {"onlyInitial": True}

        async def answers() -> list[Any]:
            asked = (pulumi.runtime.invoke_async(*question, opts=opts) for question in questions.items())
            return await asyncio.gather(*asked, return_exceptions=True)

        # What the SDK's own functions wait with, which can only be called one after another.
        self._answers = dict(zip(questions, _sync_await(answers()), strict=True))

    def caller_object_id(self) -> str:
        """Of the identity that runs Pulumi, from its token."""
        return str(self._answer(_CALLER, "the identity that deploys", _preflight())["objectId"])

    def graph_object_id(self) -> str:
        """Of Microsoft Graph's service principal, which every tenant has under an object ID of its own."""
        found = self._answer(_SERVICE_PRINCIPALS, "Microsoft Graph's service principal", _preflight())
        return str(found["servicePrincipals"][0]["objectId"])

    def initial_domain(self) -> str:
        found = self._answer(
            _DOMAINS,
            "the tenant's initial domain",
            "Name the domain, which needs no permission: pulumi config set --stack "
            f"{pulumi.get_stack()} tenantDomain <a verified domain, from the Entra overview page>; or let an "
            "administrator grant the deployer Domain.Read.All.",
        )
        return str(found["domains"][0]["domainName"])

    def _answer(self, function: str, subject: str, remedy: str) -> Mapping[str, Any]:
        """What a function answered.

        Raises:
            pulumi.RunError: it was refused.
        """
        answer = self._answers[function]
        if isinstance(answer, BaseException):
            reason = " ".join(str(answer).split())
            raise pulumi.RunError(f"{subject} could not be looked up ({reason}). Nothing was changed. {remedy}")
        return answer  # type: ignore[no-any-return]


def _preflight() -> str:
    return f"See what the deployer lacks: smartrecruiters-calendar preflight --stack {pulumi.get_stack()}"
