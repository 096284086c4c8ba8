"""The same resources by Terraform and by the project, in turns, against one sandbox with Graph latency.

It needs `terraform` on PATH and, in `TERRAFORM_MIRROR`, a folder of providers with azuread in it, as
`terraform providers mirror` makes one; else it says so and measures nothing. The project's side runs with what
`python -m engine` chose: the official plugin and language host, or the project's own in their place. A program of one
line beside it shows what CLI, language host and SDK take before any program has its turn.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final

from rich.console import Console, RenderableType

from benchmarks.commands import ROOT, Bench, finished, seconds
from benchmarks.figures import Figure, table
from components.graph_permissions import GRAPH_APP_ID, PERMISSIONS
from engine.location import location
from engine.plugins import PACKAGE, kind_in
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.project import read_yaml
from smartrecruiters_calendar.stack.settings import read_settings

RUNS: Final = 5
LATENCY_MS: Final = 100
MIRROR: Final = "TERRAFORM_MIRROR"
"""The variable that names the folder of providers."""

_CLI_CONFIGURATION: Final = """
disable_checkpoint = true
provider_installation {{
  filesystem_mirror {{
    path = {mirror}
  }}
}}
"""


@dataclass(frozen=True)
class Step:
    name: str
    terraform: tuple[str, ...]
    pulumi: tuple[str, ...]
    aim: str


_APPLY: Final = ("apply", "-auto-approve")
_PLAN: Final = ("plan", "-detailed-exitcode")
"""Fails where something would change."""
_UP: Final = ("up", "--yes", "--skip-preview")
STEPS: Final = (
    Step("create", _APPLY, _UP, "≤ 1"),
    Step("plan, with refresh", _PLAN, ("preview", "--refresh", "--expect-no-changes"), "≤ 1.2"),
    Step("plan, without refresh", (*_PLAN, "-refresh=false"), ("preview", "--expect-no-changes"), "≤ 1.8"),
    Step("apply, nothing to do", _APPLY, (*_UP, "--expect-no-changes"), "≤ 0.9"),
)
"""In this order each run begins with nothing."""


def measured(console: Console) -> RenderableType:
    missing = missing_here(os.environ)
    if missing:
        return f"Terraform is not compared with: {missing}"
    # An empty variable leaves the plugin's pauses as they are.
    with Bench.open(variables={"AZUREAD_PLUGIN_POLL_SECONDS": ""}) as bench, _terraform(bench) as terraform:
        bench.sandbox("fault", "set", "--latency", f"{LATENCY_MS}ms")
        figures = _figures(bench, terraform, console)
    title = f"Beside Terraform, at {LATENCY_MS} ms of Graph latency"
    return table(title, figures, ratio="Terraform")


def missing_here(variables: Mapping[str, str]) -> str:
    """What has to be on this machine first; empty: nothing."""
    if shutil.which("terraform", path=variables.get("PATH")) is None:
        return "there is no `terraform` on PATH."
    mirror = Path(variables.get(MIRROR) or os.devnull)
    if not any(mirror.glob("*/hashicorp/azuread")):
        return f"{MIRROR} names no folder of providers that holds azuread (`terraform providers mirror` makes one)."
    return ""


def _figures(bench: Bench, terraform: Callable[..., str], console: Console) -> list[Figure]:
    theirs = {step: Figure(step.name, "s", "Terraform") for step in STEPS}
    ours = {step: Figure(step.name, "s", _our_programs(bench), step.aim, basis=theirs[step]) for step in STEPS}
    least = {step: Figure(step.name, "s", "a program of one line", basis=theirs[step]) for step in STEPS[1:]}
    one_line = _with_one_line(bench)
    for run in range(RUNS):
        console.print(f"terraform: run {run + 1} of {RUNS}", style="dim")
        for step in STEPS:
            theirs[step].samples.append(seconds(lambda: terraform(*step.terraform)))  # noqa: B023 (called at once)
            ours[step].samples.append(seconds(lambda: bench.pulumi(*step.pulumi)))  # noqa: B023 (called at once)
            if step in least:
                least[step].samples.append(seconds(lambda: one_line.pulumi(*step.pulumi)))  # noqa: B023 (called at once)
        terraform("destroy", "-auto-approve")
        bench.pulumi("destroy", "--yes", "--skip-preview")
    return [rows[step] for step in STEPS for rows in (theirs, ours, least) if step in rows]


def _with_one_line(bench: Bench) -> Bench:
    """A deployed stack whose program loads Pulumi's SDK and does no more, in the project's own environment."""
    folder = bench.home.parent / "one-line"
    folder.mkdir()
    project = {"name": "one-line", "runtime": read_yaml(ROOT / "Pulumi.yaml")["runtime"]}
    (folder / "Pulumi.yaml").write_text(json.dumps(project))  # every JSON document is a YAML document
    (folder / "__main__.py").write_text("import pulumi\n")
    for name in ("pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, folder)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    one_line = replace(bench, folder=folder)
    finished(["pulumi", "stack", "select", "--create", "dev"], one_line.environment, folder)
    one_line.up()
    return one_line


def _our_programs(bench: Bench) -> str:
    plugin = kind_in(Path(bench.environment["PULUMI_HOME"]) / "plugins", version(PACKAGE))
    return f"this project, {plugin} plugin, engine {location().kind}"


@contextmanager
def _terraform(bench: Bench) -> Iterator[Callable[..., str]]:
    """Runs its commands in a folder of its own, which is initialised."""
    folder = bench.home.parent / "terraform"
    folder.mkdir()
    shutil.copy(ROOT / "benchmarks" / "terraform.tf", folder / "main.tf")
    (folder / "terraform.tfvars.json").write_text(json.dumps(values()))
    configuration = folder / "terraform.rc"
    configuration.write_text(_CLI_CONFIGURATION.format(mirror=json.dumps(os.environ[MIRROR])))
    environment = bench.environment | {"TF_CLI_CONFIG_FILE": str(configuration), "TF_IN_AUTOMATION": "1"}

    def run(*arguments: str) -> str:
        return finished(["terraform", arguments[0], "-no-color", "-input=false", *arguments[1:]], environment, folder)

    run("init")
    yield run


def values() -> dict[str, object]:
    """What the stack `dev` declares, by the variables of terraform.tf."""
    settings = read_settings(ROOT, StackName.parse("dev"))
    secret = settings.declared_secrets()[0]
    return {
        "directory_id": settings.directory_id,
        "display_name": f"{settings.display_name} by Terraform",
        "owners": settings.owners,
        "redirect_url": settings.redirect_url,
        "graph": GRAPH_APP_ID,
        "permissions": {name: PERMISSIONS[name].app_role_id for name in settings.permissions},
        "secret": {"display_name": secret.key_name("dev"), "end_date": secret.end_date},
    }
