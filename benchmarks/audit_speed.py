"""The audit of one tenant and of a hundred as whole processes, at 100 ms of Graph latency.

One stack is deployed; the others are copies of its state, each with an app of its own in a tenant of its own, because a
hundred deployments would take longer than everything measured here.
"""

import json
import os
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.commands import ROOT, Bench, finished, seconds
from benchmarks.figures import Figure, table
from sandbox.core.home import Home
from sandbox.core.store import Store
from sandbox.directory.models import applications, grants, objects, owners, secrets, service_principals
from sandbox.graph import microsoft_graph
from sandbox.graph import tenants as tenant_models
from sandbox.seed import directory

TENANTS = 100
LATENCY_MS = 100
RUNS = 3
_PROJECT = "smartrecruiters-calendar"
_REPLACED = ("clientId", "applicationObjectId", "servicePrincipalObjectId", "secretKeyId", "directoryId", "tenantId")


def measured(console: Console) -> Table:
    with Bench.open() as bench:
        bench.up()
        console.print(f"audit: creating {TENANTS} tenants", style="dim")
        bench.sandbox("seed", "--tenants", str(TENANTS))
        project, own = bench.home.parent / "project", bench.home.parent / "environments"
        _create(bench, project, own)
        for tenant in ("contoso", *(f"tenant-{number}" for number in range(1, TENANTS + 1))):
            bench.sandbox("fault", "set", "--latency", f"{LATENCY_MS}ms", "--tenant", tenant)
        figures = _measure(project, own, bench.environment, console)
    return table(f"Audit at {LATENCY_MS} ms of Graph latency", figures, ratio="one stack")


def _measure(project: Path, own: Path, environment: Mapping[str, str], console: Console) -> list[Figure]:
    command = [sys.executable, str(ROOT / "scripts" / "audit.py"), "--cwd", str(project)]
    one = Figure("whole command", "s", under="one stack")
    many = Figure("whole command", "s", under=f"{TENANTS} stacks", aim="≤ 60 s", basis=one)
    busy = Figure("processor seconds a stack, the CLI's included", "s", under=f"{TENANTS} stacks")
    for run in range(RUNS):
        console.print(f"audit: run {run + 1} of {RUNS}", style="dim")
        reports = project / f"reports-{run}"
        one.samples.append(seconds(lambda: finished([*command, "--stack", "dev", "--json"], environment)))
        everyone = [*command, "--all", "--environments", str(own), "--output", str(reports)]
        before = _processor_seconds()
        many.samples.append(seconds(lambda: finished(everyone, environment)))  # noqa: B023 (called at once)
        busy.samples.append((_processor_seconds() - before) / TENANTS)
        audited = json.loads((reports / "index.json").read_text())["reports"]
        if len(audited) != TENANTS + 1 or any(report["exitCode"] for report in audited):
            raise SystemExit(f"not every stack was audited: {[report['sentence'] for report in audited]}")
    return [one, many, busy]


def _processor_seconds() -> float:
    """Of every child that has ended, with its descendants."""
    spent = os.times()
    return spent.children_user + spent.children_system


def _create(bench: Bench, project: Path, own: Path) -> None:
    project.mkdir()
    own.mkdir()
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml"):
        (project / name).write_text((ROOT / name).read_text())
    outputs = json.loads(bench.pulumi("stack", "output", "--json"))
    states = Path(bench.environment["PULUMI_BACKEND_URL"].removeprefix("file://")) / ".pulumi" / "stacks" / _PROJECT
    state, stack_file = (states / "dev.json").read_text(), (ROOT / "Pulumi.dev.yaml").read_text()
    credentials = json.loads((bench.home / "credentials.json").read_text())
    store = Store(Home(bench.home).store)
    try:
        for number in range(1, TENANTS + 1):
            seeded = directory.numbered(number)
            stack, deployer = seeded.name, seeded.identity("deployer").service_principal_id
            ids = {**_register(store, seeded.id, stack, deployer), "directoryId": seeded.id}
            ids["tenantId"] = seeded.initial_domain
            copied = state.replace("urn:pulumi:dev::", f"urn:pulumi:{stack}::").replace("dev 2026", f"{stack} 2026")
            configured = stack_file.replace("1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca01002", deployer)
            for name in _REPLACED:
                copied, configured = (text.replace(str(outputs[name]), ids[name]) for text in (copied, configured))
            (states / f"{stack}.json").write_text(copied)
            (project / f"Pulumi.{stack}.yaml").write_text(configured)
            operator = credentials[stack]["operator"]
            path = own / f"{stack}.env"
            path.touch(mode=0o600)
            path.write_text(
                f"AZURE_TENANT_ID='{seeded.id}'\n"
                f"AZURE_CLIENT_ID='{operator['clientId']}'\n"
                f"AZURE_CLIENT_SECRET='{operator['clientSecret']}'\n"
            )
    finally:
        store.close()


def _register(store: Store, directory_id: str, stack: str, deployer: str) -> dict[str, Any]:
    """Create the integration app in one tenant, as the program would; its outputs."""
    tenant = tenant_models.find(store, directory_id)
    assert tenant is not None  # noqa: S101 just seeded
    roles = microsoft_graph.role_ids()
    wanted = [roles[name] for name in ("Directory.Read.All", "Calendars.ReadWrite")]
    now, ends = 1_796_112_000.0, 1_827_619_200.0  # the sandbox's first day, and the midnight a year later
    with store.transaction():
        made = applications.create(
            store,
            tenant,
            {
                "displayName": "SmartRecruiters Calendar Integration",
                "web": {"redirectUris": ["https://www.smartrecruiters.com/"]},
                "requiredResourceAccess": [
                    {
                        "resourceAppId": microsoft_graph.APP_ID,
                        "resourceAccess": [{"id": role, "type": "Role"} for role in wanted],
                    }
                ],
            },
            now=now,
        )
        principal = service_principals.create(store, tenant, {"appId": made.key}, now=now)
        graph = objects.live_by_key(store, tenant, service_principals.KIND, microsoft_graph.APP_ID)
        assert graph is not None  # noqa: S101 every tenant has it
        for role in wanted:
            grants.add(store, tenant, principal.id, principal.kind, graph.id, role, created=now)
        for owned in (made.id, principal.id):
            owners.add(store, tenant, owned, deployer)
        secret = secrets.add(
            store, tenant, made.id, str(uuid.uuid4()), display_name=f"{stack} 2026-12-01", starts=now, ends=ends
        )
    return {
        "clientId": made.key,
        "applicationObjectId": made.id,
        "servicePrincipalObjectId": principal.id,
        "secretKeyId": secret.key_id,
    }
