"""Finds the facts of one stack, running the `pulumi` command for several at once.

Nothing is written: the secrets provider is tried on a copy of the stack's file, with a text that is not a secret.
"""

import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from components.settings import Settings
from smartrecruiters_calendar.entra.cloud import Cloud, find_cloud
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import Identity
from smartrecruiters_calendar.entra.sign_in_variables import value
from smartrecruiters_calendar.entra.tenant import BothViews, find_credential
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.preflight.machine import look_at
from smartrecruiters_calendar.preflight.situation import Deployed, Situation
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.other_stacks import read_others
from smartrecruiters_calendar.stack.project import Project
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.settings import read_configuration
from smartrecruiters_calendar.stack.state import GRANT, SERVICE_PRINCIPAL, Deployment
from smartrecruiters_calendar.yaml_files import NotYaml, load_yaml

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

_PROBE: Final = ("preflight-probe", "not-a-secret")


@contextmanager
def gathered(stack: StackName, project: Path, environment: Mapping[str, str]) -> Iterator[Situation]:
    """The situation of a stack; its facts are found while the first checks run."""
    # One thread for each fact, so that one that waits for another never keeps it from being found.
    with ThreadPoolExecutor(9) as starts:
        cloud = starts.submit(find_cloud, environment)
        pulumi = starts.submit(Pulumi, project)
        configured = starts.submit(lambda: _settings(project, stack, pulumi))
        tenant = starts.submit(lambda: _tenant(configured.result(), environment, cloud.result()))
        situation = Situation(
            stack=stack,
            engine=starts.submit(lambda: pulumi.result().version()).result,
            backend=starts.submit(lambda: _backend(pulumi.result())).result,
            secrets_provider=starts.submit(lambda: _secrets_provider(pulumi.result(), stack)).result,
            settings=configured.result,
            deployed=starts.submit(lambda: _deployed(pulumi.result(), stack)).result,
            others=cache(lambda: read_others(pulumi.result(), stack)),
            machine=starts.submit(look_at, project, environment).result,
            cloud=cloud.result,
            tenant=tenant.result,
            names_operator=bool(value(environment, "AZURE_CLIENT_ID")),
        )
        with _closing(tenant):
            yield situation


@contextmanager
def gathered_in_tenant(
    stack: StackName, configured: Settings, pulumi: Pulumi, environment: Mapping[str, str]
) -> Iterator[Situation]:
    """The situation of a stack for `checks.TENANT_CHECKS`: one CLI invocation, and the machine is not looked at.

    Args:
        pulumi: the CLI in the project's folder, with the stack's own variables.
    """
    with ThreadPoolExecutor(3) as starts:
        cloud = starts.submit(find_cloud, environment)
        tenant = starts.submit(lambda: _tenant(configured, environment, cloud.result()))
        situation = Situation(
            stack=stack,
            engine=_not_asked,
            backend=_not_asked,
            secrets_provider=_not_asked,
            settings=lambda: configured,
            deployed=starts.submit(lambda: _deployed(pulumi, stack)).result,
            others=cache(lambda: read_others(pulumi, stack)),
            machine=_not_asked,
            cloud=cloud.result,
            tenant=tenant.result,
            names_operator=True,  # the audit at its end is the operator's
        )
        with _closing(tenant):
            yield situation


@contextmanager
def _closing(tenant: "Future[BothViews]") -> Iterator[None]:
    try:
        yield
    finally:
        if tenant.exception() is None:
            tenant.result().close()


def _not_asked() -> NoReturn:
    raise LookupError("the machine is not looked at for one of many tenants")


def _settings(project: Path, stack: StackName, pulumi: "Future[Pulumi]") -> Settings:
    """The stack's settings; from its file alone where there is no CLI or no such stack, which others report."""
    try:
        configuration = read_configuration(project, stack, pulumi.result())
    except Stopped as stopped:
        if stopped.reason not in (Reason.CLI_MISSING, Reason.STACK_UNKNOWN):
            raise
        configuration = read_configuration(project, stack)
    return configuration.settings()


def _backend(pulumi: Pulumi) -> str:
    return pulumi.backend()


def _deployed(pulumi: Pulumi, stack: StackName) -> Deployed | None:
    """From the state, not from the outputs: a first `pulumi up` that failed half-way has an app and no outputs."""
    deployment = Deployment.read(pulumi.read(dict[str, Any], "stack", "export", stack=stack))
    if deployment.application is None:
        return None
    principals = deployment.of_type(SERVICE_PRINCIPAL)
    return Deployed(
        deployment.application,
        principals[0].last_part if principals else None,
        frozenset(grant.last_part for grant in deployment.of_type(GRANT)),
        frozenset(secret.issued for secret in deployment.secrets),
    )


def _secrets_provider(pulumi: Pulumi, stack: StackName) -> str:
    """Encrypt a text with the stack's secrets provider, and return its name."""
    own = Project.read(pulumi.project).stack_file(stack)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / own.name
        copy.write_bytes(own.read_bytes() if own.is_file() else b"")
        pulumi.run("config", "set", "--secret", *_PROBE, "--config-file", str(copy), stack=stack)
        try:
            written = load_yaml(copy.read_text(encoding="utf-8"))
        except NotYaml:
            written = None
    if isinstance(written, dict) and "secretsprovider" in written:
        return str(written["secretsprovider"]).partition("?")[0]
    return "passphrase" if isinstance(written, dict) and "encryptionsalt" in written else "the state backend's own"


def _tenant(configured: Settings, environment: Mapping[str, str], cloud: Cloud) -> BothViews:
    directory_id = configured.directory_id

    def credential(identity: Identity) -> "TokenCredential":
        return find_credential(cloud, directory_id, identity, environment)

    return BothViews(
        cloud, lambda identity: Directory.sign_in(cloud, credential(identity), directory_id, identity), credential
    )
