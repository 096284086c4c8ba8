"""The locked sets of packages: whole, hashed, of one version each, and light where nothing heavy was asked for."""

import os
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path
from typing import Any

import pytest

from components import extras

ROOT = Path(__file__).resolve().parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
DECLARED: list[str] = PROJECT["project"]["dependencies"]
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"] | {
    "vault": re.findall(r"(?m)^[^#\s]+", (ROOT / "requirements-vault.in").read_text())
}
SANDBOX: list[str] = tomllib.loads((ROOT / "sandbox" / "pyproject.toml").read_text())["project"]["dependencies"]
SETS = {
    "requirements.txt": DECLARED,
    "requirements-vault.txt": [*DECLARED, *EXTRAS["vault"]],
    "requirements-browser.txt": [*DECLARED, *EXTRAS["browser"]],
    "sandbox/requirements.txt": [*DECLARED, *SANDBOX],
    "requirements-dev.txt": [
        *DECLARED,
        *EXTRAS["vault"],
        *EXTRAS["browser"],
        *SANDBOX,
        *PROJECT["dependency-groups"]["dev"],
    ],
}
HEAVY = {"pulumi-azure-native", "playwright"}
PYPI = "https://pypi.org/simple"
LARGEST_PLAIN_BYTES = 250_000_000


def locked(file: str) -> dict[str, str]:
    """Package to version; fails where a package has no hash."""
    return {name: version for name, (version, _) in hashed(file).items()}


def hashed(file: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Package to version and hashes."""
    entries = re.split(r"\n(?=[a-zA-Z])", (ROOT / file).read_text())
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for entry in entries[1:] if entries[0].startswith("#") else entries:
        pin = re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)", entry)
        assert pin, entry
        hashes = frozenset(re.findall(r"--hash=(sha256:\w+)", entry))
        assert hashes, entry
        found[_normal(pin[1])] = pin[2], hashes
    return found


def of_uv() -> dict[str, tuple[str, frozenset[str]]]:
    """The same of uv.lock, but for the project itself."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    return {
        one["name"]: (
            one["version"],
            frozenset(file["hash"] for file in (*one.get("wheels", ()), one.get("sdist")) if file),
        )
        for one in packages
        if "registry" in one["source"]
    }


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(declared: list[str]) -> dict[str, str]:
    split = (one.partition("==") for one in declared)
    return {_normal(name): version for name, equals, version in split if equals}


@pytest.mark.parametrize("file", SETS)
def test_a_set_holds_what_is_declared_for_it_and_every_package_has_a_hash(file: str) -> None:
    assert pins(SETS[file]).items() <= locked(file).items()


@pytest.mark.parametrize("file", SETS)
def test_every_set_has_the_versions_that_are_tested(file: str) -> None:
    assert locked(file).items() <= locked("requirements-dev.txt").items()


def test_uv_installs_what_pip_installs() -> None:
    """The same versions from the same files; uv.lock leaves out those for a Python that is not supported."""
    whole, uv = hashed("requirements-dev.txt"), of_uv()
    assert {name: version for name, (version, _) in uv.items()}.items() <= locked("requirements-dev.txt").items()
    assert {name for name, (_, hashes) in uv.items() if not hashes or hashes - whole[name][1]} == set()
    assert locked("requirements.txt").keys() <= uv.keys()


def test_uv_lock_follows_from_what_is_declared() -> None:
    command = [str(Path(sys.executable).with_name("uv")), "lock", "--check", "--offline", "--default-index", PYPI]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_uv_lock_names_no_mirror() -> None:
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    assert {one["source"].get("registry", PYPI) for one in packages} == {PYPI}


def test_uv_lock_names_no_package_whose_plugin_few_stacks_need() -> None:
    """Pulumi's language host downloads the plugin of each that uv.lock names, installed or not."""
    named, plain = of_uv().keys(), locked("requirements.txt").keys()
    assert {name for name in named if name.startswith("pulumi")} <= plain


def test_only_the_extras_bring_what_is_heavy() -> None:
    brought = {file: HEAVY & locked(file).keys() for file in SETS}
    assert brought == {
        "requirements.txt": set(),
        "requirements-vault.txt": {"pulumi-azure-native"},
        "requirements-browser.txt": {"playwright"},
        "sandbox/requirements.txt": set(),
        "requirements-dev.txt": HEAVY,
    }


@pytest.mark.parametrize("installer", ["uv", pytest.param("pip", marks=pytest.mark.full)])
def test_the_plain_environment_is_light_and_its_command_works(installer: str, tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    venv.create(folder, with_pip=installer == "pip")
    python = str(folder / "bin" / "python")
    uv = [str(Path(sys.executable).with_name("uv")), "pip", "install", "--python", python, "--compile-bytecode"]
    install = {"uv": uv, "pip": [python, "-m", "pip", "install", "--disable-pip-version-check"]}[installer]
    done = subprocess.run(
        [*install, "--quiet", "--require-hashes", "-r", ROOT / "requirements.txt"],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode and os.environ.get("CI", "").lower() not in ("true", "1"):
        pytest.skip(f"the package registry does not serve the lock: {done.stderr.splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    assert size <= LARGEST_PLAIN_BYTES
    probe = (
        "from importlib.util import find_spec\n"
        f"print(*map(find_spec, {list(extras.MODULES.values())}))\n"
        "from smartrecruiters_calendar.cli.start import main\n"
        "import sys; sys.argv = ['smartrecruiters-calendar', '--version']; main()"
    )
    ran = subprocess.run([python, "-c", probe], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert ran.stdout.startswith("None None\nsmartrecruiters-calendar "), ran.stderr
