"""Runs the component under Pulumi's mocks and records what it declares; no CLI, plugin or network."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import grpc
import pulumi
from pulumi.runtime import mocks

from components.arguments import CalendarIntegrationArgs

DIRECTORY = "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101"
DEPLOYER = "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca01002"
GRAPH_OBJECT_ID = "093c76c9-d596-43fd-aa9a-2a71e0e7ff6c"


def changed(args: CalendarIntegrationArgs, **changes: Any) -> CalendarIntegrationArgs:
    """The arguments with others in their place; None: left out."""
    merged: dict[str, Any] = {**args, **changes}
    return cast(CalendarIntegrationArgs, {name: value for name, value in merged.items() if value is not None})


class Refused(grpc.RpcError):  # type: ignore[misc]
    """How the engine hands on what a provider could not look up."""

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        return "403 (Forbidden): Authorization_RequestDenied:\n Insufficient privileges"


@dataclass
class Recorder(mocks.Mocks):
    """Answers as Entra would, and keeps every declaration in order."""

    caller_object_id: str = DEPLOYER
    refused: str = ""
    """Part of the token of a look-up that Graph refuses."""
    in_state: dict[str, str] = field(default_factory=dict)
    """URN to type of what the stack's state holds."""
    resources: list[pulumi.runtime.MockResourceArgs] = field(default_factory=list)
    calls: list[pulumi.runtime.MockCallArgs] = field(default_factory=list)

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.resources.append(args)
        computed: dict[str, dict[str, Any]] = {
            "azuread:index/application:Application": {"clientId": "client-1", "objectId": "app-object-1"},
            "azuread:index/servicePrincipal:ServicePrincipal": {"objectId": "sp-object-1"},
            "azuread:index/applicationPassword:ApplicationPassword": {
                "keyId": f"key of {args.name}",
                "value": f"value of {args.name}",
            },
            "azure-native:keyvault:Secret": {
                "properties": {
                    "secretUri": f"https://{args.inputs.get('vaultName')}.vault.azure.net/secrets/"
                    f"{args.inputs.get('secretName')}"
                }
            },
        }
        return f"id of {args.name}", args.inputs | computed.get(args.typ, {})

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        self.calls.append(args)
        if self.refused and self.refused in args.token:
            raise Refused
        answers: dict[str, dict[str, Any]] = {
            # As the real provider does, whoever the caller is: the tenant is the configured one.
            "azuread:index/getClientConfig:getClientConfig": {"tenantId": DIRECTORY, "objectId": self.caller_object_id},
            "azuread:index/getServicePrincipals:getServicePrincipals": {
                "servicePrincipals": [{"objectId": GRAPH_OBJECT_ID}]
            },
            "azuread:index/getDomains:getDomains": {"domains": [{"domainName": "contoso.onmicrosoft.com"}]},
            "pulumi:pulumi:readStackResourceOutputs": {
                "outputs": {urn: {"type": kind, "outputs": {}} for urn, kind in self.in_state.items()}
            },
        }
        return answers[args.token], []

    def of(self, kind: str) -> list[pulumi.runtime.MockResourceArgs]:
        """The declared resources whose type ends in `kind`, in order."""
        return [resource for resource in self.resources if resource.typ.endswith(f":{kind}")]

    @property
    def declaration(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Type, name and inputs of everything declared, in an order that does not depend on scheduling."""
        return sorted((resource.typ, resource.name, resource.inputs) for resource in self.resources)

    @property
    def entra_writes(self) -> list[pulumi.runtime.MockResourceArgs]:
        """Everything that would change the tenant: all but the component and its provider."""
        return [resource for resource in self.resources if resource.typ.startswith("azuread:")]


def declare(recorder: Recorder, program: Callable[[], dict[str, Any]], *, preview: bool = False) -> dict[str, Any]:
    """Run a program and return its outputs, resolved.

    Args:
        recorder: answers and records.
        program: makes resources and returns a dictionary of outputs.
        preview: run as `pulumi preview` does, else as `pulumi up` does.
    """
    resolved: dict[str, Any] = {}

    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def run() -> pulumi.Output[None]:
        return pulumi.Output.all(**program()).apply(resolved.update)

    with asyncio.Runner():  # the SDK takes its loop
        mocks.set_mocks(recorder, project="smartrecruiters-calendar", stack="dev", preview=preview)
        run()
    return resolved
