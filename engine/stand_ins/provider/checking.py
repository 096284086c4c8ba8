"""Check: may a program declare these properties? Adds the defaults; asks Graph nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.stand_ins.provider.properties import UNKNOWN, Properties
from engine.stand_ins.provider.schema import Kind, Property, Schema, names

_PYTHON_TYPES: dict[Kind, type] = {
    Kind.TEXT: str,
    Kind.FLAG: bool,
    Kind.NUMBER: int,
    Kind.LIST: list,
    Kind.SET: list,
    Kind.MAP: dict,
    Kind.BLOCK: dict,
}


@dataclass(frozen=True)
class Failure:
    path: str
    reason: str


def check(schema: Schema, inputs: Properties) -> tuple[Properties, list[Failure]]:
    failures = list(_block_failures(schema, inputs, ""))
    failures.extend(_conflicts(schema, inputs))
    return _with_defaults(schema, inputs), failures


def _block_failures(schema: Schema, given: Properties, prefix: str) -> Iterator[Failure]:
    allowed = list(names(schema))
    for name, value in given.items():
        path = f"{prefix}{name}"
        if name not in allowed:
            yield Failure(path, "Invalid or unknown key")
        elif value is not UNKNOWN:
            yield from _value_failures(schema[name], value, path)
    for name in allowed:
        if schema[name].required and name not in given:
            yield Failure(f"{prefix}{name}", f"Missing required property '{prefix}{name}'")


def _value_failures(described: Property, value: Any, path: str) -> Iterator[Failure]:
    if not described.supported:
        yield Failure(
            path, "the sandbox's stand-in for the plugin does not manage this property; the official plugin does"
        )
        return
    if not _has_form(described.kind, value):
        yield Failure(path, f"expected {_PYTHON_TYPES[described.kind].__name__}, got {type(value).__name__}")
        return
    if described.check is not None and (wrong := described.check(value)):
        yield Failure(path, wrong)
    if described.kind is Kind.BLOCK:
        yield from _block_failures(described.fields, value, f"{path}.")
    if described.element is not None:
        for index, item in enumerate(value):
            if item is not UNKNOWN:
                yield from _value_failures(described.element, item, f"{path}[{index}]")


def _has_form(kind: Kind, value: Any) -> bool:
    if kind is Kind.NUMBER and isinstance(value, bool):
        return False
    return isinstance(value, _PYTHON_TYPES[kind])


def _conflicts(schema: Schema, given: Properties) -> Iterator[Failure]:
    for name in given:
        described = schema.get(name)
        for other in described.conflicts if described else ():
            if other in given:
                yield Failure(name, f'Conflicting configuration arguments: "{name}": conflicts with {other}')


def _with_defaults(schema: Schema, given: Properties) -> Properties:
    completed = dict(given)
    for name, described in schema.items():
        value = completed.get(name)
        if value is None and described.default is not None and not described.output_only:
            completed[name] = described.default
        elif described.kind is Kind.BLOCK and isinstance(value, dict):
            completed[name] = _with_defaults(described.fields, value)
        elif described.element is not None and described.element.kind is Kind.BLOCK and isinstance(value, list):
            inner = described.element.fields
            completed[name] = [_with_defaults(inner, item) if isinstance(item, dict) else item for item in value]
    return completed
