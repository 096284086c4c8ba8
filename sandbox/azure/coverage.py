"""The rows of the coverage page about Azure: request, who may, grade of evidence, remark."""

from typing import Final

from sandbox.azure import resource_manager
from sandbox.azure.models import CONTRIBUTOR, OFFICER, USER
from sandbox.graph.routing import Grade

ROWS: Final = (
    (
        ("GET /subscriptions",),
        "anybody with a token of the tenant",
        Grade.DOCUMENTED,
        "what the Azure CLI asks when it signs in; subscriptions in which the caller has a role",
    ),
    (("GET /tenants",), "anybody with a token of the tenant", Grade.DOCUMENTED, "likewise"),
    (
        (f"GET {resource_manager.TEMPLATE}",),
        f"{CONTRIBUTOR}, or a role that may read",
        Grade.DOCUMENTED,
        "never the value; the texts of refusals as in Azure's documentation and in issue threads",
    ),
    ((f"PUT {resource_manager.TEMPLATE}",), CONTRIBUTOR, Grade.DOCUMENTED, "every PUT is a new version"),
    ((f"DELETE {resource_manager.TEMPLATE}",), "nobody", Grade.SIGHTED, "`DisallowedResourceOperation`"),
    (
        (f"GET {resource_manager.PERMISSIONS_TEMPLATE}",),
        "anybody with a token of the tenant",
        Grade.GUESS,
        "the shape is documented; who may ask is not",
    ),
    (
        ("GET /keyvault/{vault}/secrets/{secret}", "GET /keyvault/{vault}/secrets/{secret}/{version}"),
        f"{USER} or {OFFICER}",
        Grade.DOCUMENTED,
        "a path here, a host name in Azure; access by role only; refusals as in issue threads",
    ),
    (("DELETE /keyvault/{vault}/secrets/{secret}",), OFFICER, Grade.DOCUMENTED, "soft delete"),
    (("GET /keyvault/{vault}/deletedsecrets/{secret}",), f"{USER} or {OFFICER}", Grade.DOCUMENTED, ""),
    (("POST /keyvault/{vault}/deletedsecrets/{secret}/recover",), OFFICER, Grade.DOCUMENTED, "at once"),
)

NOT_EMULATED: Final = (
    (
        "Creating vaults, changing roles on them, access policies, networks, keys, certificates",
        "404, marked `notEmulated`",
    ),
    ("Near-expiry events of Key Vault", "nothing is sent; the end that raises them is kept"),
)
