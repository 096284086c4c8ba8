"""Microsoft's libraries for Node: @azure/identity, @azure/msal-node and @microsoft/microsoft-graph-client."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.registry import npm
from tests.sandbox.clients.running import Running

HERE = Path(__file__).parent / "node"
CACHE = Path(__file__).resolve().parents[3] / ".cache" / "node-clients"


def installed() -> Path:
    """The folder of the script and its packages, which are installed again only when their lock changes."""
    CACHE.mkdir(parents=True, exist_ok=True)
    lock = (HERE / "package-lock.json").read_text()
    stamp = CACHE / "installed.json"
    if not stamp.exists() or stamp.read_text() != lock:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, CACHE / name)
        npm(CACHE, "ci")
        stamp.write_text(lock)
    shutil.copy(HERE / "clients.mjs", CACHE / "clients.mjs")
    return CACHE


@pytest.mark.full
@pytest.mark.skipif(shutil.which("npm") is None, reason="there is no Node on this machine")
def test_the_libraries_for_node_understand_what_the_sandbox_answers(running: Running) -> None:
    administrator = running.administrator
    environment = os.environ | {
        "NODE_EXTRA_CA_CERTS": str(running.trust),
        "SANDBOX": running.address,
        "TENANT": administrator.tenant,
        "CLIENT_ID": administrator.client_id,
        "CLIENT_SECRET": administrator.client_secret,
    }
    done = subprocess.run(
        ["node", "clients.mjs"], cwd=installed(), env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["msal"], said["azureIdentity"], said["wrongSecret"][1]) == ("Bearer", True, "invalid_client")
    assert said["event"] == ["Node again", "2026-12-03T11:00:00.0000000"]
    assert (said["schedule"], said["view"], said["room"], said["rooms"]) == ("2222", True, 16, 5)
    assert (said["upserted"], said["expanded"], said["batch"]) == ("node", 1, [200, 200])
    assert said["duplicate"] == [409, "Request_MultipleObjectsWithSameKeyValue"]
    assert said["delta"] == [400, "BadRequest"]
    assert int(said["count"]) > 350
