"""Who holds a lock, read from a folder or from the CLI's refusal."""

import getpass
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.stack import locks
from smartrecruiters_calendar.stack.locks import Holder
from smartrecruiters_calendar.stack.name import StackName

HOLDER = Holder("root", "vm", 1539, "2026-11-25T01:26:50Z")


def backend(folder: Path) -> str:
    (folder / "Pulumi.yaml").write_text("name: our-own-name\n")
    locked = folder / "state here" / ".pulumi" / "locks" / "organization" / "our-own-name" / "dev"
    locked.mkdir(parents=True)
    lock = {"pid": 1539, "username": "root", "hostname": "vm", "timestamp": "2026-11-25T01:26:50Z"}
    (locked / "d6f4d945.json").write_text(json.dumps(lock))
    (locked / "d6f4d945.json.attrs").write_text("{}")
    return (folder / "state here").as_uri()


@pytest.mark.parametrize("stack", ["dev", "organization/dev", "organization/our-own-name/dev"])
def test_a_folders_lock_is_read(tmp_path: Path, stack: str) -> None:
    assert locks.in_backend(backend(tmp_path), tmp_path, StackName.parse(stack)) == [HOLDER]


def test_another_stack_of_the_folder_is_free(tmp_path: Path) -> None:
    assert locks.in_backend(backend(tmp_path), tmp_path, StackName.parse("acme")) == []


def test_a_lock_that_cannot_be_read_is_nobodys_to_free_unasked(tmp_path: Path) -> None:
    url = backend(tmp_path)
    (lock,) = tmp_path.rglob("*.json")
    lock.write_text("")
    (holder,) = locks.in_backend(url, tmp_path, StackName.parse("dev")) or []
    assert not holder.is_gone
    with pytest.raises(Stopped, match=r"d6f4d945\.json cannot be read"):
        locks.to_free([holder], "dev", asked=False)


@pytest.mark.parametrize("url", ["postgres://db.example/pulumi", "s3://states", "https://api.pulumi.com"])
def test_the_locks_of_other_backends_cannot_be_listed(url: str, tmp_path: Path) -> None:
    assert locks.in_backend(url, tmp_path, StackName.parse("dev")) is None


def test_the_refusal_names_every_holder() -> None:
    sentence = (
        "Another run holds the stack 'dev' (error: the stack is currently locked by 2 lock(s). Either wait "
        "for the other process(es) to end or delete the lock file with `pulumi cancel`. a.json: created by root@vm "
        "(pid 1539) at 2026-11-25T01:26:50Z b.json: created by CORP\\ci@runner-7 (pid 8) at 2026-11-25T02:00:00Z)"
    )
    assert locks.named_in(sentence) == [HOLDER, Holder("CORP\\ci", "runner-7", 8, "2026-11-25T02:00:00Z")]


def test_a_holder_that_has_ended_and_was_never_fetched_is_gone() -> None:
    """So it stands in a container whose first process does not care for orphans."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and stays a zombie
    assert Holder(getpass.getuser(), socket.gethostname(), ended.pid, "now").is_gone
    ended.wait()


def test_a_holder_that_is_at_work_is_not_gone() -> None:
    assert not Holder(getpass.getuser(), socket.gethostname(), os.getpid(), "now").is_gone
