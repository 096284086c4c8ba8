"""Many tenants in one sandbox: a stack file, variables of its own and an administrator's session for each, in rings."""

import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from sandbox.core.home import Home
from sandbox.core.store import Store
from sandbox.seed import directory
from sandbox.smartrecruiters import session_file
from smartrecruiters_calendar.promotion import tenants
from smartrecruiters_calendar.stack.file import new_stack_file
from tests.e2e.workplace import COMMAND_TIMEOUT, PYTHON, Directory, Done, Workplace

ROOMS_EXPECTED = 2
SECONDS_A_TENANT = 40
"""After which a promotion hangs, on a machine that is busy with other things."""
SALT = "encryptionsalt: v1:IEFps5u8tas=:v1:wYuV41Pkps0iLCgy:LG7/mOFtBjBrMNhQyy/c2v0Ilm+jnA==\n"
"""The sandbox's, as in Pulumi.dev.yaml: it goes with the passphrase that every sandbox has."""


@dataclass
class ManyTenants:
    """A workplace whose checkout names so many tenants in rings."""

    workplace: Workplace
    stacks: list[str]

    @classmethod
    def seed(cls, workplace: Workplace, rings: dict[str, int], latency: str | None = None) -> "ManyTenants":
        """Seed tenants, write their files, make their stacks.

        Args:
            workplace: opened already.
            rings: ring name to number of tenants.
            latency: added before each of Graph's answers, e.g. `100ms`.
        """
        count = sum(rings.values())
        workplace.sandbox("seed", "--tenants", str(count), "--users", "5", "--rooms", str(ROOMS_EXPECTED))
        stacks = [f"tenant-{number}" for number in range(1, count + 1)]
        many = cls(workplace, stacks)
        many.environments.mkdir(mode=0o700)
        store = Store(Home(workplace.home).store)
        try:
            for stack in stacks:
                many._write(stack, store)
        finally:
            store.close()
        (workplace.checkout / tenants.FILE).unlink()
        names = iter(stacks)
        for ring, size in rings.items():
            for _ in range(size):
                tenants.addition(workplace.checkout, ring, next(names))()
        if latency:
            for stack in stacks:
                workplace.sandbox("fault", "set", "--tenant", stack, "--latency", latency)
        many._init(stacks[0])  # alone: a new PostgreSQL backend makes its table
        with ThreadPoolExecutor(2) as starts:
            list(starts.map(many._init, stacks[1:]))
        many.commit("Tenants")
        return many

    @property
    def environments(self) -> Path:
        """Each tenant's own variables."""
        return self.workplace.home.parent / "environments"

    def variables(self, stack: str) -> dict[str, str]:
        """One tenant's own variables, for a shell of its own."""
        return {name: value or "" for name, value in dotenv_values(self.environments / f"{stack}.env").items()}

    def _write(self, stack: str, store: Store) -> None:
        number = int(stack.removeprefix("tenant-"))
        seeded = directory.numbered(number)
        deployer, operator = (self.workplace.credentials(stack, role) for role in ("deployer", "operator"))
        path = new_stack_file(
            self.workplace.checkout,
            stack,
            directory_id=seeded.id,
            owners=[deployer["objectId"]],
            issued=date(2026, 12, 1),
            years=1,
            tenant_domain=seeded.initial_domain,
        )
        text = re.sub(r"(?m)^# smartrecruiters-calendar:smartrecruiters.*", "", path.read_text())
        path.write_text(
            text
            + "  smartrecruiters-calendar:smartrecruiters:\n"
            + "    channel: page-requests\n"
            + "    profile: sandbox/smartrecruiters/profile.yaml\n"
            + SALT
        )
        session = self.environments / f"{stack}.session.json"
        session_file.write(store, session, f"recruiting.admin@{seeded.default_domain}")
        own = {
            "ARM_TENANT_ID": seeded.id,
            "ARM_CLIENT_ID": deployer["clientId"],
            "ARM_CLIENT_SECRET": deployer["clientSecret"],
            "AZURE_TENANT_ID": seeded.id,
            "AZURE_CLIENT_ID": operator["clientId"],
            "AZURE_CLIENT_SECRET": operator["clientSecret"],
            "SMARTRECRUITERS_SESSION_FILE": str(session),
        }
        variables = self.environments / f"{stack}.env"
        variables.touch(mode=0o600)
        variables.write_text("".join(f"{name}='{value}'\n" for name, value in own.items()))

    def _init(self, stack: str) -> None:
        self.workplace.run("pulumi", "stack", "init", stack, "--non-interactive")

    def commit(self, message: str) -> None:
        """Put the checkout as it is into a commit."""
        commit(self.workplace.checkout, message)

    def promote(self, *arguments: str, expect: int | None = 0) -> Done:
        """`scripts/promote.py`."""
        return self.workplace.run(
            PYTHON,
            "scripts/promote.py",
            "--environments",
            str(self.environments),
            *arguments,
            expect=expect,
            timeout=COMMAND_TIMEOUT + SECONDS_A_TENANT * len(self.stacks),
        )

    def promoted(self, *arguments: str, expect: int | None = 0) -> dict[str, dict[str, Any]]:
        """Promote, and each tenant's outcome by stack."""
        document = json.loads(self.promote("--json", *arguments, expect=expect).stdout)
        return {tenant["stack"]: tenant for ring in document["rings"] for tenant in ring["tenants"]}

    def directory(self, stack: str) -> Directory:
        return self.workplace.graph(stack)

    def applications(self, stack: str) -> list[dict[str, Any]]:
        """The integration apps in a tenant."""
        return self.directory(stack).named("applications")


def commit(checkout: Path, message: str) -> None:
    """Put a checkout as it is into a commit, the first time into a repository of its own."""

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=T", "-c", "user.email=t@example.com"]
        subprocess.run(["git", *identity, *arguments], cwd=checkout, check=True, capture_output=True)

    if not (checkout / ".git").exists():
        git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", message)
