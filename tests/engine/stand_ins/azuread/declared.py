"""Declarations that several tests share: what this project's program declares."""

from engine.stand_ins.provider.properties import Properties
from tests.engine.stand_ins.azuread.engine_calls import GRANT, PASSWORD, SERVICE_PRINCIPAL, Engine, Resource
from tests.engine.stand_ins.azuread.toy_graph import (
    CALENDARS_READ_WRITE,
    CALLER,
    DIRECTORY_READ_ALL,
    GRAPH_APP_ID,
    GRAPH_SP,
)

NAME = "SmartRecruiters Calendar Integration"


def application(**changes: object) -> Properties:
    declared: Properties = {
        "displayName": NAME,
        "signInAudience": "AzureADMyOrg",
        "web": {"redirectUris": ["https://www.smartrecruiters.com/"]},
        "requiredResourceAccesses": [
            {
                "resourceAppId": GRAPH_APP_ID,
                "resourceAccesses": [
                    {"id": DIRECTORY_READ_ALL, "type": "Role"},
                    {"id": CALENDARS_READ_WRITE, "type": "Role"},
                ],
            }
        ],
        "owners": [CALLER],
        "preventDuplicateNames": True,
    }
    return declared | changes


def service_principal(pulumi: Engine, application: Resource) -> Resource:
    return pulumi.create(SERVICE_PRINCIPAL, clientId=application.outputs["clientId"], owners=[CALLER])


def password(pulumi: Engine, application: Resource, end: str) -> Resource:
    return pulumi.create(
        PASSWORD,
        applicationId=application.resource_id,
        displayName=f"SmartRecruiters {end}",
        endDate=f"{end}T00:00:00Z",
    )


def grant(pulumi: Engine, service_principal: Resource, role: str) -> Resource:
    return pulumi.create(
        GRANT, appRoleId=role, principalObjectId=service_principal.outputs["objectId"], resourceObjectId=GRAPH_SP
    )
