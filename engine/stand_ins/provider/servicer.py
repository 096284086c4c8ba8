"""The engine's plugin protocol: turns calls into checks, differences and requests to a service, and back.

It holds the session and nothing else. Errors leave here, and only here, with credentials blotted out. Protocol:
pulumi/proto/pulumi/provider.proto.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import grpc
from google.protobuf import empty_pb2, struct_pb2  # type: ignore[import-untyped]
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from engine.stand_ins.provider import configuration
from engine.stand_ins.provider.checking import Failure, check
from engine.stand_ins.provider.diffing import Change, How, diff
from engine.stand_ins.provider.errors import PartlyDone, PluginError
from engine.stand_ins.provider.kind import ResourceKind
from engine.stand_ins.provider.polling import Waiting
from engine.stand_ins.provider.properties import UNKNOWN, Properties, Secret, decode, encode, has_unknowns
from engine.stand_ins.provider.reading import imported, refreshed
from engine.stand_ins.provider.schema import Schema, plan
from engine.stand_ins.provider.stand_in import StandIn

if TYPE_CHECKING:
    import httpx

_PROPERTY_DIFF = {
    (How.ADD, False): provider_pb2.PropertyDiff.ADD,
    (How.ADD, True): provider_pb2.PropertyDiff.ADD_REPLACE,
    (How.DELETE, False): provider_pb2.PropertyDiff.DELETE,
    (How.DELETE, True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    (How.UPDATE, False): provider_pb2.PropertyDiff.UPDATE,
    (How.UPDATE, True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


class ProviderServicer(provider_pb2_grpc.ResourceProviderServicer):
    def __init__(self, stand_in: StandIn[Any], transport: "httpx.BaseTransport | None" = None) -> None:
        """Start unconfigured."""
        self._stand_in = stand_in
        self._transport = transport
        self._session: Any = None
        self._blotted: tuple[str, ...] = ()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name, here and below
        return plugin_pb2.PluginInfo(version=self._stand_in.version)

    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Empty: the SDK package exists already."""
        return provider_pb2.GetSchemaResponse(schema="{}")

    def Attach(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The engine found a plugin that was started manually (`PULUMI_DEBUG_PROVIDERS`)."""
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Nothing, as in the official plugin: an interrupted wait would lose a secret that Entra has made already."""
        return empty_pb2.Empty()

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        given = decode(request.news)
        with self._reporting(context):
            failures = [
                Failure(key, "Invalid or unknown key") for key in configuration.unknown_keys(given, self._stand_in.keys)
            ]
            if not failures and not has_unknowns(given):
                self._configuration(given)
        inputs: Properties = {
            key: Secret(value) if key in configuration.SECRET_KEYS and isinstance(value, str) else value
            for key, value in given.items()
        }
        return provider_pb2.CheckResponse(inputs=encode(inputs), failures=_check_failures(failures, request.urn))

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """What changed in the configuration; nothing forces replacements."""
        old, new = decode(request.old_inputs or request.olds), decode(request.news)
        changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
        return provider_pb2.DiffResponse(changes=_changes(changed), diffs=changed)

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        with self._reporting(context):
            settings = self._configuration(decode(request.args))
            self._blotted = settings.secrets
            waiting = Waiting.from_environment()
            self._session = self._stand_in.open_session(settings, waiting, self._transport)
        return provider_pb2.ConfigureResponse(acceptSecrets=False, supportsPreview=True)

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        with self._reporting(context):
            function = self._stand_in.functions.get(request.tok)
            if function is None:
                raise PluginError(self._not_here("function", request.tok))
            try:
                found = function(self._signed_in(), decode(request.args))
            except PluginError as error:
                raise PluginError(f"invoking {request.tok}: {error}") from None
        # `return` is a Python keyword, so the field cannot be named in a call.
        return provider_pb2.InvokeResponse(**{"return": encode(found)})

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        with self._reporting(context):
            kind = self._kind(request.urn)
        inputs, failures = check(kind.schema, decode(request.news))
        return provider_pb2.CheckResponse(inputs=encode(inputs), failures=_check_failures(failures, request.urn))

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        with self._reporting(context):
            kind = self._kind(request.urn)
            state, inputs = decode(request.olds), decode(request.news)
            kind.before_change(self._signed_in(), state, inputs)
        found = diff(kind.schema, state, inputs)
        names = list(dict.fromkeys(change.name for change in found))
        return provider_pb2.DiffResponse(
            changes=_changes(names),
            diffs=names,
            replaces=list(dict.fromkeys(change.name for change in found if change.replaces)),
            detailedDiff={change.path: _property_diff(change) for change in found},
            hasDetailedDiff=True,
        )

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Make a resource, or say what a preview can know of it."""
        with self._reporting(context, request.urn, "creating"):
            kind, inputs = self._kind(request.urn), decode(request.properties)
            kind.before_change(self._signed_in(), None, inputs)
            if request.preview:
                return provider_pb2.CreateResponse(properties=encode(_foreseen(kind.schema, inputs)))
            resource_id, outputs = kind.create(self._signed_in(), plan(kind.schema, inputs))
            if outputs is None:
                raise PluginError(
                    f"expected non-empty ID for new state during Create of {request.urn}: "
                    f"Graph made {resource_id}, but does not show it"
                )
        return provider_pb2.CreateResponse(id=resource_id, properties=encode(_as_applied(kind.schema, inputs, outputs)))

    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Refresh a resource or import one; an empty answer means that it is gone."""
        with self._reporting(context, request.urn, "refreshing"):
            kind = self._kind(request.urn)
            state, inputs = decode(request.properties), decode(request.inputs)
            if not state and (wrong := kind.check_id(request.id)):
                raise PluginError(wrong)
            outputs = kind.read(self._signed_in(), request.id, state)
        if outputs is None:
            return provider_pb2.ReadResponse()
        declared = refreshed(kind.schema, inputs, outputs) if state else imported(kind.schema, outputs)
        return provider_pb2.ReadResponse(id=request.id, properties=encode(outputs), inputs=encode(declared))

    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        with self._reporting(context, request.urn, "updating"):
            kind = self._kind(request.urn)
            state, inputs = decode(request.olds), decode(request.news)
            kind.before_change(self._signed_in(), state, inputs)
            if request.preview:
                return provider_pb2.UpdateResponse(properties=encode(_carried_over(kind.schema, state, inputs)))
            changed = frozenset(change.name for change in diff(kind.schema, state, inputs))
            planned = plan(kind.schema, inputs, state)
            outputs = kind.update(self._signed_in(), request.id, state, planned, changed)
            if outputs is None:
                raise PluginError(
                    f"Resource provider reported that the resource did not exist while updating {request.urn}.\n\n"
                    "This is usually a result of the resource having been deleted outside of Pulumi, and can often be "
                    "fixed by running `pulumi refresh` before updating."
                )
        return provider_pb2.UpdateResponse(properties=encode(_as_applied(kind.schema, inputs, outputs)))

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        with self._reporting(context, request.urn, "deleting"):
            self._kind(request.urn).delete(self._signed_in(), request.id, decode(request.properties))
        return empty_pb2.Empty()

    def _kind(self, urn: str) -> ResourceKind[Any]:
        token = urn.split("::")[2].split("$")[-1]
        kind = self._stand_in.kinds.get(token)
        if kind is None:
            raise PluginError(self._not_here("resource type", token))
        return kind

    def _not_here(self, what: str, token: str) -> str:
        return (
            f"{what} {token}: the sandbox's stand-in for the {self._stand_in.name} plugin does not have it; the "
            "official plugin does"
        )

    def _configuration(self, given: Properties) -> configuration.Configuration:
        if self._stand_in.first_look:
            configuration.read(given, self._stand_in.first_look)
        return configuration.read(given, self._stand_in.keys)

    def _signed_in(self) -> Any:
        if self._session is None:
            raise PluginError("the provider is not configured yet")
        return self._session

    @contextmanager
    def _reporting(self, context: Any, urn: str = "", doing: str = "") -> Iterator[None]:
        try:
            yield
        except PartlyDone as error:
            _abort_partly_done(context, error, f"{doing} {urn}: {self._blot(str(error))}")
        except PluginError as error:
            text = self._blot(str(error))
            context.abort(grpc.StatusCode.UNKNOWN, f"{doing} {urn}: {text}" if doing else text)

    def _blot(self, text: str) -> str:
        for secret in self._blotted:
            text = text.replace(secret, "[secret]")
        return text


def _foreseen(schema: Schema, inputs: Properties) -> Properties:
    """What a preview can say of a resource that does not exist yet."""
    return {
        **{name: UNKNOWN for name, described in schema.items() if described.computed and name not in inputs},
        **_with_outputs_of_blocks(schema, inputs, {}),
    }


def _carried_over(schema: Schema, state: Properties, inputs: Properties) -> Properties:
    """What a preview can say of a resource that is about to change: what Graph chose stays."""
    kept = {name: value for name, value in state.items() if name in schema and schema[name].computed}
    return {**kept, **_with_outputs_of_blocks(schema, inputs, state)}


def _as_applied(schema: Schema, inputs: Properties, outputs: Properties) -> Properties:
    """The outputs without empty lists that nobody declared: the official plugin has those only after a refresh.

    So the first `--refresh --diff` after a deployment shows them as outputs that came in; they are no change.
    """
    return {name: value for name, value in outputs.items() if value != [] or name in inputs or schema[name].computed}


def _with_outputs_of_blocks(schema: Schema, inputs: Properties, state: Properties) -> Properties:
    """The inputs, each block with what only the service sets in it: as in the state, else not known yet."""
    completed = dict(inputs)
    for name, value in inputs.items():
        fields = schema[name].fields if name in schema else {}
        if fields and isinstance(value, dict):
            before = state.get(name) if isinstance(state.get(name), dict) else {}
            outputs = {inner: (before or {}).get(inner, UNKNOWN) for inner, one in fields.items() if one.output_only}
            completed[name] = {**_with_outputs_of_blocks(fields, value, before or {}), **outputs}
    return completed


def _changes(names: list[str]) -> Any:
    return provider_pb2.DiffResponse.DIFF_SOME if names else provider_pb2.DiffResponse.DIFF_NONE


def _property_diff(change: Change) -> Any:
    return provider_pb2.PropertyDiff(kind=_PROPERTY_DIFF[change.how, change.replaces])


def _check_failures(failures: list[Failure], urn: str) -> list[Any]:
    name = urn.rsplit("::", 1)[-1]
    return [
        provider_pb2.CheckFailure(reason=f"{failure.reason}. Examine values at '{name}.{failure.path}'.")
        for failure in failures
    ]


def _abort_partly_done(context: Any, error: PartlyDone, text: str) -> NoReturn:
    """The resource exists: send its ID and properties along with the error, so that the engine keeps it."""
    detail = provider_pb2.ErrorResourceInitFailed(
        id=error.resource_id,
        properties=encode({name: value for name, value in error.outputs.items() if value is not None}),
        reasons=[text],
        inputs=struct_pb2.Struct(),
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=text)
    status.details.add().Pack(detail)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, text)
    raise AssertionError("unreachable: abort raises")
