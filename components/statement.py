"""What the integration is: every type, property and value that a program may declare. All else is denied.

The policy pack, the report from the program alone and the audit compare with this one statement. It lists what is
allowed, so that a resource or a property which nobody here has heard of is denied too.

Two questions, because the engine asks them at different times: `denied` about one resource by its inputs, before it is
created, and `denied_together` about all of them, with what is known of their outputs: how many there are, and whether
each refers to the others (a grant to *this* service principal, a secret on *this* application).

What it leaves to others: whether redirect URL, owners, names, dates and permissions are those of the configuration.
"""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from components.arguments import COMPONENT_TYPE
from components.client_secrets import MAX_LIVE_SECRETS
from components.declared_resources import (
    APPLICATION,
    GRANT,
    SECRET,
    SERVICE_PRINCIPAL,
    STACK,
    UNKNOWN,
    VAULT_SECRET,
    Declared,
    Denial,
    entries,
    part,
)
from components.graph_permissions import DELEGATED_PERMISSIONS, GRAPH_APP_ID, PERMISSIONS

ENTRA_PROVIDER: Final = "pulumi:providers:azuread"
AZURE_PROVIDER: Final = "pulumi:providers:azure-native"

_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_KEY_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100} \d{4}-\d{2}-\d{2}(?:\.[2-9])?", re.ASCII)
"""As `ClientSecret.key_name` writes it."""


@dataclass(frozen=True)
class OneOf:
    """A value of a short list."""

    values: tuple[Any, ...]


@dataclass(frozen=True)
class Text:
    """Any text that a reviewer can read: one that is known before deploying."""

    pattern: re.Pattern[str] | None = None
    of_a: str = "text"


@dataclass(frozen=True)
class OutputOf:
    """An output of the stack's only resource of a type, which exists only once that is deployed."""

    type: str
    output: str


@dataclass(frozen=True)
class FromEnvironment:
    """What the SDK reads from a variable of the machine that deploys; the program must not say otherwise."""

    variable: str
    otherwise: str = ""


@dataclass(frozen=True)
class Anything:
    """Directions for engine or provider that change nothing in the tenant."""


@dataclass(frozen=True)
class Each:
    rule: "Rule"


@dataclass(frozen=True)
class Fields:
    rules: Mapping[str, "Rule"]


@dataclass(frozen=True)
class Either:
    """One of several forms; where none fits, what is wrong is said of the first."""

    rules: tuple["Rule", ...]


Rule: TypeAlias = OneOf | Text | OutputOf | FromEnvironment | Anything | Each | Fields | Either

_ID: Final = Text(_GUID, "GUID")
_CATALOGUE: Final = OneOf(tuple(permission.app_role_id for permission in PERMISSIONS.values()))
_DELEGATED: Final = OneOf(tuple(DELEGATED_PERMISSIONS.values()))

TYPES: Final[Mapping[str, Mapping[str, Rule]]] = {
    STACK: {},
    COMPONENT_TYPE: {},
    ENTRA_PROVIDER: {
        "tenantId": _ID,
        "version": Anything(),
        "environment": FromEnvironment("ARM_ENVIRONMENT", "public"),
        "msiEndpoint": FromEnvironment("ARM_MSI_ENDPOINT"),
        "useMsi": FromEnvironment("ARM_USE_MSI", "false"),
        "metadataHost": FromEnvironment("ARM_METADATA_HOSTNAME"),
    },
    APPLICATION: {
        "displayName": Text(),
        "signInAudience": OneOf(("AzureADMyOrg",)),
        "web": Fields({"redirectUris": Each(Text())}),
        "requiredResourceAccesses": Each(
            Fields(
                {
                    "resourceAppId": OneOf((GRAPH_APP_ID,)),
                    "resourceAccesses": Each(
                        Either(
                            (
                                Fields({"id": _CATALOGUE, "type": OneOf(("Role",))}),
                                Fields({"id": _DELEGATED, "type": OneOf(("Scope",))}),
                            )
                        )
                    ),
                }
            )
        ),
        "owners": Each(_ID),
        "preventDuplicateNames": OneOf((True,)),
    },
    SERVICE_PRINCIPAL: {
        "clientId": OutputOf(APPLICATION, "clientId"),
        "owners": Each(_ID),
        "accountEnabled": OneOf((True,)),
        "useExisting": OneOf((True,)),
    },
    GRANT: {
        "appRoleId": _CATALOGUE,
        "principalObjectId": OutputOf(SERVICE_PRINCIPAL, "objectId"),
        "resourceObjectId": Text(),
    },
    SECRET: {
        "applicationId": OutputOf(APPLICATION, "id"),
        "displayName": Text(_KEY_NAME, "stack's name and a day"),
        "endDate": Text(),
    },
    AZURE_PROVIDER: {
        "tenantId": _ID,
        "subscriptionId": _ID,
        "version": Anything(),
        "environment": FromEnvironment("ARM_ENVIRONMENT", "public"),
        "metadataHost": FromEnvironment("ARM_METADATA_HOSTNAME"),
        "msiEndpoint": FromEnvironment("ARM_MSI_ENDPOINT"),
        "useMsi": FromEnvironment("ARM_USE_MSI", "false"),
        "useOidc": FromEnvironment("ARM_USE_OIDC", "false"),
    },
    VAULT_SECRET: {
        "resourceGroupName": Text(),
        "vaultName": Text(),
        "secretName": Text(),
        "properties": Fields(
            {
                "value": OutputOf(SECRET, "value"),
                "contentType": Text(),
                "attributes": Fields({"enabled": OneOf((True,)), "expires": Anything()}),
            }
        ),
        "tags": Fields(
            {"stack": Text(), "keyId": OutputOf(SECRET, "keyId"), "clientId": OutputOf(APPLICATION, "clientId")}
        ),
    },
}
"""Type to the properties it may have; one that is left out, or has the value of nothing set, is always allowed."""

REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    ENTRA_PROVIDER: ("tenantId",),
    AZURE_PROVIDER: ("tenantId", "subscriptionId"),
    SERVICE_PRINCIPAL: ("clientId", "owners"),
    APPLICATION: ("owners",),
    GRANT: ("appRoleId", "principalObjectId", "resourceObjectId"),
    SECRET: ("applicationId", "displayName", "endDate"),
}
"""Without these the provider would choose: its caller as owner, its own tenant, an end two years ahead."""

MOST: Final[Mapping[str, int]] = dict.fromkeys(TYPES, 1) | {GRANT: len(PERMISSIONS), SECRET: MAX_LIVE_SECRETS}
"""How many of a type one stack may declare."""


def denied(resource: Declared, environment: Mapping[str, str] = os.environ) -> Iterator[Denial]:
    """What is wrong with one resource, by its inputs."""
    rules = TYPES.get(resource.type)
    if rules is None:
        yield _of_no_type(resource)
        return
    if resource.type == COMPONENT_TYPE:
        return  # its arguments are configuration; what it makes of them is looked at by itself
    if resource.default_provider and resource.type.startswith(("azuread:", "azure-native:")):
        yield Denial(resource, "it does not use the provider that is pinned to the stack's tenant.")
    for name in REQUIRED.get(resource.type, ()):
        if _is_nothing(resource.properties.get(name)):
            yield Denial(resource, f"it leaves out {name}, so the provider would choose.")
    for wrong in _wrong(Fields(rules), resource.properties, "", environment):
        yield Denial(resource, wrong)


def denied_together(resources: Sequence[Declared], graph_object_ids: Iterable[str] = ()) -> Iterator[Denial]:
    """What is wrong with the resources together.

    Args:
        graph_object_ids: object IDs of Microsoft Graph's service principal that a grant may be for; none: any one.
    """
    by_type = _by_type(resources)
    yield from _surplus(by_type)
    yield from _twice(by_type[GRANT], "appRoleId", "grants the same permission")
    yield from _twice(by_type[SECRET], "displayName", "bears the same name")
    for resource in resources:
        for path, rule in _outputs_in(Fields(TYPES.get(resource.type, {})), ""):
            targets = by_type[rule.type]
            if wrong := _elsewhere(resource, path, rule, targets):
                yield Denial(resource, wrong)
    yield from _other_resources(by_type[GRANT], resources, frozenset(graph_object_ids))


def denied_in_state(resources: Sequence[Declared]) -> Iterator[Denial]:
    """What a stack's state holds beyond the integration, by type and number: values are looked at in the tenant."""
    yield from (_of_no_type(resource) for resource in resources if resource.type not in TYPES)
    # The engine makes providers of its own, which the state keeps.
    own = {kind: found for kind, found in _by_type(resources).items() if kind not in (ENTRA_PROVIDER, AZURE_PROVIDER)}
    yield from _surplus(own)


def _of_no_type(resource: Declared) -> Denial:
    return Denial(resource, f"it is a {resource.type}, which is not part of the integration.")


def _by_type(resources: Sequence[Declared]) -> dict[str, list[Declared]]:
    return {kind: [one for one in resources if one.type == kind] for kind in TYPES}


def _surplus(by_type: Mapping[str, Sequence[Declared]]) -> Iterator[Denial]:
    for kind, found in by_type.items():
        for surplus in found[MOST[kind] :]:
            more = "a second" if MOST[kind] == 1 else f"one more than {MOST[kind]}"
            yield Denial(surplus, f"it is {more} {surplus.kind.rpartition('/')[2]}.")


def _wrong(rule: Rule, value: Any, path: str, environment: Mapping[str, str]) -> Iterator[str]:
    if value is None or isinstance(rule, Anything | OutputOf) or (_is_nothing(value) and not isinstance(rule, OneOf)):
        return
    if value is UNKNOWN:
        yield f"{path} is known only after deploying, so nobody can review it."
    elif isinstance(rule, Fields):
        if not isinstance(value, Mapping):
            yield f"{path} is not what the provider takes."
            return
        for name, item in value.items():
            below = f"{path}.{name}" if path else name
            known = rule.rules.get(name)
            if known is not None:
                yield from _wrong(known, item, below, environment)
            elif not _is_nothing(item) and not (name.startswith("__") and name.endswith("defaults")):
                yield f"it sets {below}, which is not part of the integration."
    elif isinstance(rule, Either):
        wrongs = [list(_wrong(one, value, path, environment)) for one in rule.rules]
        yield from wrongs[0] if all(wrongs) else ()
    elif isinstance(rule, Each):
        items = entries(value)
        if not items:
            yield f"{path} is not what the provider takes."
        for number, item in enumerate(items):
            yield from _wrong(rule.rule, item, f"{path}[{number}]", environment)
    elif not _fits(rule, value, environment):
        yield f"{path} is {value!r}, which {_expected(rule)}."


def _fits(rule: OneOf | Text | FromEnvironment, value: Any, environment: Mapping[str, str]) -> bool:
    if isinstance(rule, OneOf):
        return any(value is allowed or (type(value) is type(allowed) and value == allowed) for allowed in rule.values)
    if isinstance(rule, FromEnvironment):
        given = environment.get(rule.variable) or rule.otherwise
        return str(value).casefold() in (given.casefold(), rule.otherwise.casefold())
    return isinstance(value, str) and (rule.pattern is None or rule.pattern.fullmatch(value) is not None)


def _expected(rule: OneOf | Text | FromEnvironment) -> str:
    if isinstance(rule, OneOf):
        return "is not allowed"
    if isinstance(rule, FromEnvironment):
        return f"is not what {rule.variable} says"
    return f"is not a {rule.of_a}"


def _is_nothing(value: Any) -> bool:
    """Whether a property is as good as left out."""
    return value is None or value is False or value in ("", "false") or (value is not UNKNOWN and value in ([], {}, ()))


def _twice(resources: Iterable[Declared], name: str, does: str) -> Iterator[Denial]:
    seen: Counter[Any] = Counter()
    for resource in resources:
        value = resource.properties.get(name)
        seen[repr(value)] += 1
        if seen[repr(value)] == 2:
            yield Denial(resource, f"it {does} as another one.")


def _outputs_in(rule: Rule, path: str) -> Iterator[tuple[tuple[str, ...], OutputOf]]:
    if isinstance(rule, OutputOf):
        yield tuple(path.split(".")), rule
    elif isinstance(rule, Fields):
        for name, below in rule.rules.items():
            yield from _outputs_in(below, f"{path}.{name}" if path else name)


def _elsewhere(resource: Declared, path: tuple[str, ...], rule: OutputOf, targets: Sequence[Declared]) -> str | None:
    """What is wrong where a value is not the output it must be."""
    value = part(resource.properties, *path)
    if _is_nothing(value):
        return None
    kind = rule.type.rpartition(":")[2]
    wrong = f"{'.'.join(path)} is not the {rule.output} of the {kind} declared here."
    if resource.sources is not None:
        sources = set(resource.sources.get(path[0], ()))
        allowed = {target.urn for target in targets}
        if len(path) == 1 and not (sources and sources <= allowed):
            return wrong
        if len(path) > 1 and not sources & allowed:
            return wrong
    if value is UNKNOWN:
        return wrong if resource.sources is None else None
    known = [_output(target, rule.output) for target in targets]
    return wrong if UNKNOWN not in known and value not in known else None


def _output(target: Declared, name: str) -> Any:
    """An output as far as it is known; an application's ID follows from its object ID."""
    if name == "id" and "id" not in target.properties and isinstance(target.properties.get("objectId"), str):
        return f"/applications/{target.properties['objectId']}"
    return target.properties.get(name, UNKNOWN)


def _other_resources(grants: Sequence[Declared], stack: Sequence[Declared], graph: frozenset[str]) -> Iterator[Denial]:
    own = {one.properties.get("objectId") for one in stack if one.type == SERVICE_PRINCIPAL} - {None, UNKNOWN}
    first = grants[0].properties.get("resourceObjectId") if grants else None
    for grant in grants:
        resource = grant.properties.get("resourceObjectId")
        made_here = bool(grant.sources and grant.sources.get("resourceObjectId"))
        if made_here or resource in own or resource != first or (graph and resource not in graph):
            yield Denial(grant, f"it is for the resource {resource}, which is not Microsoft Graph.")
