"""Whatever a person or a crash leaves in a file, it is read, or refused in a sentence; it is never a traceback."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from components import clock
from components.configuration import from_engine
from components.mistakes import ConfigurationRefused
from smartrecruiters_calendar.outcome import ExitCode, Stopped
from smartrecruiters_calendar.page.channel import SignInNeeded
from smartrecruiters_calendar.page.profile import load_profile
from smartrecruiters_calendar.page.recording import har
from smartrecruiters_calendar.page.session import read_session
from smartrecruiters_calendar.promotion import record, tenants
from smartrecruiters_calendar.rooms.file import read_rooms
from smartrecruiters_calendar.stack import departure, environments, locks
from smartrecruiters_calendar.stack.file import StackFile
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.receipt_log import LAST_CHECK, ReceiptLog
from smartrecruiters_calendar.stack.settings import read_settings
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION

DEV = StackName.parse("dev")
PROJECT = "smartrecruiters-calendar"
HALVES = ("", "{", "[", "null", "[]", "{}", "0", '"', "\ufeff", "\0", "x" * 2_000, "[" * 200, "a: [", "{a: &a [*a]}")
DEEP = b"[" * 100_000
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def with_keys(*keys: str) -> st.SearchStrategy[Any]:
    """JSON values, often objects with keys that the reader knows, nested in each other."""
    return st.recursive(
        JSON, lambda inner: st.dictionaries(st.sampled_from(keys), inner | st.lists(inner, max_size=2)), max_leaves=12
    )


def bytes_of(values: st.SearchStrategy[Any]) -> st.SearchStrategy[bytes]:
    """Documents whole and cut off, arbitrary bytes, and texts in several encodings."""
    texts = values.map(json.dumps) | st.sampled_from(HALVES) | st.text(max_size=80)
    encoded = st.builds(
        lambda text, coding: text.encode(coding, "replace"),
        texts,
        st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
    )
    return encoded | st.builds(lambda data, end: data[:end], encoded, st.integers(0, 60)) | st.binary(max_size=80)


def in_file(name: str, data: bytes, read: Callable[[Path], object]) -> None:
    """Read a file with this content; what is refused is refused in a sentence, and the file stays as it is."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "Pulumi.yaml").write_text(f"name: {PROJECT}\n")
        path = Path(folder) / name
        path.write_bytes(data)
        path.chmod(0o600)
        ends = None
        try:
            read(path)
        except Stopped as stopped:
            stopped.sentence.encode()
            ends = stopped.exit_code
        assert ends in (None, ExitCode.USAGE, ExitCode.UNKNOWN)
        assert path.read_bytes() == data


@bounded(max_examples=60)
@given(bytes_of(with_keys("config", "secrets", "issued", "years", "days", f"{PROJECT}:secrets", "environment")))
def test_a_stacks_file(data: bytes) -> None:
    in_file("Pulumi.dev.yaml", data, lambda path: read_settings(path.parent, DEV))
    in_file("Pulumi.dev.yaml", data, lambda path: StackFile(path.parent, "dev").declared())
    in_file("Pulumi.dev.yaml", data, lambda path: StackFile(path.parent, "dev").remove([]))


@given(bytes_of(with_keys("name", "config", "default", "type", "stackConfigDir", PROJECT)))
def test_the_projects_file(data: bytes) -> None:
    in_file("Pulumi.yaml", data, lambda path: read_settings(path.parent, DEV))


@bounded(max_examples=60)
@given(bytes_of(with_keys("rings", "canary", "dev")))
def test_the_rings(data: bytes) -> None:
    in_file("tenants.yaml", data, lambda path: tenants.load(path.parent))
    in_file("tenants.yaml", data, lambda path: tenants.addition(path.parent, "canary", "dev"))


PROFILE = with_keys("version", "describes", "settingsPage", "signedOut", "save", "loadResources", "job", "rooms")


@given(bytes_of(PROFILE))
def test_a_profile(data: bytes) -> None:
    in_file("profile.yaml", data, load_profile)


ENTRY = with_keys("request", "response", "url", "method", "headers", "status", "content", "text", "startedDateTime")


@example(DEEP)
@given(bytes_of(ENTRY | ENTRY.map(lambda one: {"log": {"entries": [one, one]}})))
def test_a_recording(data: bytes) -> None:
    in_file("recording.har", data, har.read)


@given(bytes_of(JSON) | st.text(st.sampled_from('a@b.c,;\t"\n\r\0#\x0c'), max_size=60).map(str.encode))
@example(b'"' + b"x" * 200_000)
@example(b"address\n" + b"a," * 70_000)
def test_a_list_of_rooms(data: bytes) -> None:
    in_file("rooms.csv", data, read_rooms)


COOKIES = with_keys("cookies", "name", "value", "domain", "path", "expires", "secure", "origins")


@given(bytes_of(COOKIES | COOKIES.map(lambda one: {"cookies": [one]})))
@example(b'{"cookies": [{"name": "a", "value": "b", "domain": "h", "expires": 1e400}]}')
@example(b'{"cookies": [{"name": "a", "value": "b", "domain": "h", "expires": NaN}]}')
@example(b'{"cookies": [{"name": "a", "value": "b", "domain": "h", "expires": 1e308}]}')
def test_a_session(data: bytes) -> None:
    def read(path: Path) -> None:
        with suppress(SignInNeeded):
            read_session(path, "h")

    in_file("session.json", data, read)


@given(bytes_of(JSON) | st.text(st.sampled_from("AB=\"' \n#$\0{}"), max_size=40).map(str.encode))
def test_a_tenants_variables(data: bytes) -> None:
    in_file("dev.env", data, lambda path: environments.of_stack(path.parent, "dev", {}))


LOCKS = st.fixed_dictionaries({"username": JSON, "hostname": JSON, "pid": JSON | st.integers(), "timestamp": JSON})


@given(bytes_of(JSON | LOCKS))
@example(DEEP)
@example(json.dumps({"username": "u", "hostname": os.uname().nodename, "pid": 10**30, "timestamp": "t"}).encode())
@example(json.dumps({"username": "u", "hostname": os.uname().nodename, "pid": -1, "timestamp": "t"}).encode())
@example(json.dumps({"username": "u", "hostname": os.uname().nodename, "pid": 0, "timestamp": "t"}).encode())
@example(b'{"username": "\\u001b[2J", "hostname": "\\ud800", "pid": 1, "timestamp": "t"}')
def test_a_lock_is_somebodys_until_it_is_known_to_be_nobodys(data: bytes) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name) / ".pulumi" / "locks" / "organization" / PROJECT / "dev"
        folder.mkdir(parents=True)
        (Path(name) / "Pulumi.yaml").write_text(f"name: {PROJECT}\n")
        (folder / "lock.json").write_bytes(data)
        (holder,) = locks.in_backend(f"file://{name}", Path(name), DEV) or []
        assert str(holder).isprintable()
        if holder.pid <= 0:
            assert not holder.is_gone


TAG_NAMES = st.sampled_from(
    [
        LAST_CHECK,
        "calendar-integration:0001-begun",
        "calendar-integration:0001-delivered",
        "calendar-integration:0002-delivered",
        "calendar-integration:0002-delivered.2",
        "calendar-integration:0003-not-saved",
        "calendar-integration:0003-proven",
        "calendar-integration:0004-checked",
        "calendar-integration:9999-rooms-seen",
        f"calendar-integration:{'9' * 5000}-begun",
    ]
)
TAGS = with_keys("keyId", "clientId", "tenantId", "channel", "page", "address", "at", "since", "events", "checkedAt")


@given(st.dictionaries(TAG_NAMES, TAGS.map(json.dumps) | st.sampled_from(HALVES) | st.text(max_size=40)))
@example(
    {
        "calendar-integration:0001-begun": '{"keyId": "k", "since": "2026-12-01T00:00:00"}',
        "calendar-integration:0002-begun": '{"keyId": "k", "since": "2026-12-01T00:00:00Z"}',
    }
)
def test_receipt_tags(tags: dict[str, str]) -> None:
    receipt = ReceiptLog(tags).receipt
    assert receipt is None or receipt.held is None or receipt.held.key_id
    record.read(tags.get(LAST_CHECK))
    departure.read(tags.get(LAST_CHECK))


@given(bytes_of(with_keys("offsetSeconds")))
@example(DEEP)
@example(b'{"offsetSeconds": 1e400}')
@example(b'{"offsetSeconds": 1e17}')
@example(b'{"offsetSeconds": -1e11}')
def test_the_clocks_file(data: bytes) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        (Path(folder) / "clock.json").write_bytes(data)
        patched.setenv(clock.OFFSET_FILE, f"{folder}/clock.json")
        with suppress(clock.ClockFileUnreadable):
            assert clock.now() > datetime(1, 1, 1, tzinfo=UTC)


@bounded(max_examples=200)
@given(st.dictionaries(st.sampled_from(sorted(CONFIGURATION)), JSON.map(json.dumps) | st.sampled_from(HALVES)))
def test_settings(texts: dict[str, str]) -> None:
    with suppress(ConfigurationRefused):
        from_engine(PROJECT, {f"{PROJECT}:{key}": text for key, text in texts.items()})
