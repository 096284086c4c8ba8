"""Read: the inputs that a program would declare to get a resource as it is now."""

from typing import Any

from engine.stand_ins.provider.properties import Properties
from engine.stand_ins.provider.schema import Kind, Property, Schema, comparable, is_unset, matters_without_block


def refreshed(schema: Schema, inputs: Properties, outputs: Properties) -> Properties:
    return {
        name: _refreshed(schema[name], value, outputs.get(name)) for name, value in inputs.items() if name in schema
    }


def imported(schema: Schema, outputs: Properties) -> Properties:
    """Inputs for a resource that no program has declared yet; what Graph would choose by itself is left out."""
    return {
        name: _without_unset(described, outputs[name])
        for name, described in schema.items()
        if not described.output_only and described.supported and _is_worth_declaring(name, described, outputs)
    }


def _refreshed(described: Property, declared: Any, found: Any) -> Any:
    if described.kind is Kind.BLOCK and isinstance(declared, dict) and isinstance(found, dict):
        return refreshed(described.fields, declared, found)
    if found is None or comparable(described, declared) == comparable(described, found):
        return declared
    return found


def _is_worth_declaring(name: str, described: Property, outputs: Properties) -> bool:
    value = outputs.get(name)
    if value is None or any(not is_unset(described, outputs.get(other)) for other in described.conflicts):
        return False
    if described.kind is Kind.BLOCK:
        return matters_without_block(described, value)
    return not is_unset(described, value) and not (described.computed and described.element and _all_unset(value))


def _all_unset(items: list[Any]) -> bool:
    """Such as feature flags that are all off."""
    return all(isinstance(item, dict) and not any(item.values()) for item in items)


def _without_unset(described: Property, value: Any) -> Any:
    if described.kind is not Kind.BLOCK:
        return value
    return {
        name: _without_unset(inner, value[name])
        for name, inner in described.fields.items()
        if inner.supported and name in value and not is_unset(inner, value[name])
    }
