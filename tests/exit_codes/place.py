"""One deployed stack in which every verb can be typed: a served sandbox, and a `pulumi` that answers from a file."""

import contextlib
import json
import logging
import os
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import stamina
from azure.core.pipeline.transport import RequestsTransport

from sandbox.core.home import Home
from sandbox.graph import faults
from sandbox.seed import creation
from sandbox.seed.constants import CONTOSO
from sandbox.seed.directory import Sizes
from sandbox.smartrecruiters import write_session
from sandbox.smartrecruiters.accounts import ADMINISTRATOR
from sandbox.smartrecruiters.faults import PageFaults
from smartrecruiters_calendar.cli.start import main
from tests.sandbox.in_process import InProcess
from tests.sandbox.smartrecruiters.conftest import serving
from tests.smartrecruiters_calendar.audit.deployed_app import DeployedApp
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi, exported
from tests.smartrecruiters_calendar.page.recording.har_files import har
from tests.smartrecruiters_calendar.page.recording.pages import load, save, tab

ROOT = Path(__file__).resolve().parents[2]
PROJECT = "smartrecruiters-calendar"
ROOM = "boardroom@contoso.example"
_DONE = (
    "config set",
    "state unprotect",
    "state delete",
    "stack init",
    "stack rm",
    "stack tag rm",
    "refresh",
    "up",
    "destroy",
    "cancel",
)
"""Commands that print nothing when they are done."""


@dataclass(frozen=True)
class End:
    """How a verb ended."""

    exit_code: int
    reason: str | None


class Place:
    """The stack `dev`. A cause changes `environment`, `pulumi`, the configuration or the sandbox's faults."""

    def __init__(self, folder: Path, entra: InProcess, address: str, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.entra, self.address, self.patch = folder, entra, address, patch
        self.app = DeployedApp.make(entra)
        credentials = creation.read_credentials(entra.home)[CONTOSO.name]
        self.environment = {
            "ARM_METADATA_HOSTNAME": address.removeprefix("https://"),
            "ARM_TENANT_ID": CONTOSO.id,
            "AZURE_TENANT_ID": CONTOSO.id,
            "SSL_CERT_FILE": str(entra.home.trust),
            "SMARTRECRUITERS_ADDRESS": f"{address}/smartrecruiters",
            "SMARTRECRUITERS_SESSION_FILE": str(entra.home.session),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "HOME": str(folder),
        }
        # A pipeline's token service, which only `pipeline-identity` asks: the others have a secret.
        self.environment["ACTIONS_ID_TOKEN_REQUEST_URL"] = f"{address}/oidc/token?subject=repo:contoso/calendars"
        self.environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = entra.home.oidc_request_token.read_text(encoding="utf-8")
        for prefix, identity in (("ARM", "deployer"), ("AZURE", "operator")):
            self.environment[f"{prefix}_CLIENT_ID"] = credentials[identity]["clientId"]
            self.environment[f"{prefix}_CLIENT_SECRET"] = credentials[identity]["clientSecret"]
        self.configuration = self.app.configuration | {
            "tenantDomain": CONTOSO.initial_domain,
            "expectedRooms": [ROOM],
            "smartrecruiters": {
                "channel": "page-requests",
                "profile": str(ROOT / "sandbox/smartrecruiters/profile.yaml"),
            },
        }
        self.pulumi: FakePulumi
        self.begin()

    def begin(self) -> None:
        """Forget every cause, and what earlier verbs left."""
        faults.put(self.entra.store, self.entra.contoso, faults.NONE)
        PageFaults(self.entra.store).clear()
        write_session(self.entra.sandbox.context, self.entra.home.session, ADMINISTRATOR)
        project = self.folder / "project"
        project.mkdir(exist_ok=True)
        for left in project.iterdir():
            if left.is_file():
                left.unlink()
        self.pulumi = FakePulumi.install(project, self._outputs(), self.configuration)
        for name in ("Pulumi.yaml", "__main__.py", "requirements.txt"):
            (project / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
        if not (project / "components").exists():
            (project / "components").symlink_to(ROOT / "components")
        (project / "tenants.yaml").write_text("rings:\n  canary: [dev]\n", encoding="utf-8")
        (project / "recording.har").touch(mode=0o600)
        (project / "recording.har").write_text(json.dumps(self._recording()), encoding="utf-8")
        listed = [{"name": "dev", "current": True}]
        self.pulumi.answer(
            whoami={"stdout": json.dumps({"user": "me", "url": "file:///state"})},
            stack_export=self._export(),
            stack_ls={"stdout": json.dumps(listed)},
            **{command: {} for command in _DONE},
            preview={"stdout": json.dumps({"steps": [], "changeSummary": {}})},
        )
        for name in [name for name in os.environ if name.startswith(("ARM_", "AZURE_", "PULUMI_"))]:
            self.patch.delenv(name)
        for name, value in self.environment.items():
            self.patch.setenv(name, value)
        for name in ("CI", "DISPLAY", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY"):
            self.patch.delenv(name, raising=False)
        self.patch.setenv("PATH", self.pulumi.path)
        self.patch.chdir(project)

    @property
    def key_id(self) -> str:
        """Of the deployed secret."""
        (key,) = self.app.deployed.key_ids.values()
        return key

    def _recording(self) -> dict[str, Any]:
        outputs = self._outputs()
        fields = {name: outputs[name] for name in ("clientId", "clientSecret", "tenantId")}
        return har([tab(), save(json=fields), load()])

    @contextlib.contextmanager
    def patched(self) -> Iterator[None]:
        """Undo, at the end, what a cause changed in this process."""
        outer = self.patch
        with pytest.MonkeyPatch.context() as self.patch:
            yield
        self.patch = outer

    def type(self, *words: str) -> End:
        """Type a verb."""
        logging.getLogger().handlers.clear()
        with (
            (self.folder / "stderr").open("w+", encoding="utf-8") as errors,  # a file: the CLI writes to it too
            contextlib.redirect_stdout(StringIO()) as out,
            contextlib.redirect_stderr(errors),
        ):
            try:
                main(words)
            except SystemExit as ended:
                code = int(ended.code or 0)
            else:
                code = 0
        printed = (self.folder / "stderr").read_text(encoding="utf-8")
        assert "Traceback" not in printed, printed
        self.printed, self.shown = printed, out.getvalue()
        if out.getvalue().startswith("{"):
            document = json.loads(out.getvalue())
            tenants = (tenant for ring in document.get("rings", ()) for tenant in ring["tenants"])
            return End(code, document.get("reason") or next((one["reason"] for one in tenants), None))
        said = re.search(r"\[([a-z-]+)\]$", printed.strip())
        return End(code, said[1] if said else None)

    def _outputs(self) -> dict[str, Any]:
        deployed = self.app.deployed
        return {
            "clientId": deployed.client_id,
            "clientSecret": self.app.secret,
            "tenantId": deployed.tenant_domain,
            "directoryId": deployed.directory_id,
            "applicationObjectId": deployed.application_object_id,
            "servicePrincipalObjectId": deployed.service_principal_object_id,
            "secretKeyId": self.key_id,
            "permissions": ["Directory.Read.All", "Calendars.ReadWrite"],
            "requestedPermissions": ["Directory.Read.All", "Calendars.ReadWrite"],
            "secretExpiresOn": self.app.ends,
            "redirectUrl": "https://www.smartrecruiters.com/",
        }

    def _export(self) -> dict[str, Any]:
        deployed = self.app.deployed
        ((issued, key),) = deployed.key_ids.items()
        urn = f"urn:pulumi:dev::{PROJECT}::smartrecruiters:index:CalendarIntegration$"
        azuread = "azuread:index"

        def resource(kind: str, name: str, id_: str, **outputs: Any) -> dict[str, Any]:
            return {"urn": f"{urn}{kind}::{name}", "type": kind, "id": id_, "custom": True, "outputs": outputs}

        principal = deployed.service_principal_object_id
        resources = [
            resource(
                f"{azuread}/application:Application",
                "calendar",
                f"/applications/{deployed.application_object_id}",
                clientId=deployed.client_id,
            ),
            resource(f"{azuread}/servicePrincipal:ServicePrincipal", "calendar", f"/servicePrincipals/{principal}"),
            *(
                resource(
                    f"{azuread}/appRoleAssignment:AppRoleAssignment",
                    f"calendar-{role}",
                    f"/servicePrincipals/{self.app.graph}/appRoleAssignedTo/{grant}",
                )
                for role, grant in self.app.grants.items()
            ),
            resource(
                f"{azuread}/applicationPassword:ApplicationPassword",
                f"calendar-secret-{issued}",
                f"{deployed.application_object_id}/password/{key}",
                endDate=self.app.ends,
                displayName=deployed.key_names.get(issued, ""),
            ),
        ]
        return exported(self._outputs(), *resources)


@contextlib.contextmanager
def place(folder: Path) -> Iterator[Place]:
    """Serve a sandbox and deploy an app into it; services are asked again without waiting."""
    home = Home(folder / "home")
    creation.ensure(home, Sizes(users=3, rooms=3))
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.MonkeyPatch.context() as patch:
        address = f"https://localhost:{listener.getsockname()[1]}"
        patch.setattr(RequestsTransport, "sleep", lambda _transport, _seconds: None)
        with (
            contextlib.closing(InProcess(home, address)) as entra,
            serving(entra.sandbox, home, listener),
            stamina.set_testing(True, attempts=2, cap=True),
        ):
            yield Place(folder, entra, address, patch)
