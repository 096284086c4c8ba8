"""Where the rules of public baselines were read: the tool's own code, at a dated commit.

`make baselines` shows what has changed in these files since.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Repository:
    name: str
    commit: str
    committed: date


@dataclass(frozen=True)
class BaselineSource:
    repository: Repository
    files: tuple[str, ...]
    """The decision first, then what it is made from."""

    @property
    def reference(self) -> str:
        return f"https://github.com/{self.repository.name}/blob/{self.repository.commit}/{self.files[0]}"


SCUBAGEAR: Final = Repository("cisagov/ScubaGear", "4d34e9a48e38ce5c2e14c0fdfbaee53e57594ae2", date(2026, 8, 20))
MAESTER: Final = Repository("maester365/maester", "6bf1d98f094fc7a68e449d2f40f73ef820b72ee3", date(2026, 8, 18))
PROWLER: Final = Repository("prowler-cloud/prowler", "3e000faa3109230b748e4418a13c11c9e59f5cfb", date(2026, 8, 21))

_SCUBA: Final = BaselineSource(
    SCUBAGEAR,
    (
        "PowerShell/ScubaGear/Rego/AADConfig.rego",
        "PowerShell/ScubaGear/Modules/Providers/ProviderHelpers/AADAppManagementPolicyHelper.psm1",
        "PowerShell/ScubaGear/baselines/aad.md",
    ),
)
_PROWLER_ENTRA: Final = "prowler/providers/m365/services/entra"


def _maester(name: str) -> BaselineSource:
    return BaselineSource(MAESTER, (f"powershell/public/maester/entra/Test-Mt{name}.ps1",))


def _prowler(name: str, folder: str = _PROWLER_ENTRA) -> BaselineSource:
    return BaselineSource(PROWLER, (f"{folder}/{name}/{name}.py", f"{_PROWLER_ENTRA}/entra_service.py"))


SOURCES: Final[Mapping[str, BaselineSource]] = MappingProxyType(
    {
        "cisa-5-5-new-secrets": _SCUBA,
        "cisa-5-6-secret-lifetime": _SCUBA,
        "cisa-5-7-certificate-lifetime": _SCUBA,
        "maester-1002-policy": _maester("AppManagementPolicyEnabled"),
        "maester-1057-secrets": _maester("AppRegistrationsWithSecrets"),
        "maester-1058-mailboxes": BaselineSource(
            MAESTER, ("powershell/public/maester/entra/Test-MtSpExchangeAppAccessPolicy.ps1",)
        ),
        "maester-1075-assignment": _maester("ServicePrincipalsForAllUsers"),
        "prowler-app-policy": _prowler("entra_default_app_management_policy_enabled"),
        "prowler-client-secret": _prowler("entra_app_registration_client_secret_unused"),
        "prowler-credential-expiry": BaselineSource(
            PROWLER,
            (
                "prowler/providers/azure/services/entra/entra_app_registration_credential_not_expired/"
                "entra_app_registration_credential_not_expired.py",
                "prowler/providers/azure/services/entra/entra_service.py",
            ),
        ),
        "prowler-mailbox-policy": _prowler(
            "exchange_application_access_policy_restricts_mailbox_apps", "prowler/providers/m365/services/exchange"
        ),
        "prowler-privileged-owners": _prowler("entra_service_principal_privileged_role_no_owners"),
        "prowler-privileged-secret": _prowler("entra_service_principal_no_secrets_for_permanent_tier0_roles"),
        "prowler-unused-privileges": _prowler("entra_app_registration_no_unused_privileged_permissions"),
    }
)
"""By the ID of the check that foretells the rule."""
