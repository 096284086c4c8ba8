"""The environment variables that put a shell, or any program, into a sandbox."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from sandbox.azure.seeding import subscription_of
from sandbox.core.home import Home
from sandbox.seed import creation
from sandbox.seed.constants import CONTOSO


def variables(home: Home) -> dict[str, str]:
    """Every variable with its value. `PATH` begins with the folder of this Python.

    In the repository `sandbox.in_repository`, which no wheel contains, adds what only this project needs.
    """
    known = creation.read_credentials(home)[CONTOSO.name]
    deployer, operator = known["deployer"], known["operator"]
    address = f"https://localhost:{home.port}"
    trust = str(home.trust)
    values = {
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
        "PULUMI_BACKEND_URL": home.state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(home.passphrase),
        "SMARTRECRUITERS_ADDRESS": f"{address}/smartrecruiters",
        "SMARTRECRUITERS_SESSION_FILE": str(home.session),
    }
    # Not resolved: a virtual environment's interpreter is a link, and its folder is what is wanted.
    first = [Path(sys.executable).parent]
    if find_spec("sandbox.in_repository"):
        from sandbox import in_repository

        values |= in_repository.variables(home)
        first += in_repository.folders()
    rest = os.environ.get("PATH", os.defpath).split(os.pathsep)
    values["PATH"] = os.pathsep.join([*map(str, first), *(folder for folder in rest if Path(folder) not in first)])
    return values
