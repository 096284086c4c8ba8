"""docs/secret-lifecycle.md: every command works as it stands there, and no secret shows on the way."""

import os
import re
from pathlib import Path

import pytest

from tests.e2e.test_secrets_stay_secret import files_holding, watched_process_list
from tests.e2e.workplace import PYTHON, ROOT, Workplace, console_command, link_environment

pytestmark = pytest.mark.engine

PAGE = (ROOT / "docs" / "secret-lifecycle.md").read_text(encoding="utf-8")
IN_A_PIPELINE = ["smartrecruiters-calendar rotate auto --stack dev --commit", "git push origin HEAD:main"]


def commands(section: str) -> list[str]:
    (text,) = re.findall(rf"(?ms)^## {section}\n(.*?)(?=^## |\Z)", PAGE)
    blocks = re.findall(r"(?ms)^ *```sh\n(.*?)^ *```", text)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


STEPS, BACK, LEAKED, GONE = (
    commands(section) for section in ("Step by step", "Back to the outgoing secret", "A leaked key", "Offboarding")
)
TO_DELIVER, TO_RETIRE = STEPS[:-2], STEPS[-2:]


def type_in(workplace: Workplace, lines: list[str], expect: int = 0, **variables: str) -> None:
    for line in lines:
        answered = {"PULUMI_SKIP_CONFIRMATIONS": "true"} if line.startswith("pulumi up") else {}
        workplace.run("bash", "-euc", line, environment=variables | answered, expect=expect)


def test_no_command_of_the_page_is_left_out() -> None:
    run = [*STEPS, *BACK, *LEAKED, *GONE, *commands("In one command")]
    assert len(run) == len(
        [line for block in re.findall(r"(?ms)^ *```sh\n(.*?)^ *```", PAGE) for line in block.splitlines()]
    )
    assert commands("In one command") == [*IN_A_PIPELINE, "smartrecruiters-calendar rotate status --all --json"]
    assert TO_RETIRE == ["smartrecruiters-calendar rotate finish --stack dev", "pulumi up --stack dev"]


def test_the_pages_commands_work_in_order_and_show_no_secret(delivered_workplace: Workplace) -> None:
    secrets = [delivered_workplace.outputs()["clientSecret"]]
    delivered_workplace.sandbox("fault", "clock", "--forward", "340d")
    with watched_process_list() as command_lines:
        type_in(delivered_workplace, TO_DELIVER[:1], expect=1)
        type_in(delivered_workplace, TO_DELIVER[1:])
        secrets.append(delivered_workplace.outputs()["clientSecret"])
        type_in(delivered_workplace, BACK)
        type_in(delivered_workplace, ["smartrecruiters-calendar rotate finish --stack dev"], expect=1)
        type_in(delivered_workplace, [TO_DELIVER[-1], *TO_RETIRE])
        type_in(delivered_workplace, ["smartrecruiters-calendar rotate status --all --json"])

        leaked = delivered_workplace.outputs()["secretKeyId"]
        type_in(delivered_workplace, LEAKED[:1], expect=4, KEY_ID=leaked)
        type_in(delivered_workplace, LEAKED[1:], KEY_ID=leaked)
        assert delivered_workplace.outputs()["secretKeyId"] != leaked
        secrets.append(delivered_workplace.outputs()["clientSecret"])
        tags = delivered_workplace.run("pulumi", "stack", "tag", "ls", "--stack", "dev", "--json")
        client_id = delivered_workplace.outputs()["clientId"]
        type_in(delivered_workplace, GONE[:1])
        assert delivered_workplace.graph().named("applications") == []
        type_in(delivered_workplace, GONE[1:], CLIENT_ID=client_id)
        secrets.append(delivered_workplace.outputs()["clientSecret"])
    assert {
        "calendar-secrets:0001-rolled-back",
        "calendar-secrets:0002-let-go",
        "calendar-secrets:0003-revoked",
    } <= set(tags.json())
    (restored,) = delivered_workplace.graph().named("applications")
    assert restored["appId"] == client_id
    assert [key["keyId"] for key in restored["passwordCredentials"]] == [delivered_workplace.outputs()["secretKeyId"]]
    assert delivered_workplace.post_deploy().json()["delivery"] == "not-needed"
    delivered_workplace.pulumi("preview", "--expect-no-changes")

    assert len(set(secrets)) == 4
    assert any("rotate rollback" in line for line in command_lines)
    for secret in secrets:
        assert [line for line in command_lines if secret in line] == []
        assert [text for text in delivered_workplace.printed if secret in text] == []
        assert files_holding(secret, delivered_workplace.home) == []
        assert files_holding(secret, delivered_workplace.checkout) == []


def in_clean_clone(workplace: Workplace, folder: Path) -> Workplace:
    """What the next runner of the pipeline has: a fresh clone of the deployed branch, packages, and nothing else."""
    remote = workplace.checkout.parent / "remote.git"
    workplace.run("git", "clone", "--quiet", str(remote), str(folder))
    link_environment(folder)
    command = console_command(folder.with_name(f"{folder.name}-bin"), folder)
    own = IDENTITY | {"CI": "true", "PATH": f"{command}{os.pathsep}{workplace.environment['PATH']}"}
    return Workplace(folder, workplace.home, workplace.environment | own, workplace.without_forks)


IDENTITY = {
    "GIT_AUTHOR_NAME": "Pipeline",
    "GIT_AUTHOR_EMAIL": "pipeline@example.com",
    "GIT_COMMITTER_NAME": "Pipeline",
    "GIT_COMMITTER_EMAIL": "pipeline@example.com",
}


def test_in_a_pipeline_a_run_from_a_clean_clone_after_any_step_removes_nothing_in_use(
    workplace: Workplace, tmp_path: Path
) -> None:
    workplace.configure("protectSecrets", "true")
    remote = workplace.checkout.parent / "remote.git"
    workplace.run("git", "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    workplace.run("git", "init", "--quiet", "--initial-branch=main")
    workplace.run("git", "add", "--all", ".")
    workplace.run("git", "commit", "--quiet", "-m", "Stack dev", environment=IDENTITY)
    workplace.run("git", "push", "--quiet", str(remote), "HEAD:main")
    workplace.deploy()
    workplace.post_deploy()
    workplace.sandbox("fault", "clock", "--forward", "340d")

    refused = in_clean_clone(workplace, tmp_path / "without").run(
        PYTHON, "scripts/rotate.py", "auto", "--stack", "dev", "--json", expect=2
    )
    assert refused.json()["reason"] == "commit-needed"

    reasons = []
    for number in range(4):
        runner = in_clean_clone(workplace, tmp_path / f"runner-{number}")
        auto = runner.run("bash", "-euc", f"{IN_A_PIPELINE[0]} --json", expect=None)
        reasons.append(auto.json()["reason"])
        # Any other job deploys from the branch before the commit is merged.
        other = in_clean_clone(workplace, tmp_path / f"other-{number}")
        other.pulumi("up", "--yes", "--skip-preview", expect=None)
        held = workplace.run("pulumi", "stack", "tag", "ls", "--stack", "dev", "--json").json()
        assert other.post_deploy("--wait", "1", expect=None).json()["exitCode"] == 0, held
        if reasons[-1] is None:
            break
        runner.run("bash", "-euc", IN_A_PIPELINE[1])
    assert reasons == ["commit-not-deployed", "commit-not-deployed", None]
    (application,) = workplace.graph().named("applications")
    assert [key["displayName"] for key in application["passwordCredentials"]] == ["dev 2027-11-06"]
