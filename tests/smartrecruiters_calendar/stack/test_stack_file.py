"""The stack's file changes by one entry and by nothing else."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from components.client_secrets import ClientSecret
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.file import StackFile

FIRST, NEXT = ClientSecret(date(2026, 12, 1), years=1), ClientSecret(date(2027, 11, 10), days=180)

BLOCK = """\
# Reviewed by security
config:
  smartrecruiters-calendar:directoryId: 3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101   # the one tenant
  smartrecruiters-calendar:secrets: # rotated by scripts/rotate.py
    # the first one
    - issued: "2026-12-01" # go-live
      years: 1             # as the guide says
  # SmartRecruiters' field Tenant ID
  smartrecruiters-calendar:tenantDomain: 'contoso.onmicrosoft.com'

encryptionsalt: v1:abc
"""
ADDED = BLOCK.replace("as the guide says\n", 'as the guide says\n    - issued: "2027-11-10"\n      days: 180\n')
WAYS = {
    "block": (BLOCK, ADDED),
    "the engine's own style": (
        "config:\n  smartrecruiters-calendar:secrets:\n  - issued: 2026-12-01\n    years: 1",
        'config:\n  smartrecruiters-calendar:secrets:\n  - issued: 2026-12-01\n    years: 1\n  - issued: "2027-11-10"\n'
        "    days: 180\n",
    ),
    "without namespace, Windows line ends": (
        'config:\r\n  secrets:\r\n    - issued: "2026-12-01"\r\n      years: 1\r\n  # after\r\n  owners: []\r\n',
        'config:\r\n  secrets:\r\n    - issued: "2026-12-01"\r\n      years: 1\r\n    - issued: "2027-11-10"\r\n'
        "      days: 180\r\n  # after\r\n  owners: []\r\n",
    ),
    "flow": (
        "config:\n  secrets: [{issued: 2026-12-01, years: 1}] # one\n  owners: []\n",
        'config:\n  secrets: [{issued: 2026-12-01, years: 1}, {issued: "2027-11-10", days: 180}] # one\n  owners: []\n',
    ),
    "JSON text": (
        """config:\n  secrets: '[{"issued": "2026-12-01", "years": 1}]' # one\n""",
        """config:\n  secrets: '[{"issued": "2026-12-01", "years": 1}, """
        """{"issued": "2027-11-10", "days": 180}]' # one\n""",
    ),
}


def file_with(text: str, folder: Path) -> StackFile:
    (folder / "Pulumi.yaml").write_text("name: smartrecruiters-calendar\n")
    (folder / "Pulumi.acme.yaml").write_bytes(text.encode())
    return StackFile(folder, "organization/smartrecruiters-calendar/acme")


@pytest.mark.parametrize("way", WAYS)
def test_a_secret_added_is_the_only_difference(way: str, tmp_path: Path) -> None:
    before, after = WAYS[way]
    file = file_with(before, tmp_path)
    file.add(NEXT)
    assert file.path.read_bytes().decode() == after
    assert file.declared() == [FIRST, NEXT]


@pytest.mark.parametrize("way", WAYS)
def test_a_secret_removed_again_leaves_the_file_as_it_was(way: str, tmp_path: Path) -> None:
    before, after = WAYS[way]
    file = file_with(after, tmp_path)
    file.remove([NEXT.issued])
    assert file.path.read_bytes().decode().rstrip() == before.rstrip()


@pytest.mark.parametrize("way", WAYS)
def test_the_older_secret_can_go_and_the_newer_stays(way: str, tmp_path: Path) -> None:
    file = file_with(WAYS[way][1], tmp_path)
    file.remove([FIRST.issued])
    assert file.declared() == [NEXT]


comments = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=20)


@given(before=comments, after=comments, spaces=st.integers(0, 6), gap=st.integers(1, 5), quote=st.sampled_from("\"'"))
def test_comments_and_spacing_survive_whatever_they_are(
    tmp_path_factory: pytest.TempPathFactory, before: str, after: str, spaces: int, gap: int, quote: str
) -> None:
    indent, dash = " " * (2 + spaces), "-" + " " * gap
    text = (
        f"config:\n  a: 1 # {before}\n  secrets:\n{indent}# {before}\n{indent}{dash}issued: {quote}2026-12-01{quote}\n"
        f"{indent}{' ' * len(dash)}years: 1 # {after}\n  # {after}\n  z: 2\n"
    )
    file = file_with(text, tmp_path_factory.mktemp("file"))
    file.add(NEXT)
    added = file.path.read_bytes().decode()
    assert [line for line in added.split("\n") if "2027-11-10" not in line and "days: 180" not in line] == text.split(
        "\n"
    )
    assert len(YAML(typ="safe").load(added)["config"]["secrets"]) == 2
    file.remove([NEXT.issued])
    assert file.path.read_bytes().decode() == text


@pytest.mark.parametrize(
    "text",
    ["config: [", "config:\n  owners: []\n", "config:\n  secrets: 7\n", "config:\n  secrets:\n    - today\n", "[]"],
)
def test_a_file_that_cannot_be_edited_is_left_alone(text: str, tmp_path: Path) -> None:
    file = file_with(text, tmp_path)
    with pytest.raises(Stopped) as stopped:
        file.remove([FIRST.issued])
    assert stopped.value.reason is Reason.STACK_FILE_REFUSED
    assert file.path.read_text() == text


def test_a_list_behind_an_alias_is_not_edited(tmp_path: Path) -> None:
    text = "x: &list\n  - issued: 2026-12-01\n    years: 1\nconfig:\n  secrets: *list\n"
    file = file_with(text, tmp_path)
    with pytest.raises(Stopped, match="edit `secrets` in an editor"):
        file.add(NEXT)
    assert file.path.read_text() == text


def test_a_missing_file_says_where_to_work(tmp_path: Path) -> None:
    with pytest.raises(Stopped, match=r"Pulumi\.acme\.yaml is not in this checkout"):
        StackFile(tmp_path, "acme").declared()


def test_the_files_permissions_stay(tmp_path: Path) -> None:
    file = file_with(BLOCK, tmp_path)
    file.path.chmod(0o640)
    file.add(NEXT)
    assert file.path.stat().st_mode & 0o777 == 0o640
    assert {path.name for path in tmp_path.iterdir()} == {"Pulumi.acme.yaml", "Pulumi.yaml"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            '    - issued: "2026-12-01" # go-live\n      years: 1 # a year\n',
            "    - issued: '2027-11-10'\n      days: 180\n",
        ),
        ("    - {issued: 2026-12-01, years: 1} # go-live\n", "    - {issued: 2027-11-10, days: 180}\n"),
    ],
    ids=["block", "flow"],
)
def test_comments_between_entries_stay_when_the_entry_before_them_goes(first: str, second: str, tmp_path: Path) -> None:
    rest = f"    # the next one,\n\n      # with policy in mind\n{second}  # after\n  owners:   []\n"
    file = file_with(f"config:\n  secrets:\n    # all of them\n{first}{rest}", tmp_path)
    file.remove([FIRST.issued])
    assert file.path.read_text() == f"config:\n  secrets:\n    # all of them\n{rest}"


def test_lines_that_would_be_printed_otherwise_are_not_edited(tmp_path: Path) -> None:
    text = "config:\n  secrets:\n    - issued:   2026-12-01\n      years: 1\n"
    file = file_with(text, tmp_path)
    with pytest.raises(Stopped, match="edit `secrets` in an editor") as stopped:
        file.add(NEXT)
    assert stopped.value.reason is Reason.STACK_FILE_REFUSED
    assert file.path.read_text() == text


def test_a_project_with_another_name_has_its_own_key(tmp_path: Path) -> None:
    file = file_with("config:\n  our-own-name:secrets:\n    - issued: 2026-12-01\n      years: 1\n", tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: our-own-name\n")
    file.add(NEXT)
    assert file.declared() == [FIRST, NEXT]
