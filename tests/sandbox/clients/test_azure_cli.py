"""The real Azure CLI signs in and manages apps, service principals, people and groups of the sandbox.

What it sent is recorded (`tests/recordings/azure-cli-commands.json`), with the commands, and replayed in every run:
`tests/sandbox/compare/test_recordings.py`.
"""

import json
import os
import subprocess
from pathlib import Path

from tests import azure_cli
from tests.sandbox.clients.running import Running

RECORDING = json.loads((azure_cli.ROOT / "tests" / "recordings" / "azure-cli-commands.json").read_text())


@azure_cli.needs_azure_cli
def test_the_azure_cli_does_its_commands_as_it_was_recorded(running: Running, tmp_path: Path) -> None:
    administrator = running.administrator
    environment = os.environ | azure_cli.environment(tmp_path / "azure")
    environment |= {
        "PATH": f"{azure_cli.folder()}:{os.environ['PATH']}",
        "REQUESTS_CA_BUNDLE": str(running.trust),
        "SANDBOX": running.address,
        "TENANT": administrator.tenant,
        "CLIENT_ID": administrator.client_id,
        "CLIENT_SECRET": administrator.client_secret,
    }
    script = "\n".join([azure_cli.SIGN_IN, *RECORDING["commands"]])
    before = len(running.log())
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], env=environment, capture_output=True, text=True, timeout=1800
    )
    assert done.returncode == 0, done.stderr
    sent = [azure_cli.sent(one) for one in running.log()[before:] if one["path"].startswith(("/v1.0/", "/beta/"))]
    assert sent == [azure_cli.recorded(one) for one in RECORDING["answers"]]
    assert "/subscriptions" in {one["path"] for one in running.log()[before:]}, "asked when it signs in"


def test_every_kind_of_command_is_in_the_recording() -> None:
    commands = " ".join(RECORDING["commands"])
    kinds = ["ad app create", "ad app list", "ad app show", "ad app update", "ad app delete", "ad app permission add"]
    kinds += ['ad app credential reset --id "$A" --append', "ad app credential list", "ad app credential delete"]
    kinds += ["ad app owner add", "ad app federated-credential create", "ad sp create", "ad sp list", "ad sp show"]
    kinds += ['ad sp credential reset --id "$A" --append', "ad sp credential list", "ad sp credential delete"]
    kinds += ["ad user show", "ad group show", "rest --method"]
    assert [kind for kind in kinds if f"az {kind}" not in commands] == []
    assert RECORDING["azureCli"] == azure_cli.VERSION
