"""What the program alone declares, as evidence: no CLI, no plugin, no state, no credentials, no network.

The project's own `__main__.py` runs under Pulumi's mocks, so a change to the program shows before it is deployed. What
only a tenant knows (policies, sign-ins, what others granted) is `Unread`.
"""

import asyncio
import importlib.util
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Final

import pulumi
from pulumi.runtime import mocks

from components.declared_resources import Declared, Denial
from components.graph_permissions import GRAPH_APP_ID
from components.mistakes import ConfigurationRefused
from components.settings import Settings
from components.statement import denied, denied_together
from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import (
    Absent,
    Application,
    DelegatedGrant,
    Evidence,
    ServicePrincipalFacts,
    Unread,
)
from smartrecruiters_calendar.entra.comparison import GRAPH, Permission, PermissionNames, RedirectUrl
from smartrecruiters_calendar.entra.registration import Credential, Owner
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.settings import Configuration, read_configuration
from smartrecruiters_calendar.stack.state import DeployedApp

NOT_DEPLOYED: Final = "not deployed"
"""Placeholder for an identifier that only a tenant gives."""

_COMPUTED: Final = ("clientId", "objectId", "keyId", "value")
_TENANT: Final = "ARM_TENANT_ID"
_NAMES: Final = PermissionNames()


@dataclass
class _Recorder(mocks.Mocks):
    """Answers as a tenant would that takes everything, and keeps what was declared."""

    caller: str
    environment: Mapping[str, str]
    """As it was before the program ran, which could change its own."""
    declared: list[mocks.MockResourceArgs] = field(default_factory=list)
    outputs: list[Mapping[str, Any]] = field(default_factory=list)
    """Of each of `declared`, in the same order."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        made = f"id of {args.name}"
        # Each output differs from every other, so that what it is passed on to shows where it came from.
        computed = {name: f"{name} of {args.name} ({NOT_DEPLOYED})" for name in _COMPUTED}
        self.declared.append(args)
        self.outputs.append(computed | args.inputs | {"id": made})
        return made, computed | args.inputs

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        # Graph by its application ID alone: any app can bear its display name.
        graph = args.args in ({"clientIds": [GRAPH_APP_ID]}, {"clientId": GRAPH_APP_ID})
        service_principal = {"objectId": GRAPH if graph else f"a service principal looked up by {dict(args.args)}"}
        answers: dict[str, dict[str, Any]] = {
            "azuread:index/getClientConfig:getClientConfig": {"objectId": self.caller},
            "azuread:index/getServicePrincipal:getServicePrincipal": service_principal,
            "azuread:index/getServicePrincipals:getServicePrincipals": {"servicePrincipals": [service_principal]},
            "azuread:index/getDomains:getDomains": {"domains": [{"domainName": "the initial domain"}]},
        }
        return answers.get(args.token, {}), []

    def denials(self) -> tuple[Denial, ...]:
        """What is not part of the integration."""
        each = [_as_declared(one, one.inputs) for one in self.declared]
        together = [_as_declared(one, known) for one, known in zip(self.declared, self.outputs, strict=True)]
        return (
            *(denial for one in each for denial in denied(one, self.environment)),
            *denied_together(together, (GRAPH,)),
        )

    def of(self, kind: str) -> list[mocks.MockResourceArgs]:
        return [resource for resource in self.declared if resource.typ.endswith(f":{kind}")]


def declared_case(project: Path, stack: StackName, now: datetime) -> Case:
    """What the program declares for a stack, as a case for the checks.

    Raises:
        Stopped: the stack's file has mistakes, or the program refuses to run.
    """
    configuration = read_configuration(project, stack)
    read, stack = _checked(configuration), configuration.stack
    declared = _declared(project, configuration, read.owners[0])
    named = {str(one.inputs.get("displayName") or ""): one.name for one in declared.of("ApplicationPassword")}
    keys = {
        secret.issued: named[name] for secret in read.declared_secrets() if (name := secret.key_name(stack)) in named
    }
    domain = read.tenant_domain or "the initial domain"
    deployed = DeployedApp(NOT_DEPLOYED, NOT_DEPLOYED, NOT_DEPLOYED, domain, read.directory_id, keys)
    return Case(stack, read, deployed, _evidence(declared, read, stack), now)


def _checked(configuration: Configuration) -> Settings:
    try:
        return configuration.settings()
    except ConfigurationRefused as refused:
        raise Stopped(Reason.SETTINGS_REFUSED, str(refused)) from None


def _declared(project: Path, configuration: Configuration, caller: str) -> _Recorder:
    recorder = _Recorder(caller, dict(os.environ))

    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def run() -> None:
        _execute(project)

    try:
        with asyncio.Runner(), _no_tenant_named():  # the SDK takes its loop: none is left open for each stack
            mocks.set_mocks(recorder, project=configuration.project, stack=configuration.stack)
            pulumi.runtime.set_all_config(dict(configuration.texts))
            run()
    except pulumi.RunError as refused:
        raise Stopped(Reason.SETTINGS_REFUSED, str(refused)) from None
    except Exception as failure:  # noqa: BLE001 (whatever somebody wrote into the program)
        reason = " ".join(f"{type(failure).__name__}: {failure}".split())
        raise Stopped(Reason.SETTINGS_REFUSED, f"The program of {configuration.stack} fails: {reason}.") from None
    return recorder


def _as_declared(resource: mocks.MockResourceArgs, properties: Mapping[str, Any]) -> Declared:
    return Declared(
        type=resource.typ,
        name=resource.name,
        urn=resource.name,
        properties=properties,
        default_provider=not resource.provider,
    )


def _execute(project: Path) -> None:
    program = project / "__main__.py"
    if str(project) not in sys.path:
        sys.path.insert(0, str(project))
    spec = importlib.util.spec_from_file_location("audited_program", program)
    if spec is None or spec.loader is None:
        raise Stopped(Reason.SETTINGS_REFUSED, f"{program} is not a Python program.")
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


@contextmanager
def _no_tenant_named() -> Iterator[None]:
    """Nobody is signed in, so the tenant that this shell is signed in to does not matter."""
    named = os.environ.pop(_TENANT, None)
    try:
        yield
    finally:
        if named is not None:
            os.environ[_TENANT] = named


def _evidence(declared: _Recorder, read: Settings, stack: str) -> Evidence:
    applications, principals = declared.of("Application"), declared.of("ServicePrincipal")
    only_a_tenant = "the program alone does not say"
    return Evidence(
        source="program",
        application=_application(applications[0], declared, read, stack)
        if applications
        else Absent("application", NOT_DEPLOYED),
        service_principal=_service_principal(principals[0])
        if principals
        else Absent("service principal", NOT_DEPLOYED),
        granted=Unread("grants", "an administrator consents manually (adminConsent: external)")
        if read.admin_consent == "external"
        else frozenset(
            _NAMES.granted(str(one.inputs["appRoleId"]), str(one.inputs["resourceObjectId"]))
            for one in declared.of("AppRoleAssignment")
        ),
        delegated=tuple(
            DelegatedGrant(Permission(scope, "delegated"), one.inputs.get("userObjectId"))
            for one in declared.of("ServicePrincipalDelegatedPermissionGrant")
            for scope in one.inputs.get("claimValues", ())
        ),
        federated=tuple(
            Credential("federated", one.name, str(one.inputs.get("subject", "")))
            for one in declared.of("ApplicationFederatedIdentityCredential")
        ),
        application_owners=_owners(applications),
        service_principal_owners=_owners(principals),
        tenant_policy=Unread("tenant's app management policy", only_a_tenant),
        own_policy=None,
        sign_in=Unread("sign-in activity", only_a_tenant),
        denials=declared.denials(),
    )


def _application(resource: mocks.MockResourceArgs, declared: _Recorder, read: Settings, stack: str) -> Application:
    inputs = resource.inputs
    implicit = (inputs.get("web") or {}).get("implicitGrant") or {}
    platforms: dict[Any, str] = {"web": "web", "single-page": "singlePageApplication", "public client": "publicClient"}
    issued = {secret.key_name(stack): secret.issued for secret in read.declared_secrets()}
    secrets = tuple(
        Credential(
            "secret",
            one.name,
            name := str(one.inputs.get("displayName") or ""),
            starts=datetime.combine(issued[name], time(), UTC) if name in issued else None,
            ends=_end(one),
        )
        for one in declared.of("ApplicationPassword")
    )
    certificates = tuple(
        Credential("certificate", one.name, "", ends=_end(one)) for one in declared.of("ApplicationCertificate")
    )
    return Application(
        object_id=NOT_DEPLOYED,
        client_id=NOT_DEPLOYED,
        name=str(inputs.get("displayName", "")),
        audience=str(inputs.get("signInAudience", "AzureADMyOrg")),
        redirect_urls=tuple(
            RedirectUrl(url, platform)
            for platform, key in platforms.items()
            for url in (inputs.get(key) or {}).get("redirectUris", ())
        ),
        implicit_tokens=tuple(
            kind
            for kind, key in (("access", "accessTokenIssuanceEnabled"), ("ID", "idTokenIssuanceEnabled"))
            if implicit.get(key)
        ),
        requested=frozenset(
            _NAMES.requested(api["resourceAppId"], str(access["id"]), access["type"])
            for api in inputs.get("requiredResourceAccesses", ())
            for access in api["resourceAccesses"]
        ),
        credentials=(*secrets, *certificates),
        locked=None,
        created=None,
    )


def _end(credential: mocks.MockResourceArgs) -> datetime | None:
    written = credential.inputs.get("endDate")
    try:
        return datetime.fromisoformat(str(written)).astimezone(UTC) if written else None
    except ValueError:
        return None  # the statement's denial says what it is


def _service_principal(resource: mocks.MockResourceArgs) -> ServicePrincipalFacts:
    return ServicePrincipalFacts(
        object_id=NOT_DEPLOYED,
        enabled=bool(resource.inputs.get("accountEnabled", True)),
        assignment_required=bool(resource.inputs.get("appRoleAssignmentRequired", False)),
        credentials=(),
    )


def _owners(resources: list[mocks.MockResourceArgs]) -> tuple[Owner, ...]:
    return tuple(Owner(owner, "", "identity") for one in resources[:1] for owner in one.inputs.get("owners", ()))
