"""The project's own program with forbidden changes: takes the place of `__main__.py` in a workplace's checkout.

Each change is one an impatient colleague could make to the program; FORBIDDEN names those to make, `FORBIDDEN=` none.
"""

import os
import runpy
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pulumi
import pulumi_azuread as azuread

from components.graph_permissions import GRAPH_APP_ID, PERMISSIONS

MAIL_READ = "810c84a8-4a9e-49e6-bf7d-12d183f40d01"
FOREIGN_APP = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
CHANGES = set(filter(None, os.environ["FORBIDDEN"].split(",")))


def application(props: dict[str, Any]) -> None:
    if "allowed-permissions" in CHANGES:
        access = azuread.ApplicationRequiredResourceAccessResourceAccessArgs(id=MAIL_READ, type="Role")
        props["required_resource_accesses"] = [
            azuread.ApplicationRequiredResourceAccessArgs(resource_app_id=GRAPH_APP_ID, resource_accesses=[access])
        ]
    if "single-tenant" in CHANGES:
        props["sign_in_audience"] = "AzureADMultipleOrgs"
    if CHANGES & {"exact-https-redirect", "no-implicit-grant"}:
        elsewhere = "exact-https-redirect" in CHANGES
        props["web"] = azuread.ApplicationWebArgs(
            redirect_uris=["https://attacker.example/" if elsewhere else "https://www.smartrecruiters.com/"],
            implicit_grant=azuread.ApplicationWebImplicitGrantArgs(
                id_token_issuance_enabled="no-implicit-grant" in CHANGES
            ),
        )
    if "owners-configured" in CHANGES:
        props["owners"] = None
    if "as-configured" in CHANGES:
        props["display_name"] = "Another name"


def secret(props: dict[str, Any]) -> None:
    years = 5 if "secret-lifetime" in CHANGES else 1
    ends = datetime.combine(date(2026 + years, 12, 1), time(), UTC)
    if "secret-end-declared" in CHANGES:
        ends = ends.replace(hour=datetime.now(UTC).hour, minute=59)
    props["end_date"] = ends.strftime("%Y-%m-%dT%H:%M:%SZ")


def change(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
    props = dict(args.props)
    if args.type_ == "azuread:index/application:Application":
        application(props)
    if args.type_ == "azuread:index/applicationPassword:ApplicationPassword":
        secret(props)
    return pulumi.ResourceTransformationResult(props, args.opts)


pulumi.runtime.register_stack_transformation(change)
made = runpy.run_path(str(Path(__file__).with_name("original_program.py")), run_name="__main__")

if "requested-is-granted" in CHANGES:
    azuread.AppRoleAssignment(
        "unrequested",
        app_role_id=PERMISSIONS["Place.Read.All"].app_role_id,
        principal_object_id=made["integration"].service_principal_object_id,
        resource_object_id=azuread.get_service_principal(client_id=GRAPH_APP_ID).object_id,
    )
if "first-party-not-managed" in CHANGES:
    azuread.ServicePrincipal("graph", client_id=GRAPH_APP_ID, use_existing=True, owners=made["config"].owners)
if CHANGES & {"nothing-else", "one-integration"}:
    azuread.ServicePrincipal("foreign", client_id=FOREIGN_APP, owners=made["config"].owners)
