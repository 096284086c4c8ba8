"""What every sandbox holds, independent of the requested sizes. `Pulumi.dev.yaml` and tests name the same."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SeededIdentity:
    role: str
    """Its key in `credentials.json`."""
    display_name: str
    app_id: str
    application_id: str
    """Object id of the application."""
    service_principal_id: str
    permissions: tuple[str, ...]


@dataclass(frozen=True)
class SeededTenant:
    name: str
    """Its key in `credentials.json` and on the command line."""
    display_name: str
    id: str
    """Directory ID."""
    initial_domain: str
    default_domain: str
    graph_id: str
    """Object id of Microsoft Graph's service principal."""
    identities: tuple[SeededIdentity, ...]

    def identity(self, role: str) -> SeededIdentity:
        return next(item for item in self.identities if item.role == role)


DEPLOYER_PERMISSIONS = ("Application.ReadWrite.OwnedBy", "Application.Read.All", "AppRoleAssignment.ReadWrite.All")
OPERATOR_PERMISSIONS = ("Application.Read.All", "Directory.Read.All", "Place.Read.All", "Policy.Read.All")

CONTOSO = SeededTenant(
    name="contoso",
    display_name="Contoso",
    id="3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101",
    initial_domain="contoso.onmicrosoft.com",
    default_domain="contoso.example",
    graph_id="093c76c9-d596-43fd-aa9a-2a71e0e71001",
    identities=(
        SeededIdentity(
            "deployer",
            "Deployer",
            "0f6a1c52-3b0e-4d7c-a1c4-5d2e8b9f1001",
            "2c8d3e74-5d20-4f9e-83e6-7f40adb11001",
            "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca01002",
            DEPLOYER_PERMISSIONS,
        ),
        SeededIdentity(
            "operator",
            "Operator",
            "0f6a1c52-3b0e-4d7c-a1c4-5d2e8b9f2001",
            "2c8d3e74-5d20-4f9e-83e6-7f40adb12001",
            "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca02002",
            OPERATOR_PERMISSIONS,
        ),
    ),
)

FABRIKAM = SeededTenant(
    name="fabrikam",
    display_name="Fabrikam",
    id="7b9d4e21-6c38-4f0a-8e55-2c8b63d1e202",
    initial_domain="fabrikam.onmicrosoft.com",
    default_domain="fabrikam.example",
    graph_id="093c76c9-d596-43fd-aa9a-2a71e0e72001",
    identities=(
        SeededIdentity(
            "deployer",
            "Deployer",
            "0f6a1c52-3b0e-4d7c-a1c4-5d2e8b9f3001",
            "2c8d3e74-5d20-4f9e-83e6-7f40adb13001",
            "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca03002",
            DEPLOYER_PERMISSIONS,
        ),
        SeededIdentity(
            "operator",
            "Operator",
            "0f6a1c52-3b0e-4d7c-a1c4-5d2e8b9f4001",
            "2c8d3e74-5d20-4f9e-83e6-7f40adb14001",
            "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca04002",
            OPERATOR_PERMISSIONS,
        ),
    ),
)

TENANTS = (CONTOSO, FABRIKAM)
