"""What the engine shows the policy pack of a program at its first preview, without an engine.

Pulumi's mocks take the registrations; each is read as the policy SDK reads what the engine sends: inputs in the wire's
form, values that only deploying reveals as the SDK's unknowns, and which resource each value comes from.
"""

import asyncio
import runpy
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
from google.protobuf import json_format  # type: ignore[import-untyped]
from pulumi.runtime import mocks
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import unknown_checking_proxy

from components.declared_resources import Declared
from policy.pack import plain
from policy.rule import ResourceRule
from policy.rules import RULES
from tests.components.declared import DEPLOYER, DIRECTORY, GRAPH_OBJECT_ID

STACK = "dev"


@dataclass
class _Tenant(mocks.Mocks):
    """Look-ups have answers; nothing is deployed, so no resource has outputs."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return "", args.inputs

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        graph = "00000003-0000-0000-c000-000000000000" in (args.args.get("clientId"), *args.args.get("clientIds", ()))
        service_principal = {"objectId": GRAPH_OBJECT_ID if graph else "5e0f9c11-66a1-4a0e-9d5d-3c5b1b0a2222"}
        answers: dict[str, dict[str, Any]] = {
            "azuread:index/getClientConfig:getClientConfig": {"tenantId": DIRECTORY, "objectId": DEPLOYER},
            "azuread:index/getServicePrincipal:getServicePrincipal": service_principal,
            "azuread:index/getServicePrincipals:getServicePrincipals": {"servicePrincipals": [service_principal]},
            "azuread:index/getDomains:getDomains": {"domains": [{"domainName": "contoso.onmicrosoft.com"}]},
        }
        return answers.get(args.token, {}), []


class _Engine(mocks.MockMonitor):
    def __init__(self) -> None:
        super().__init__(_Tenant())
        self.shown: list[Declared] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 (the engine's own name)
        answer = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        inputs = unknown_checking_proxy(deserialize_properties(json_format.MessageToDict(request.object)))
        self.shown.append(
            Declared(
                type=request.type,
                name=request.name,
                urn=answer.urn,
                properties=plain(inputs),
                protect=bool(request.protect),
                default_provider=request.custom and not request.provider,
                sources={name: list(one.urns) for name, one in request.propertyDependencies.items()},
            )
        )
        return answer


def declared_by(program: Path, configuration: dict[str, str]) -> list[Declared]:
    """Everything that a program registers at the first preview of the stack."""
    engine = _Engine()

    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def run() -> None:
        runpy.run_path(str(program))

    with asyncio.Runner():  # the SDK takes its loop
        mocks.set_mocks(engine.mocks, project="smartrecruiters-calendar", stack=STACK, preview=True, monitor=engine)
        pulumi.runtime.set_all_config({f"smartrecruiters-calendar:{key}": text for key, text in configuration.items()})
        run()
    return engine.shown


@dataclass
class Verdict:
    rules: set[str] = field(default_factory=set)
    """Names of the rules that stop the change."""
    sentences: list[str] = field(default_factory=list)


def judged(declared: Iterable[Declared]) -> Verdict:
    resources = [one for one in declared if one.type != "pulumi:pulumi:Stack"]
    verdict = Verdict()
    for rule in (one for one in RULES if not one.advisory):
        settings = rule.settings_with_defaults({})
        if isinstance(rule, ResourceRule):
            found = [violation for resource in resources for violation in rule.check(resource, settings)]
        else:
            found = list(rule.check(resources, settings))
        if found:
            verdict.rules.add(rule.name)
            verdict.sentences += [rule.message(violation) for violation in found]
    return verdict
