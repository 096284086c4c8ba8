"""A company's own program: it has resources already, and declares SmartRecruiters' calendar integration beside them."""

import pulumi
import pulumi_azuread as azuread

DIRECTORY = "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101"
PIPELINE = "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca01002"

intranet = azuread.Application("intranet", display_name="Intranet", owners=[PIPELINE])


class CalendarIntegration(pulumi.ComponentResource):
    """The packaged component, without a generated SDK; `pulumi package add` generates one with typed arguments."""

    clientId: pulumi.Output[str]  # noqa: N815 (named as in the schema)
    secretExpiresOn: pulumi.Output[str]  # noqa: N815

    def __init__(self, name: str, args: pulumi.Inputs, opts: pulumi.ResourceOptions | None = None) -> None:
        outputs = {"clientId": None, "secretExpiresOn": None}
        super().__init__("smartrecruiters-calendar:index:CalendarIntegration", name, {**args, **outputs}, opts, True)


calendar = CalendarIntegration(
    "calendar",
    {
        "directoryId": DIRECTORY,
        "tenantDomain": "contoso.onmicrosoft.com",
        "owners": [PIPELINE],
        "secrets": [{"issued": "2026-12-01", "years": 1}],
        "protectSecrets": False,
    },
)

pulumi.export("intranet", intranet.client_id)
pulumi.export("clientId", calendar.clientId)
pulumi.export("secretExpiresOn", calendar.secretExpiresOn)
