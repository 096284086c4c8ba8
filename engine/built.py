"""The third way: `pulumi` built from its Go modules, for machines that reach package registries only.

The modules hold the CLI and the script that executes Python programs, but not the Python language host: that one is
`engine.language_host`. A build is kept in a folder named after the version and after all that went into it.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from engine.launcher import write_launcher
from engine.location import ROOT, Location
from engine.progress import wait
from engine.ways import Broken, Unavailable, end, platform, version_of

VERSION = "3.259.0"
"""The newest version whose modules can be fetched; engine/go/go.mod must name it too."""

MODULES = ROOT / "engine" / "go"
PROGRAM = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SDK = "github.com/pulumi/pulumi/sdk/v3"
EXECUTOR = "pulumi-language-python-exec"
LINKER_FLAGS = f"-s -w -X {SDK}/go/common/version.Version=v{VERSION}"
"""Without the stamped version the Automation API refuses the CLI."""

LONGEST_SECONDS = 3600.0
LAST_LINES = 20


def folder(cache: Path) -> Path:
    """Where the build is kept. It is there completely or not at all."""
    inputs = hashlib.sha256(f"{platform()} {LINKER_FLAGS}".encode())
    for name in ("go.mod", "go.sum"):
        inputs.update((MODULES / name).read_bytes())
    return cache / f"built-{VERSION}-{inputs.hexdigest()[:12]}"


def present(cache: Path) -> Location | None:
    bin_folder = folder(cache) / "bin"
    return _usable(bin_folder) if bin_folder.is_dir() else None


def _usable(bin_folder: Path) -> Location:
    # Outside the build, because it names this project's folder and Python, which may differ from those of the build.
    write_launcher(
        bin_folder / "pulumi-language-python",
        python=Path(sys.executable),
        root=ROOT,
        module="engine.language_host",
        arguments=("--executor", str(bin_folder / EXECUTOR), "--host-version", VERSION),
    )
    return Location(bin_folder, "built", VERSION)


def bring(cache: Path, environment: Mapping[str, str] = os.environ) -> Location:
    """Build the engine; takes minutes.

    Raises:
        Unavailable: there is no Go on this machine.
        Broken: the build failed.
    """
    go = shutil.which("go", path=environment.get("PATH"))
    if go is None:
        raise Unavailable("there is no `go` on PATH")
    # In the cache's own folder, because a folder can only be moved whole within one file system.
    with tempfile.TemporaryDirectory(prefix="partial-built-", dir=cache) as draft:
        complete, scratch = Path(draft) / "engine", Path(draft) / "scratch"
        (complete / "bin").mkdir(parents=True)
        scratch.mkdir()
        _build(go, complete / "bin" / "pulumi", dict(environment) | {"GOTMPDIR": str(scratch)})
        shutil.copy(_sdk_folder(go, environment) / "python" / "cmd" / EXECUTOR, complete / "bin")
        version = version_of(complete / "bin" / "pulumi")
        if version != VERSION:
            raise Broken(f"the build says that it is version {version}, not {VERSION}")
        complete.replace(folder(cache))
        return _usable(folder(cache) / "bin")


def _build(go: str, target: Path, environment: Mapping[str, str]) -> None:
    command = [go, "build", "-mod=readonly", "-buildvcs=false", "-ldflags", LINKER_FLAGS, "-o", str(target), PROGRAM]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=MODULES,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0,
        )
        doing = f"building pulumi {VERSION} with Go (about 5 minutes, once)"
        try:
            code = wait(process, doing, longest_seconds=LONGEST_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise Broken(f"the build took longer than {LONGEST_SECONDS / 60:.0f} minutes") from error
        finally:
            end(process)
        if code != 0:
            output.seek(0)
            lines = output.read().decode(errors="replace").splitlines()[-LAST_LINES:]
            raise Broken("\n".join([f"`go build` failed with exit code {code}:", *lines]))


def _sdk_folder(go: str, environment: Mapping[str, str]) -> Path:
    command = [go, "list", "-mod=readonly", "-m", "-json", SDK]
    try:
        answer = subprocess.run(
            command, cwd=MODULES, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
        )
    except subprocess.CalledProcessError as error:
        raise Broken(f"`go list` does not find the module {SDK}: {error.stderr.strip()}") from error
    return Path(json.loads(answer.stdout)["Dir"])
