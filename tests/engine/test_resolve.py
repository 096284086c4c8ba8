import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from engine import __main__ as command
from engine import official, resolve, ways
from engine.location import ROOT
from engine.resolve import NoEngine, UnknownWay, allowed_ways, build_ahead, ensure
from engine.ways import Unavailable
from tests.engine.conftest import FakeGo, FakePulumi


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_cache: Path) -> None:
        raise Unavailable("get.pulumi.com cannot be reached")

    monkeypatch.setattr(official, "bring", refuse)


def test_without_a_variable_every_way_is_allowed() -> None:
    assert allowed_ways({}) == ("path", "official", "built")


def test_variable_restricts_the_ways_but_not_their_order() -> None:
    assert allowed_ways({"ENGINE_WAYS": "built, path"}) == ("path", "built")


def test_unknown_way_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownWay, match=r"docker.*path, official, built"):
        allowed_ways({"ENGINE_WAYS": "docker,built"})


def test_users_pulumi_comes_first(cache: Path, tmp_path: Path, fake_go: FakeGo, fake_pulumi: FakePulumi) -> None:
    fake_pulumi(tmp_path / "bin")
    environment = {"PATH": f"{tmp_path / 'bin'}:{fake_go.environment['PATH']}"}
    assert ensure(cache=cache, environment=environment).kind == "path"
    assert fake_go.builds == 0


def test_download_is_tried_before_a_build(
    cache: Path, monkeypatch: pytest.MonkeyPatch, fake_go: FakeGo, fake_pulumi: FakePulumi
) -> None:
    monkeypatch.setattr(official, "probe", lambda _address: None)
    monkeypatch.setattr(official, "_install", lambda root: fake_pulumi(root / "bin", f"v{ways.VERSION}"))
    assert ensure(("official", "built"), cache, fake_go.environment).kind == "official"
    assert fake_go.builds == 0


class TestAhead:
    """While the packages are being installed, only what has to be built is begun."""

    @pytest.fixture(autouse=True)
    def no_network(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse() -> None:
            raise Unavailable("get.pulumi.com cannot be reached")

        monkeypatch.setattr(official, "probe", refuse)

    def test_what_has_to_be_built_is_built_once(self, cache: Path, fake_go: FakeGo) -> None:
        made = build_ahead(cache=cache, environment=fake_go.environment)
        assert made is not None
        assert build_ahead(cache=cache, environment=fake_go.environment) is None
        assert ensure(cache=cache, environment=fake_go.environment) == made
        assert fake_go.builds == 1

    def test_the_official_engine_is_left_to_the_step_that_has_its_installer(
        self, cache: Path, fake_go: FakeGo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(official, "probe", lambda: None)
        assert build_ahead(cache=cache, environment=fake_go.environment) is None
        assert fake_go.builds == 0

    def test_without_go_the_next_step_says_what_to_install(self, cache: Path) -> None:
        assert build_ahead(cache=cache, environment={"PATH": ""}) is None

    def test_it_needs_no_package(self) -> None:
        command = [sys.executable, "-S", "-m", "engine", "ahead"]
        done = subprocess.run(
            command, cwd=ROOT, env={"PATH": "", "ENGINE_WAYS": "path"}, capture_output=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.usefixtures("unreachable")
def test_build_follows_when_the_download_cannot_be_had(cache: Path, fake_go: FakeGo) -> None:
    assert ensure(cache=cache, environment=fake_go.environment).kind == "built"


def test_finished_build_is_used_without_asking_the_network(
    cache: Path, monkeypatch: pytest.MonkeyPatch, fake_go: FakeGo
) -> None:
    ensure(("built",), cache, fake_go.environment)
    monkeypatch.setattr(official, "probe", lambda _address: pytest.fail("asked the network"))
    assert ensure(cache=cache, environment=fake_go.environment).kind == "built"


@pytest.mark.usefixtures("unreachable")
def test_where_no_way_is_open_the_message_says_why_and_what_to_install(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(NoEngine) as caught:
        ensure(cache=cache, environment={"PATH": str(tmp_path)})
    message = str(caught.value)
    for part in (
        "no `pulumi` on PATH",
        "get.pulumi.com cannot be reached",
        "no `go` on PATH",
        "Install the Pulumi CLI",
    ):
        assert part in message


@pytest.mark.usefixtures("unreachable")
def test_where_no_way_is_open_the_command_ends_with_code_2(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "ensure", partial(resolve.ensure, cache=cache, environment={"PATH": str(tmp_path)}))
    assert command.main([]) == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert "Install the Pulumi CLI" in written.err


def test_command_says_one_line_and_prints_the_folder_only_when_asked(
    cache: Path, monkeypatch: pytest.MonkeyPatch, fake_go: FakeGo, capsys: pytest.CaptureFixture[str]
) -> None:
    ensure_here = partial(resolve.ensure, cache=cache, environment=fake_go.environment)
    found = ensure_here(("built",))
    capsys.readouterr()
    monkeypatch.setattr(command, "ensure", ensure_here)
    monkeypatch.setenv("ENGINE_WAYS", "built")
    assert command.main([]) == 0
    first = capsys.readouterr()
    assert command.main(["--print-path"]) == 0
    second = capsys.readouterr()
    assert (first.out, second.out) == ("", f"{found.bin}\n")
    assert first.err.splitlines() == second.err.splitlines()
    assert len(first.err.splitlines()) == 1
    assert f"pulumi {found.version}, built from its Go modules" in first.err
