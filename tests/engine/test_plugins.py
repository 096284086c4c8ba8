from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from engine import Location, official
from engine.location import Kind
from engine.plugins import ensure_azure_native, ensure_azuread, kind_in
from engine.ways import Unavailable
from tests.engine.conftest import FakePulumi

EngineOf = Callable[..., Location]

VERSION = version("pulumi_azuread")
FOLDER = f"resource-azuread-v{VERSION}"
INSTALL = f"""
[ "$*" = 'plugin install resource azuread {VERSION}' ] || exit 9
mkdir -p "$PULUMI_HOME/plugins/{FOLDER}" && echo official > "$PULUMI_HOME/plugins/{FOLDER}/pulumi-resource-azuread"
"""


@pytest.fixture
def engine_of(tmp_path: Path, fake_pulumi: FakePulumi) -> EngineOf:
    def make(kind: Kind, then: str = INSTALL) -> Location:
        return Location(fake_pulumi(tmp_path / kind, then=then).parent, kind, "3.250.0")

    return make


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> "Site":
    return Site(monkeypatch)


class Site:
    """Pulumi's site, which can be reached until `vanish`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(official, "probe", lambda: None)
        monkeypatch.setattr("sys.platform", "linux")

    def vanish(self) -> None:
        def refuse() -> None:
            raise Unavailable("get.pulumi.com cannot be reached")

        self._monkeypatch.setattr(official, "probe", refuse)


def _content(home: Path) -> str:
    return (home / "plugins" / FOLDER / "pulumi-resource-azuread").read_text()


@pytest.mark.parametrize("kind", ["path", "official"])
def test_official_plugin_comes_with_an_official_engine(
    tmp_path: Path, site: Site, engine_of: EngineOf, kind: Kind
) -> None:
    line = ensure_azuread(tmp_path / "home", engine_of(kind))
    assert "official" in line
    assert _content(tmp_path / "home") == "official\n"


@pytest.mark.parametrize("kind", ["path", "official", "built"])
def test_without_the_site_the_stand_in_serves_and_says_so(
    tmp_path: Path, site: Site, engine_of: EngineOf, kind: Kind
) -> None:
    site.vanish()
    line = ensure_azuread(tmp_path / "home", engine_of(kind))
    assert "stand-in" in line
    assert "\n" not in line
    assert "engine.stand_ins.azuread" in _content(tmp_path / "home")


def test_engine_that_was_built_does_not_look_for_the_official_plugin(
    tmp_path: Path, site: Site, engine_of: EngineOf
) -> None:
    assert "stand-in" in ensure_azuread(tmp_path / "home", engine_of("built"))


def test_failed_installation_leaves_the_stand_in(tmp_path: Path, site: Site, engine_of: EngineOf) -> None:
    line = ensure_azuread(tmp_path / "home", engine_of("path", then="exit 7"))
    assert "stand-in" in line
    assert "exit code 7" in line


def test_stand_in_stays_when_the_site_comes_back(tmp_path: Path, site: Site, engine_of: EngineOf) -> None:
    ensure_azuread(tmp_path / "home", engine_of("built"))
    assert "stand-in" in ensure_azuread(tmp_path / "home", engine_of("official"))
    assert "engine.stand_ins.azuread" in _content(tmp_path / "home")


def test_official_plugin_stays_when_the_site_vanishes(tmp_path: Path, site: Site, engine_of: EngineOf) -> None:
    ensure_azuread(tmp_path / "home", engine_of("official"))
    site.vanish()
    assert "official" in ensure_azuread(tmp_path / "home", engine_of("built"))
    assert _content(tmp_path / "home") == "official\n"


def test_switching_is_done_by_name_only_and_said(
    tmp_path: Path, site: Site, engine_of: EngineOf, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = engine_of("official")
    home = tmp_path / "home"
    ensure_azuread(home, engine)
    ensure_azuread(home, engine, "stand-in")
    assert "replacing the official by the stand-in" in capsys.readouterr().err
    assert "engine.stand_ins.azuread" in _content(home)
    ensure_azuread(home, engine, "official")
    assert "replacing the stand-in by the official" in capsys.readouterr().err
    assert _content(home) == "official\n"
    assert kind_in(home / "plugins", VERSION) == "official"


def test_asking_for_the_official_plugin_by_name_never_ends_with_the_stand_in(
    tmp_path: Path, site: Site, engine_of: EngineOf
) -> None:
    site.vanish()
    with pytest.raises(Unavailable):
        ensure_azuread(tmp_path / "home", engine_of("path"), "official")
    assert kind_in(tmp_path / "home" / "plugins", VERSION) is None


def test_failed_switch_to_the_official_plugin_keeps_the_stand_in(
    tmp_path: Path, site: Site, engine_of: EngineOf
) -> None:
    ensure_azuread(tmp_path / "home", engine_of("path"), "stand-in")
    site.vanish()
    with pytest.raises(Unavailable):
        ensure_azuread(tmp_path / "home", engine_of("path"), "official")
    assert kind_in(tmp_path / "home" / "plugins", VERSION) == "stand-in"


def test_half_unpacked_plugin_is_not_taken_for_a_good_one(tmp_path: Path, site: Site, engine_of: EngineOf) -> None:
    home = tmp_path / "home"
    ensure_azuread(home, engine_of("official"))
    (home / "plugins" / f"{FOLDER}.partial").touch()
    assert kind_in(home / "plugins", VERSION) is None


AZURE_NATIVE = f"resource-azure-native-v{version('pulumi_azure_native')}"


def test_an_engine_that_was_built_gets_the_azure_native_stand_in_too(tmp_path: Path, engine_of: EngineOf) -> None:
    home = tmp_path / "home"
    line = ensure_azure_native(home, engine_of("built"))
    assert line is not None
    assert "stand-in" in line
    launcher = home / "plugins" / AZURE_NATIVE / "pulumi-resource-azure-native"
    assert "engine.stand_ins.azure_native" in launcher.read_text()
    assert (launcher.parent / "STAND-IN").is_file()


@pytest.mark.parametrize("kind", ["path", "official"])
def test_an_official_engine_fetches_the_official_azure_native_plugin_itself(
    tmp_path: Path, engine_of: EngineOf, kind: Kind
) -> None:
    assert ensure_azure_native(tmp_path / "home", engine_of(kind)) is None
    assert not (tmp_path / "home" / "plugins" / AZURE_NATIVE).exists()


def test_an_official_azure_native_plugin_that_is_there_stays(tmp_path: Path, engine_of: EngineOf) -> None:
    executable = tmp_path / "home" / "plugins" / AZURE_NATIVE / "pulumi-resource-azure-native"
    executable.parent.mkdir(parents=True)
    executable.write_text("official\n")
    assert ensure_azure_native(tmp_path / "home", engine_of("built")) is None
    assert executable.read_text() == "official\n"
