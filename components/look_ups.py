"""What is asked of the tenant before anything is declared, and what a refusal means, in a sentence."""

from collections.abc import Callable
from typing import TypeVar

import pulumi
import pulumi_azuread as azuread

from components.graph_permissions import GRAPH_APP_ID

T = TypeVar("T")


def caller_object_id(opts: pulumi.InvokeOptions) -> str:
    """Of the identity that runs Pulumi, from its token."""
    return _asked(
        "the identity that deploys", lambda: str(azuread.get_client_config(opts=opts).object_id), _preflight()
    )


def graph_object_id(opts: pulumi.InvokeOptions) -> str:
    """Of Microsoft Graph's service principal, which every tenant has under an object ID of its own."""
    return _asked(
        "Microsoft Graph's service principal",
        lambda: str(azuread.get_service_principal(client_id=GRAPH_APP_ID, opts=opts).object_id),
        _preflight(),
    )


def initial_domain(opts: pulumi.InvokeOptions) -> str:
    return _asked(
        "the tenant's initial domain",
        lambda: str(azuread.get_domains(only_initial=True, opts=opts).domains[0].domain_name),
        "Name the domain, which needs no permission: pulumi config set --stack "
        f"{pulumi.get_stack()} tenantDomain <a verified domain, from the Entra overview page>; or let an administrator "
        "grant the deployer Domain.Read.All.",
    )


def _preflight() -> str:
    return f"See what the deployer lacks: smartrecruiters-calendar preflight --stack {pulumi.get_stack()}"


def _asked(subject: str, question: Callable[[], T], remedy: str) -> T:
    """The answer.

    Raises:
        pulumi.RunError: there is none.
    """
    try:
        return question()
    except Exception as refused:  # noqa: BLE001 (the SDK raises nothing narrower for a refused function)
        reason = " ".join(str(refused).split())
        raise pulumi.RunError(f"{subject} could not be looked up ({reason}). Nothing was changed. {remedy}") from None
