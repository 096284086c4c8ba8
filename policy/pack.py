"""Registers the rules with Pulumi's policy SDK: engine data becomes plain data, findings become violations."""

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    PolicyPack,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy import policy as policy_sdk
from pulumi_policy.proxy import UnknownValueError

from components.declared_resources import UNKNOWN, Declared
from policy.rule import ResourceRule, Rule, StackRule
from policy.rules import RULES
from policy.rules.configured import show_configuration

PACK_NAME = "smartrecruiters-calendar"


def register() -> None:
    """Give every rule to the engine; runs until the engine closes the connection."""
    _take_the_configuration()
    PolicyPack(
        PACK_NAME,
        policies=[_policy(rule) for rule in RULES],
        enforcement_level=EnforcementLevel.MANDATORY,
        description="What the calendar integration must never become.",
    )


def _take_the_configuration() -> None:
    """Have the stack's configuration, which the engine sends and the SDK drops, reach the rules."""
    servicer = policy_sdk._PolicyAnalyzerServicer  # noqa: SLF001 (the SDK offers no other way)
    answer = servicer.ConfigureStack

    def configure(self: Any, request: Any, context: Any) -> Any:
        show_configuration(request.project, dict(request.config))
        return answer(self, request, context)

    setattr(servicer, "ConfigureStack", configure)  # noqa: B010 (a method is not assigned to)


def _policy(rule: ResourceRule | StackRule) -> Policy:
    if isinstance(rule, ResourceRule):
        return ResourceValidationPolicy(validate=_resource_validation(rule), **_described(rule))
    return StackValidationPolicy(validate=_stack_validation(rule), **_described(rule))


def _described(rule: Rule) -> dict[str, Any]:
    schema = {name: {**setting.schema, "default": setting.default} for name, setting in rule.settings.items()}
    return {
        "name": rule.name,
        "description": rule.demands,
        "enforcement_level": EnforcementLevel.ADVISORY if rule.advisory else EnforcementLevel.MANDATORY,
        "severity": Severity(rule.severity),
        "config_schema": PolicyConfigSchema(properties=schema) if schema else None,
    }


def _resource_validation(rule: ResourceRule) -> Any:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        declared = Declared(
            type=args.resource_type,
            name=args.name,
            urn=args.urn,
            properties=plain(args.props),
            protect=args.opts.protect,
            default_provider=args.provider is not None and args.provider.name.startswith("default"),
        )
        for finding in rule.check(declared, rule.settings_with_defaults(args.get_config())):
            report(rule.message(finding), finding.resource.urn)

    return validate


def _stack_validation(rule: StackRule) -> Any:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        declared = [_of_stack(resource) for resource in args.resources]
        for finding in rule.check(declared, rule.settings_with_defaults(args.get_config())):
            report(rule.message(finding), finding.resource.urn)

    return validate


def _of_stack(resource: PolicyResource) -> Declared:
    return Declared(
        type=resource.resource_type,
        name=resource.name,
        urn=resource.urn,
        properties=plain(resource.props),
        protect=resource.opts.protect,
        sources={name: [one.urn for one in ones] for name, ones in resource.property_dependencies.items()},
    )


def plain(value: Any) -> Any:
    """The SDK's guarded values as dictionaries and lists, with `UNKNOWN` in place of the error it raises on access."""
    if isinstance(value, Mapping):
        return {key: _item(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_item(value, index) for index in range(len(value))]
    return value


def _item(collection: Any, key: Any) -> Any:
    try:
        return plain(collection[key])
    except UnknownValueError:
        return UNKNOWN
