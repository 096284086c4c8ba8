"""What is asked of the tenant before anything is made, and what a refusal means, in a sentence.

Resources are declared while the tenant answers; the engine makes and changes none of them before it has.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import pulumi
from pulumi.runtime.sync_await import _ensure_event_loop, _sync_await

from components.graph_permissions import GRAPH_APP_ID

_CALLER: Final = "azuread:index/getClientConfig:getClientConfig"
_DOMAINS: Final = "azuread:index/getDomains:getDomains"
_SERVICE_PRINCIPALS: Final = "azuread:index/getServicePrincipals:getServicePrincipals"
"""Not `getServicePrincipal`, which reads the hundreds of roles that Microsoft Graph's own has."""


class LookUps:
    """Asks for everything at once. A refusal is told where its answer is needed, so the reader decides the order."""

    def __init__(self, opts: pulumi.InvokeOptions, *, graph: bool, domain: bool) -> None:
        """Ask for the caller and, where wanted, for Microsoft Graph's service principal and the initial domain."""
        questions: dict[str, dict[str, Any]] = {_CALLER: {}}
        if graph:
            questions[_SERVICE_PRINCIPALS] = {"clientIds": [GRAPH_APP_ID]}
        if domain:
            questions[_DOMAINS] = {"onlyInitial": True}

        async def answer(function: str) -> Any:
            asked = pulumi.runtime.invoke_async(function, questions[function], opts=opts)
            return (await asyncio.gather(asked, return_exceptions=True))[0]

        self._stack = pulumi.get_stack()
        loop = _ensure_event_loop()  # type: ignore[no-untyped-call] # of what the SDK's own functions wait with
        self._answers = {function: asyncio.ensure_future(answer(function), loop=loop) for function in questions}

    def before_changes(self, component: str) -> pulumi.ResourceHookBinding:
        """Hooks by which the engine makes or changes a resource only once everything is answered."""

        async def wait(_: pulumi.ResourceHookArgs) -> None:
            for function, answer in self._answers.items():
                self._check(function, await answer)

        hook = pulumi.ResourceHook(f"{component}-look-ups", wait)
        return pulumi.ResourceHookBinding(before_create=[hook], before_update=[hook])

    def caller_object_id(self) -> str:
        """Of the identity that runs Pulumi, from its token."""
        return str(self._answer(_CALLER)["objectId"])

    def graph_object_id(self) -> str:
        """Of Microsoft Graph's service principal, which every tenant has under an object ID of its own."""
        return str(self._answer(_SERVICE_PRINCIPALS)["servicePrincipals"][0]["objectId"])

    def initial_domain(self) -> str:
        return str(self._answer(_DOMAINS)["domains"][0]["domainName"])

    def _answer(self, function: str) -> Mapping[str, Any]:
        """What a function answered; waits for it as the SDK's own functions do.

        Raises:
            pulumi.RunError: it was refused.
        """
        return self._check(function, _sync_await(self._answers[function]))

    def _check(self, function: str, answer: Any) -> Mapping[str, Any]:
        if isinstance(answer, BaseException):
            subject, remedy = _refusal(function, self._stack)
            reason = " ".join(str(answer).split())
            raise pulumi.RunError(f"{subject} could not be looked up ({reason}). Nothing was changed. {remedy}")
        return answer  # type: ignore[no-any-return]


def _refusal(function: str, stack: str) -> tuple[str, str]:
    """What was asked for, and what to do where it is refused."""
    if function == _DOMAINS:
        return "the tenant's initial domain", (
            f"Name the domain, which needs no permission: pulumi config set --stack {stack} tenantDomain <a verified "
            "domain, from the Entra overview page>; or let an administrator grant the deployer Domain.Read.All."
        )
    subject = "the identity that deploys" if function == _CALLER else "Microsoft Graph's service principal"
    return subject, f"See what the deployer lacks: smartrecruiters-calendar preflight --stack {stack}"
