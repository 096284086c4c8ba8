"""A copy of the program with a state of its own, in a folder that goes away; the project's stacks are not touched.

The passphrase that encrypts the state is random and lives in this process and the engine's environment only.
"""

import json
import secrets
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from smartrecruiters_calendar.live.plan import Plan
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.project import Project
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.stack import Outputs, Stack

_PROGRAM = ("Pulumi.yaml", "__main__.py", "components")
_LOCK = "uv.lock"
"""What Pulumi's language host reads with `toolchain: uv`. Without a pyproject.toml beside it, it installs nothing."""


class Place:
    """Where the check's own stack is deployed from. A context manager."""

    def __init__(self, project: Path, plan: Plan, issued: date) -> None:
        """Make the folder; nothing is deployed.

        Raises:
            Stopped: there is no usable `pulumi` on PATH, or no program in the project's folder.
        """
        if lost := [name for name in _PROGRAM if not (project / name).exists()]:
            raise Stopped(
                Reason.SETTINGS_REFUSED,
                f"{project} has no {' and no '.join(lost)}, so there is no program to deploy: name the folder of this "
                "project with --cwd.",
            )
        self._plan = plan
        self._folder = Path(tempfile.mkdtemp(prefix="live-check-"))
        self.pulumi = Pulumi(
            self._folder / "program",
            {
                "PULUMI_BACKEND_URL": (self._folder / "state").as_uri(),
                "PULUMI_CONFIG_PASSPHRASE": secrets.token_urlsafe(32),
                "PULUMI_SKIP_UPDATE_CHECK": "true",
            },
        )
        self._stack = StackName.parse(plan.stack)
        self._initialised = False
        self._lay_out(project, issued)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._folder)

    def deploy(self) -> Outputs:
        """Deploy the stack, watched on stderr, and read its outputs.

        Raises:
            Stopped: it could not be deployed.
        """
        stack = self._stack
        self.pulumi.run("stack", "init", stack, "--no-select")
        self._initialised = True
        if self.pulumi.show("up", "--yes", "--skip-preview", stack=stack) != 0:
            raise Stopped(
                Reason.LIVE_DEPLOYMENT_FAILED,
                "The app could not be deployed; the engine's own messages are above. Fix that, then run this again.",
            )
        return Stack(stack, self.pulumi.project, self.pulumi).outputs_in_clear()

    def destroy(self) -> None:
        """Destroy what was deployed; the tenant shows whether all of it is gone."""
        if self._initialised:
            self.pulumi.show("destroy", "--yes", "--skip-preview", stack=self._stack)

    def _lay_out(self, project: Path, issued: date) -> None:
        program, plan = self._folder / "program", self._plan
        program.mkdir()
        (self._folder / "state").mkdir()
        for name in _PROGRAM:
            source = project / name
            if source.is_dir():
                shutil.copytree(source, program / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, program / name)
        if (project / _LOCK).is_file():
            shutil.copy2(project / _LOCK, program)
        (program / ".venv").symlink_to(sys.prefix)
        values = {
            "directoryId": plan.directory_id,
            "displayName": plan.display_name,
            "owners": [plan.deployer_object_id],
            "permissions": list(plan.permissions),
            "protectSecrets": "false",
            "secrets": [{"issued": issued.isoformat(), "days": plan.secret_days}],
            "tenantDomain": plan.tenant_domain or "",
        }
        configuration = {f"{Project.read(program).name}:{key}": value for key, value in values.items()}
        # Every JSON document is a YAML document.
        (program / f"Pulumi.{plan.stack}.yaml").write_text(json.dumps({"config": configuration}), encoding="utf-8")
