"""Which tenants a change can touch: too many costs a preview, too few hides a change."""

import subprocess
from pathlib import Path

import pytest

from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.promotion.affected import affected, changed_files

STACKS = ["contoso", "fabrikam", "acme.eu"]


@pytest.mark.parametrize(
    ("files", "touched"),
    [
        ([], []),
        (["Pulumi.fabrikam.yaml"], ["fabrikam"]),
        (["Pulumi.acme.eu.yaml", "Pulumi.contoso.yaml"], ["contoso", "acme.eu"]),
        (["Pulumi.unknown.yaml"], []),
        (["README.md", "docs/audit.md", "tests/test_x.py", "tenants.yaml"], []),
        (["docs/x.md", "components/settings.py"], STACKS),
        (["__main__.py"], STACKS),
        (["Pulumi.yaml"], STACKS),
        (["requirements.txt"], STACKS),
        (["policy/rules/owners.py"], STACKS),
        (["profiles/Pulumi.contoso.yaml"], STACKS),
        (["something-new"], STACKS),
    ],
)
def test_a_stack_file_touches_its_own_tenant_and_the_program_all(files: list[str], touched: list[str]) -> None:
    assert affected(STACKS, files) == touched


def test_changes_are_counted_from_where_the_branch_left_its_base(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "First")
    git("switch", "-q", "-c", "change")
    (tmp_path / "Pulumi.contoso.yaml").write_text("config: {}\n")
    git("add", ".")
    git("commit", "-qm", "Contoso")
    git("switch", "-q", "main")
    (tmp_path / "__main__.py").write_text("")
    git("add", ".")
    git("commit", "-qm", "Meanwhile")
    git("switch", "-q", "change")
    assert changed_files(tmp_path, "main") == ["Pulumi.contoso.yaml"]
    with pytest.raises(Stopped, match="fetch-depth: 0"):
        changed_files(tmp_path, "origin/nowhere")
