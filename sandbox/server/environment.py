"""The environment variables that put a shell, or any program, into a sandbox."""

import os
import sys
from pathlib import Path

from engine import EngineMissing, location
from sandbox.azure.seeding import subscription_of
from sandbox.core.home import Home
from sandbox.seed import creation
from sandbox.seed.constants import CONTOSO

ROOT = Path(__file__).resolve().parents[2]
"""The project's folder."""


def variables(home: Home) -> dict[str, str]:
    """Every variable with its value. `PATH` begins with this Python and the engine, if there is one."""
    known = creation.read_credentials(home)[CONTOSO.name]
    deployer, operator = known["deployer"], known["operator"]
    address = f"https://localhost:{home.port}"
    trust = str(home.trust)
    return {
        "ARM_METADATA_HOSTNAME": f"localhost:{home.port}",
        "ARM_TENANT_ID": CONTOSO.id,
        "ARM_SUBSCRIPTION_ID": subscription_of(CONTOSO.id),
        "ARM_DISABLE_INSTANCE_DISCOVERY": "true",
        "ARM_CLIENT_ID": deployer["clientId"],
        "ARM_CLIENT_SECRET": deployer["clientSecret"],
        "AZURE_TENANT_ID": CONTOSO.id,
        "AZURE_CLIENT_ID": operator["clientId"],
        "AZURE_CLIENT_SECRET": operator["clientSecret"],
        "SSL_CERT_FILE": trust,
        "REQUESTS_CA_BUNDLE": trust,
        "PULUMI_HOME": str(ROOT / ".cache" / "pulumi-home"),
        "PULUMI_BACKEND_URL": home.state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(home.passphrase),
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "AZUREAD_PLUGIN_POLL_SECONDS": "0.1",
        "SMARTRECRUITERS_ADDRESS": f"{address}/smartrecruiters",
        "SMARTRECRUITERS_SESSION_FILE": str(home.session),
        "CALENDAR_INTEGRATION_CLOCK_FILE": str(home.clock),
        "PATH": os.pathsep.join(_path()),
    }


def _path() -> list[str]:
    # Not resolved: a virtual environment's interpreter is a link, and its folder is what is wanted.
    first = [str(Path(sys.executable).parent)]
    try:
        # Behind the virtual environment: an engine found on PATH may share its folder with another Python.
        first.append(str(location().bin))
    except EngineMissing as missing:
        print(f"Without an engine on PATH: {missing}", file=sys.stderr)
    rest = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return [*first, *(folder for folder in rest if folder not in first)]
