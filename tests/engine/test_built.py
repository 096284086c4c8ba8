import os
import re
import signal
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

from engine import built, dictionaries, location, ways
from engine.resolve import ensure
from engine.ways import Broken
from tests.engine.conftest import FakeGo


def _kept(cache: Path) -> list[str]:
    return sorted(file.name for file in cache.iterdir() if file.name not in ("lock", "location.json"))


def test_build_holds_the_cli_the_host_and_the_executor(cache: Path, fake_go: FakeGo) -> None:
    found = ensure(("built",), cache, fake_go.environment)
    assert (found.kind, found.version) == ("built", ways.VERSION)
    assert {file.name for file in found.bin.iterdir()} == {"pulumi", "pulumi-language-python", built.EXECUTOR}
    assert location(cache) == found


def test_second_call_builds_nothing(cache: Path, fake_go: FakeGo) -> None:
    assert ensure(("built",), cache, fake_go.environment) == ensure(("built",), cache, fake_go.environment)
    assert fake_go.builds == 1


def test_failed_build_shows_why_and_keeps_nothing(cache: Path, fake_go: FakeGo) -> None:
    fake_go.make(during_build="echo 'no space left on device' >&2; exit 1")
    with pytest.raises(Broken, match="no space left on device"):
        ensure(("built",), cache, fake_go.environment)
    assert _kept(cache) == []


def test_build_without_the_stamped_version_is_not_kept(cache: Path, fake_go: FakeGo) -> None:
    fake_go.make(version="3.0.0")
    with pytest.raises(Broken, match=r"3\.0\.0"):
        ensure(("built",), cache, fake_go.environment)
    assert _kept(cache) == []


def test_interrupted_build_leaves_nothing_and_the_next_one_succeeds(cache: Path, fake_go: FakeGo) -> None:
    fake_go.make_it_wait()
    process = fake_go.start(cache)
    fake_go.await_start()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert _kept(cache) == []
    fake_go.make()
    assert ensure(("built",), cache, fake_go.environment).pulumi.exists()


def test_killed_build_is_not_taken_for_a_good_one(cache: Path, fake_go: FakeGo) -> None:
    fake_go.make_it_wait()
    process = fake_go.start(cache)
    fake_go.await_start()
    process.kill()
    process.communicate()
    assert built.present(cache) is None
    fake_go.give_leave()  # The orphaned compiler ends, and what it wrote is not used either.
    fake_go.make()
    found = ensure(("built",), cache, fake_go.environment)
    assert _kept(cache) == [found.bin.parent.name]
    assert fake_go.builds == 2


def test_two_calls_at_once_build_once(cache: Path, fake_go: FakeGo) -> None:
    fake_go.make_it_wait()
    first = fake_go.start(cache)
    fake_go.await_start()
    second = fake_go.start(cache)
    assert second.stderr is not None
    assert "waiting for another process" in second.stderr.readline()
    fake_go.give_leave()
    assert [process.communicate() and process.returncode for process in (first, second)] == [0, 0]
    assert fake_go.builds == 1


def test_other_modules_make_another_build(cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = built.folder(cache)
    for name in ("go.mod", "go.sum"):
        (tmp_path / name).write_bytes((built.MODULES / name).read_bytes() + b"\n")
    monkeypatch.setattr(built, "MODULES", tmp_path)
    assert built.folder(cache) != before


def test_go_modules_name_the_version_that_is_stamped() -> None:
    required = (built.MODULES / "go.mod").read_text()
    found = re.findall(r"github\.com/pulumi/pulumi/(pkg|sdk)/v3 v(\S+)", required)
    assert sorted(found) == [("pkg", ways.VERSION), ("sdk", ways.VERSION)]


def test_what_is_compiled_without_optimisation_is_in_the_go_modules() -> None:
    required = re.findall(r"(?m)^\t(\S+) v", (built.MODULES / "go.mod").read_text())
    for packages in (one.removesuffix("/...") for one in built.SELDOM_RUN):
        assert [module for module in required if f"{packages}/".startswith(f"{module}/") or module.startswith(packages)]


def test_the_compiler_gets_its_flags(cache: Path, fake_go: FakeGo) -> None:
    ensure(("built",), cache, fake_go.environment)
    command = (fake_go.folder / "builds").read_text()
    assert [flag for flag in built.COMPILER_FLAGS if flag not in command] == []


def test_the_cli_is_of_the_same_version_as_the_sdk_that_it_runs() -> None:
    assert version("pulumi") == ways.VERSION


def test_module_whose_source_changed_stops_the_build_and_is_named(cache: Path, fake_go: FakeGo) -> None:
    module = dictionaries.MODULES[1]
    (fake_go.folder / "modules" / module / "matching" / "matching.go").write_text("func init() {}\n")
    with pytest.raises(Broken, match=rf"{module} holds .* 0 times in matching/matching\.go"):
        ensure(("built",), cache, fake_go.environment)
    assert fake_go.builds == 0
    assert _kept(cache) == []


@pytest.fixture
def built_here() -> Path:
    found = location()
    if found.kind != "built":
        pytest.skip(f"this machine's engine is {found.kind}")
    return found.pulumi


@pytest.mark.engine
def test_start_of_the_built_cli_loads_no_dictionary(built_here: Path) -> None:
    environment = os.environ | {"GODEBUG": "inittrace=1"}
    started = subprocess.run([built_here, "version"], env=environment, capture_output=True, text=True, check=True)
    initialised = re.findall(r"^init (\S+) .* (\d+) bytes,", started.stderr, re.MULTILINE)
    of_dictionaries = {package: int(size) for package, size in initialised if "/zxcvbn-go/" in package}
    assert {package for package, size in of_dictionaries.items() if size > 1_000_000} == set()
    assert any(package.endswith("/zxcvbn-go/frequency") for package in of_dictionaries), "they are part of the CLI"


@pytest.mark.engine
@pytest.mark.parametrize(
    ("value", "code"),
    [
        pytest.param("passwordbaseballdragonfootball", 0, id="words-of-the-dictionaries"),
        pytest.param("qzxvkjwpqzxvkjwpblmtrdxx", 1, id="as-long-but-none"),
    ],
)
def test_built_cli_tells_words_from_secrets(built_here: Path, tmp_path: Path, value: str, code: int) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: words\nruntime: yaml\n")
    environment = os.environ | {
        "PULUMI_BACKEND_URL": tmp_path.as_uri(),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_CONFIG_PASSPHRASE": "only here",
    }
    for command, expected in ((("stack", "init", "words"), 0), (("config", "set", "apiToken", value), code)):
        ended = subprocess.run(
            [built_here, *command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert ended.returncode == expected, ended.stderr
