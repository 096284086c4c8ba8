"""The integration app in a tenant inside this process, made as the program makes it, and audited as the script does."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any

import httpx

from components import configuration, settings
from sandbox.seed.constants import CONTOSO
from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.entra import read_evidence
from smartrecruiters_calendar.audit.report import AuditReport, report_of
from smartrecruiters_calendar.entra.app_token import read_token
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.stack import state
from tests.sandbox.in_process import BASE_URL, GRAPH_APP_ID, Caller, Identity, InProcess

NAME = "SmartRecruiters Calendar Integration"
ADMIN = (
    "Application.ReadWrite.All",
    "Application.Read.All",
    "AppRoleAssignment.ReadWrite.All",
    "DelegatedPermissionGrant.ReadWrite.All",
    "Directory.Read.All",
    "RoleManagement.ReadWrite.Directory",
    "Group.ReadWrite.All",
    "AdministrativeUnit.ReadWrite.All",
    "Policy.ReadWrite.ApplicationConfiguration",
    "CustomSecAttributeAssignment.ReadWrite.All",
)
ROLES = {
    "Directory.Read.All": "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
    "Calendars.ReadWrite": "ef54d2bf-783f-4e0f-bca1-3210c0444d99",
    "Mail.ReadWrite": "e2a3a72e-5f79-4c64-b1b1-878b674786c9",
}
READS = ("Application.Read.All", "Directory.Read.All", "Policy.Read.All")


class _IntoTheProcess(httpx.BaseTransport):
    def __init__(self, entra: InProcess) -> None:
        self._entra = entra
        self._one_at_a_time = Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        content = request.read()
        with self._one_at_a_time:
            answer = self._entra.request(request.method, str(request.url), headers=request.headers, content=content)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


@dataclass
class DeployedApp:
    """The app, an administrator who can tamper with it, and its audit."""

    entra: InProcess
    admin: Caller
    graph: str
    """Object ID of Microsoft Graph's service principal."""
    deployed: state.DeployedApp
    configuration: dict[str, Any]
    secret: str = field(repr=False)
    ends: str
    """When the secret ends, as Graph writes it."""
    grants: dict[str, str] = field(default_factory=dict)
    """Permission to ID of its grant."""

    @classmethod
    def make(cls, entra: InProcess) -> "DeployedApp":
        admin = entra.caller(*ADMIN)
        graph = admin.made("GET", f"/servicePrincipals(appId='{GRAPH_APP_ID}')")["id"]
        declared = [ROLES["Directory.Read.All"], ROLES["Calendars.ReadWrite"]]
        access = [{"id": role, "type": "Role"} for role in declared]
        deployer = CONTOSO.identity("deployer").service_principal_id
        owners = [f"{BASE_URL}/v1.0/directoryObjects/{deployer}"]
        application = admin.made(
            "POST",
            "/applications",
            {
                "displayName": NAME,
                "signInAudience": "AzureADMyOrg",
                "web": {"redirectUris": ["https://www.smartrecruiters.com/"]},
                "requiredResourceAccess": [{"resourceAppId": GRAPH_APP_ID, "resourceAccess": access}],
                "owners@odata.bind": owners,
            },
        )
        principal = admin.made(
            "POST", "/servicePrincipals", {"appId": application["appId"], "owners@odata.bind": owners}
        )
        today = datetime.fromtimestamp(entra.now, UTC).date()
        secret = settings.SecretSettings.model_validate({"issued": today, "years": 1}).declared()
        wish = {"displayName": secret.key_name("dev"), "endDateTime": secret.end_date}
        made = admin.made("POST", f"/applications/{application['id']}/addPassword", {"passwordCredential": wish})
        app = cls(
            entra,
            admin,
            graph,
            state.DeployedApp(
                application["appId"],
                application["id"],
                principal["id"],
                CONTOSO.initial_domain,
                CONTOSO.id,
                {secret.issued: made["keyId"]},
                {secret.issued: secret.key_name("dev")},
            ),
            {"directoryId": CONTOSO.id, "owners": [deployer], "secrets": [{"issued": today.isoformat(), "years": 1}]},
            made["secretText"],
            made["endDateTime"],
        )
        for role in declared:
            app.grants[role] = app.grant(role)["id"]
        app.deployed = replace(app.deployed, grant_ids=frozenset(app.grants.values()))
        entra.signed_in(Identity(application["appId"], made["secretText"], principal["id"]))
        return app

    @property
    def application(self) -> str:
        return f"/applications/{self.deployed.application_object_id}"

    @property
    def principal(self) -> str:
        return f"/servicePrincipals/{self.deployed.service_principal_object_id}"

    def grant(self, role: str) -> dict[str, Any]:
        wish = {"principalId": self.deployed.service_principal_object_id, "resourceId": self.graph, "appRoleId": role}
        return self.admin.made("POST", f"/servicePrincipals/{self.graph}/appRoleAssignedTo", wish)

    def directory(self, *permissions: str) -> Directory:
        """The tenant as an operator with these permissions sees it."""
        caller = self.entra.caller(*(permissions or READS))
        return Directory(Cloud(BASE_URL, BASE_URL), read_token(caller.token), _IntoTheProcess(self.entra))

    def audit(self, *permissions: str) -> AuditReport:
        """Audit it as an operator with these permissions."""
        with self.directory(*permissions) as directory:
            evidence = read_evidence(directory, self.deployed, configuration.parse(self.configuration))
        now = datetime.fromtimestamp(self.entra.now, UTC)
        return report_of(Case("dev", configuration.parse(self.configuration), self.deployed, evidence, now))
