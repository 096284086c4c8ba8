"""Finds the facts of one stack: the `pulumi` command is started once for each, side by side.

Nothing is written: the secrets provider is tried on a copy of the stack's file, with a text that is no secret.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from components.settings import Settings
from smartrecruiters_calendar.entra import credentials
from smartrecruiters_calendar.entra.cloud import Cloud, find_cloud
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.preflight.finding import AnsweredBy
from smartrecruiters_calendar.preflight.machine import look_at
from smartrecruiters_calendar.preflight.situation import Deployed, Facts, Situation
from smartrecruiters_calendar.preflight.tenant import FindCredential, SignIn, Tenant
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.settings import read_configuration
from smartrecruiters_calendar.stack.state import SERVICE_PRINCIPAL, Deployment

_PROBE: Final = ("preflight-probe", "not-a-secret")


@contextmanager
def gathered(stack: str, project: Path, environment: Mapping[str, str]) -> Iterator[Situation]:
    """The situation of a stack; its facts go on being found while the first checks look.

    Args:
        stack: the stack's name.
        project: where Pulumi.yaml is.
        environment: variables, as `os.environ`.
    """
    # One thread for each fact, so that one that waits for another never keeps it from being found.
    with ThreadPoolExecutor(8) as starts:
        pulumi = starts.submit(Pulumi, project)
        configured = starts.submit(
            lambda: read_configuration(project, stack, pulumi.result()).settings()
        )
        tenant = starts.submit(lambda: _tenant(configured.result(), environment))
        facts = Facts(
            engine=starts.submit(lambda: pulumi.result().version),
            backend=starts.submit(lambda: _backend(pulumi.result())),
            secrets_provider=starts.submit(lambda: _secrets_provider(pulumi.result(), stack)),
            settings=configured,
            deployed=starts.submit(lambda: _deployed(pulumi.result(), stack)),
            machine=starts.submit(lambda: look_at(pulumi.result())),
            tenant=tenant,
        )
        try:
            yield Situation(stack, facts)
        finally:
            if tenant.exception() is None:
                tenant.result().close()


@contextmanager
def gathered_in_tenant(
    stack: str, configured: Settings, pulumi: Pulumi, environment: Mapping[str, str]
) -> Iterator[Situation]:
    """The situation of a stack for `checks.TENANT_CHECKS`: the CLI is started once, the machine is not looked at.

    Args:
        stack: the stack's name.
        configured: its settings.
        pulumi: the CLI in the project's folder, with the stack's own variables.
        environment: the same variables.
    """
    with ThreadPoolExecutor(2) as starts:
        tenant = starts.submit(lambda: _tenant(configured, environment))
        facts = Facts(
            engine=_not_asked(),
            backend=_not_asked(),
            secrets_provider=_not_asked(),
            settings=starts.submit(lambda: configured),
            deployed=starts.submit(lambda: _deployed(pulumi, stack)),
            machine=_not_asked(),
            tenant=tenant,
        )
        try:
            yield Situation(stack, facts)
        finally:
            if tenant.exception() is None:
                tenant.result().close()


def _not_asked() -> "Future[Any]":
    future: Future[Any] = Future()
    future.set_exception(LookupError("the machine is not looked at for one of many tenants"))
    return future


def _backend(pulumi: Pulumi) -> str:
    return str(json.loads(pulumi.run("whoami", "--json"))["url"])


def _deployed(pulumi: Pulumi, stack: str) -> Deployed | None:
    """From the state, not from the outputs: a first `pulumi up` that failed half-way has an app and no outputs."""
    deployment = Deployment.read(json.loads(pulumi.run("stack", "export", stack=stack)))
    if deployment.application is None:
        return None
    principals = deployment.of_type(SERVICE_PRINCIPAL)
    return Deployed(deployment.application, principals[0].last_part if principals else None)


def _secrets_provider(pulumi: Pulumi, stack: str) -> str:
    """Encrypt a text with the stack's secrets provider, and tell which one it is."""
    own = pulumi.project / f"Pulumi.{stack}.yaml"
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / own.name
        copy.write_bytes(own.read_bytes() if own.is_file() else b"")
        pulumi.run("config", "set", "--secret", *_PROBE, "--config-file", str(copy), stack=stack)
        try:
            written = YAML(typ="safe").load(copy)
        except YAMLError:
            written = None
    if isinstance(written, dict) and "secretsprovider" in written:
        return str(written["secretsprovider"]).partition("?")[0]
    return "passphrase" if isinstance(written, dict) and "encryptionsalt" in written else "the state backend's own"


def _tenant(configured: Settings, environment: Mapping[str, str]) -> Tenant:
    cloud, directory_id = find_cloud(environment), configured.directory_id

    find_credential: dict[AnsweredBy, FindCredential] = {
        AnsweredBy.DEPLOYER: lambda: credentials.deployer(cloud, directory_id, environment),
        AnsweredBy.OPERATOR: lambda: credentials.operator(cloud, environment),
    }
    sign_in: dict[AnsweredBy, SignIn] = {
        identity: partial(_signed_in, cloud, find, directory_id) for identity, find in find_credential.items()
    }
    return Tenant(cloud, sign_in, find_credential)


def _signed_in(cloud: Cloud, find: FindCredential, directory_id: str) -> Directory:
    return Directory.sign_in(cloud, find(), directory_id)
