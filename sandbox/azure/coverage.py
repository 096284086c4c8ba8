"""The rows of the coverage page about Azure: request, who may (empty: any token), grade of evidence, remark."""

from typing import Final

from sandbox.azure import resource_manager
from sandbox.azure.models import CONTRIBUTOR, OFFICER, USER
from sandbox.graph.routing import Grade

ROWS: Final = (
    (("GET /subscriptions",), "", Grade.DOCUMENTED, "those in which the caller has a role"),
    (("GET /tenants",), "", Grade.DOCUMENTED, "as the Azure CLI asks when it signs in"),
    (
        (f"GET {resource_manager.TEMPLATE}",),
        f"{CONTRIBUTOR}, or a role that may read",
        Grade.DOCUMENTED,
        "never the value; refusals as documented and in issue threads",
    ),
    ((f"PUT {resource_manager.TEMPLATE}",), CONTRIBUTOR, Grade.DOCUMENTED, "every PUT is a new version"),
    ((f"DELETE {resource_manager.TEMPLATE}",), "nobody", Grade.SIGHTED, "`DisallowedResourceOperation`"),
    ((f"GET {resource_manager.PERMISSIONS_TEMPLATE}",), "", Grade.GUESS, "the shape is documented; who may ask is not"),
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
    ("Creating vaults, changing roles on them, access policies, networks, keys, certificates", "404"),
    ("Near-expiry events of Key Vault", "none; the end is kept"),
)
