"""A deployed stack stays in its directory. The engine calls the hook; tests/e2e/test_program.py sees it do so."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest

from components.tenant_tie import keeps_directory

CONTOSO = {"tenantId": "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101", "environment": "public"}
FABRIKAM = {"tenantId": "7b9d4e21-6c38-4f0a-8e55-2c8b63d1e202", "environment": "public"}


@pytest.fixture(autouse=True)
def _event_loop() -> Iterator[None]:
    """The SDK puts a hook on the thread's event loop, which an earlier test may have closed."""
    with asyncio.Runner():
        yield


def change(old: dict[str, Any] | None, new: dict[str, Any] | None) -> pulumi.ResourceHookArgs:
    return pulumi.ResourceHookArgs(
        urn="urn", id="id", name="sr-entra", type="pulumi:providers:azuread", old_inputs=old, new_inputs=new
    )


def hook() -> pulumi.ResourceHook:
    bound = keeps_directory("sr").before_update
    assert bound is not None
    assert len(bound) == 1
    assert isinstance(bound[0], pulumi.ResourceHook)
    return bound[0]


def test_another_directory_is_refused_with_both_named() -> None:
    with pytest.raises(pulumi.RunError, match=f"deployed in directory {CONTOSO['tenantId']}.*{FABRIKAM['tenantId']}"):
        hook().callback(change(CONTOSO, FABRIKAM))


def test_any_other_change_of_the_provider_passes() -> None:
    hook().callback(change(CONTOSO, CONTOSO | {"environment": "usgovernment"}))


def test_the_hook_speaks_up_already_at_preview() -> None:
    options = hook().opts
    assert options is not None
    assert options.on_dry_run
