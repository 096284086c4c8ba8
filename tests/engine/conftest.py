"""A Go toolchain and a CLI made of a few lines of shell, so that the ways to an engine are tried in milliseconds."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine import built, dictionaries, ways
from engine.location import ROOT

FakePulumi = Callable[..., Path]


def _write_script(file: Path, lines: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{lines}\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def fake_pulumi() -> FakePulumi:
    """Makes a `pulumi` that answers `pulumi version`, and its language host unless told otherwise."""

    def make(folder: Path, version: str = "v3.250.0", *, host: bool = True, then: str = "") -> Path:
        if host:
            _write_script(folder / "pulumi-language-python", "exit 1")
        return _write_script(folder / "pulumi", f'if [ "$1" = version ]; then echo {version}; exit; fi\n{then}')

    return make


@dataclass(frozen=True)
class FakeGo:
    """A `go` that notes each build, waits for leave if told so, and writes a working `pulumi`."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": f"{self.folder / 'bin'}{os.pathsep}{self.folder / 'tools'}"}

    @property
    def builds(self) -> int:
        log = self.folder / "builds"
        return len(log.read_text().splitlines()) if log.exists() else 0

    def make(self, *, during_build: str = "", version: str = ways.VERSION) -> None:
        modules = self.folder / "modules"
        executor = modules / built.SDK / "python" / "cmd" / built.EXECUTOR
        executor.parent.mkdir(parents=True, exist_ok=True)
        executor.write_text("# executor\n")
        for module in dictionaries.MODULES:
            for name in {name for name, _, _ in dictionaries.EDITS}:
                (modules / module / name).parent.mkdir(parents=True, exist_ok=True)
                (modules / module / name).write_text(
                    "".join(old for file, old, _ in dictionaries.EDITS if file == name)
                )
        _write_script(
            self.folder / "bin" / "go",
            f"""
            if [ "$1" = mod ]; then echo "{{\\"Dir\\": \\"{modules}/$4\\"}}"; exit; fi
            echo "$*" >> '{self.folder / "builds"}'
            while [ "$1" != -o ]; do shift; done
            printf '#!/bin/sh\\n' > "$2"
            {during_build}
            echo 'echo v{version}' >> "$2"
            chmod +x "$2"
            """,
        )

    def make_it_wait(self) -> None:
        """Each build writes to the pipe `started` and goes on when someone writes to the pipe `leave`."""
        for name in ("started", "leave"):
            os.mkfifo(self.folder / name)
        self.make(during_build=f"echo > '{self.folder / 'started'}'; read leave < '{self.folder / 'leave'}'")

    def await_start(self) -> None:
        (self.folder / "started").read_text()

    def give_leave(self) -> None:
        (self.folder / "leave").write_text("go on\n")

    def start(self, cache: Path) -> "subprocess.Popen[str]":
        """Start a process that makes an engine available by building."""
        code = (
            "import sys; from pathlib import Path; from engine import resolve; from engine.__main__ import main; "
            "import engine.__main__ as command; "
            "command.ensure = lambda ways: resolve.ensure(ways, Path(sys.argv[1])); sys.exit(main([]))"
        )
        return subprocess.Popen(
            [sys.executable, "-c", code, str(cache)],
            cwd=ROOT,
            env=self.environment | {"ENGINE_WAYS": "built"},
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def fake_go(tmp_path: Path) -> FakeGo:
    folder = tmp_path / "go"
    (folder / "tools").mkdir(parents=True)
    for tool in ("sh", "chmod"):
        found = shutil.which(tool)
        assert found is not None
        (folder / "tools" / tool).symlink_to(found)
    go = FakeGo(folder)
    go.make()
    return go


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    folder.mkdir()
    return folder
