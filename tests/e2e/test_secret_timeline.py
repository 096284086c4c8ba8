"""Two years of moved clock with rotations: at every instant the secret that SmartRecruiters holds is valid.

A process of its own samples the whole time: it reads what SmartRecruiters has saved and asks the tenant for a token
with exactly that, as SmartRecruiters would.
"""

import json
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.workplace import PYTHON, ROOT, Workplace

pytestmark = pytest.mark.engine


def sample(home: Path, address: str, trust: str, log: Path) -> None:
    """Ask for a token with what SmartRecruiters holds, again and again until a file says stop."""
    store = sqlite3.connect(f"file:{home / 'sandbox.sqlite'}?mode=ro", uri=True, timeout=20)
    with httpx.Client(verify=ssl.create_default_context(cafile=trust)) as client, log.open("a") as samples:
        while not log.with_suffix(".stop").exists():
            row = store.execute(
                "SELECT client_id, client_secret, tenant_id FROM smartrecruiters_integrations"
            ).fetchone()
            answer = client.post(
                f"{address}/{row[2]}/oauth2/v2.0/token",
                data={
                    "client_id": row[0],
                    "client_secret": row[1],
                    "grant_type": "client_credentials",
                    "scope": f"{address}/.default",
                },
            )
            again = store.execute("SELECT client_secret FROM smartrecruiters_integrations").fetchone()
            # A secret that was replaced while the question was under way was not held at the answer.
            if again[0] == row[1]:
                seen = {"status": answer.status_code, "hint": row[1][:3], "at": answer.headers.get("date")}
                samples.write(json.dumps(seen) + "\n")
                samples.flush()
            time.sleep(0.05)  # a pause between samples, not a wait for anything


@contextmanager
def sampled(workplace: Workplace, log: Path) -> Iterator[None]:
    address = f"https://{workplace.environment['ARM_METADATA_HOSTNAME']}"
    arguments = [str(workplace.home), address, workplace.environment["SSL_CERT_FILE"], str(log)]
    with subprocess.Popen([PYTHON, "-m", "tests.e2e.test_secret_timeline", *arguments], cwd=ROOT) as process:
        try:
            yield
        finally:
            log.with_suffix(".stop").touch()
            assert process.wait(timeout=60) == 0


def samples_in(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_for_two_years_smartrecruiters_holds_a_valid_secret_at_every_instant(
    delivered_workplace: Workplace, tmp_path: Path
) -> None:
    log = tmp_path / "samples.jsonl"
    held = [delivered_workplace.outputs()["secretKeyId"]]
    with sampled(delivered_workplace, log):
        for forward, issued in (("340d", "2027-11-06"), ("345d", "2028-10-16")):
            delivered_workplace.sandbox("fault", "clock", "--forward", forward)
            result = delivered_workplace.run(
                PYTHON, "scripts/rotate.py", "auto", "--stack", "dev", "--deployed-from-here", "--json"
            ).json()
            assert f"issued on {issued}" in result["sentence"]
            held.append(delivered_workplace.outputs()["secretKeyId"])
        delivered_workplace.sandbox("fault", "clock", "--forward", "45d")
    assert len(set(held)) == 3
    samples = samples_in(log)
    assert len(samples) > 100
    assert {sample["status"] for sample in samples} == {200}
    (application,) = delivered_workplace.graph().named("applications")
    assert [key["displayName"] for key in application["passwordCredentials"]] == ["dev 2028-10-16"]

    after = tmp_path / "after.jsonl"
    with sampled(delivered_workplace, after):  # the same sampler does see a secret that is dead
        delivered_workplace.sandbox("fault", "clock", "--forward", "400d")
        until = time.monotonic() + 60
        while not (after.exists() and {sample["status"] for sample in samples_in(after)} >= {401}):
            assert time.monotonic() < until, "the sampler does not see that the secret has ended"
            time.sleep(0.1)


if __name__ == "__main__":
    sample(Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4]))
