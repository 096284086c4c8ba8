"""Commands of the documentation that no other test runs as they stand there."""

import json
import re
import subprocess

import pytest

from tests.e2e.pages import commands
from tests.e2e.workplace import ROOT, Workplace

pytestmark = pytest.mark.engine


def test_the_commands_of_the_policy_pack_page_work(workplace: Workplace) -> None:
    preview, up, configured = (line.replace("acme", "dev") for line in commands("policy-pack.md"))
    workplace.run("bash", "-euc", preview)
    workplace.run("bash", "-euc", up, environment={"PULUMI_SKIP_CONFIRMATIONS": "true"})
    page = (ROOT / "docs" / "policy-pack.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"(?ms)^```json\n(.*?)^```", page)
    (workplace.checkout / "policy.json").write_text(json.dumps(json.loads(example)))
    stricter = workplace.run("bash", "-euc", configured, expect=None)
    assert stricter.exit_code != 0
    assert "secret-lifetime" in stricter.printed
    assert "two-owners" in stricter.printed


def test_make_live_is_the_live_check_with_its_options() -> None:
    for line in (one for one in commands("live-check.md") if one.startswith("make live")):
        asked = re.sub(r"<[^>]*>", "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101", line)
        dry = subprocess.run(
            ["bash", "-euc", f"{asked} --dry-run"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        (options,) = re.findall(r'LIVE_ARGS="([^"]*)"', line)
        assert (
            f'smartrecruiters-calendar live-check --directory-id "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101" {options}'
            in dry.stdout
        )
