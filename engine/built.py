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

from engine.dictionaries import EDITS, OtherSource, go_mod_with_late_loading
from engine.launcher import write_launcher
from engine.location import ROOT, Location
from engine.progress import wait
from engine.ways import VERSION, Broken, Unavailable, end, platform, version_of

MODULES = ROOT / "engine" / "go"
PROGRAM = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SDK = "github.com/pulumi/pulumi/sdk/v3"
EXECUTOR = "pulumi-language-python-exec"
LINKER_FLAGS = f"-s -w -X {SDK}/go/common/version.Version=v{VERSION}"
"""Without the stamped version the Automation API refuses the CLI."""

SELDOM_RUN = (
    "github.com/pb33f/libopenapi/...",
    f"{PROGRAM}/cloud",
    "github.com/aws/aws-sdk-go-v2/service/...",
    "github.com/envoyproxy/go-control-plane/...",
    "cloud.google.com/go/...",
    "google.golang.org/api/...",
)
"""Packages that are compiled without optimisation, in two thirds of the time or less.

They are over two fifths of the build's work, and run for `pulumi cloud api` and for backends in S3 and Google Cloud
only. The first, which is all generics, is a quarter of the whole. Not among a build's inputs: its result does the same.
"""
COMPILER_FLAGS = [f"-gcflags={packages}=-N -l" for packages in SELDOM_RUN]
COMPILER_ENVIRONMENT = {"GOGC": "400", "GOMEMLIMIT": "1GiB"}
"""A compiler is over before it is worth collecting its garbage, unless memory is short."""

LONGEST_SECONDS = 3600.0
LAST_LINES = 20


def folder(cache: Path) -> Path:
    """Where the build is kept. It is there completely or not at all."""
    inputs = hashlib.sha256(f"{platform()} {LINKER_FLAGS} {EDITS}".encode())
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
        complete, edited, scratch = (Path(draft) / name for name in ("engine", "edited", "scratch"))
        (complete / "bin").mkdir(parents=True)
        edited.mkdir()
        scratch.mkdir()
        try:
            go_mod = go_mod_with_late_loading(MODULES, lambda module: _source(go, module, environment), edited)
        except OtherSource as error:
            raise Broken(f"engine/dictionaries.py has to follow a module that changed: {error}") from error
        _build(go, go_mod, complete / "bin" / "pulumi", dict(environment) | {"GOTMPDIR": str(scratch)})
        shutil.copy(_source(go, SDK, environment) / "python" / "cmd" / EXECUTOR, complete / "bin")
        version = version_of(complete / "bin" / "pulumi")
        if version != VERSION:
            raise Broken(f"the build says that it is version {version}, not {VERSION}")
        complete.replace(folder(cache))
        return _usable(folder(cache) / "bin")


def _build(go: str, go_mod: Path, target: Path, environment: Mapping[str, str]) -> None:
    options = ["-mod=readonly", f"-modfile={go_mod}", "-buildvcs=false", "-ldflags", LINKER_FLAGS, *COMPILER_FLAGS]
    command = [go, "build", *options, "-o", str(target), PROGRAM]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=MODULES,
            env=COMPILER_ENVIRONMENT | dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0,
        )
        doing = f"building pulumi {VERSION} with Go (some minutes, once)"
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


def _source(go: str, module: str, environment: Mapping[str, str]) -> Path:
    """The folder of a module that go.mod names, fetched if need be."""
    command = [go, "mod", "download", "-json", module]
    try:
        answer = subprocess.run(
            command, cwd=MODULES, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
        )
    except subprocess.CalledProcessError as error:
        raise Broken(f"`go mod download` does not bring {module}: {error.stdout}{error.stderr.strip()}") from error
    return Path(json.loads(answer.stdout)["Dir"])
