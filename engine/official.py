"""The second way: the official CLI, which the Pulumi SDK installs where Pulumi's site can be reached."""

import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from engine.location import Location
from engine.progress import wait
from engine.ways import VERSION, Unavailable, end, platform, version_of

INSTALLER = "https://get.pulumi.com/install.sh"
"""What `PulumiCommand.install` downloads first."""

PROBE_SECONDS = 5.0
LONGEST_SECONDS = 600.0
LAST_LINES = 10

INSTALL = """
import subprocess, sys
from pulumi.automation import PulumiCommand
from semver import VersionInfo
try:
    PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
except subprocess.CalledProcessError as error:
    sys.exit((error.output or b"").decode(errors="replace") + str(error))
except OSError as error:
    sys.exit(str(error))
"""
"""Run in a process of its own, because the SDK's installation cannot be cancelled, and is slow to import."""


def folder(cache: Path) -> Path:
    """Where the download is kept. It is there completely or not at all."""
    return cache / f"official-{VERSION}-{platform()}"


def present(cache: Path) -> Location | None:
    bin_folder = folder(cache) / "bin"
    return Location(bin_folder, "official", VERSION) if bin_folder.is_dir() else None


def bring(cache: Path, installer: str = INSTALLER) -> Location:
    """Download the engine.

    Raises:
        Unavailable: Pulumi's site cannot be reached, found out within seconds; or the download from there failed.
    """
    probe(installer)
    # In the cache's own folder, because a folder can only be moved whole within one file system.
    with tempfile.TemporaryDirectory(prefix="partial-official-", dir=cache) as draft:
        root = Path(draft) / "engine"
        _install(root)
        version = version_of(root / "bin" / "pulumi")
        if version != VERSION:
            raise Unavailable(f"the download says that it is version {version}, not {VERSION}")
        root.replace(folder(cache))
    return Location(folder(cache) / "bin", "official", VERSION)


def probe(installer: str = INSTALLER) -> None:
    """Find out within seconds whether Pulumi's site answers; the SDK's own download knows no time limit.

    Raises:
        Unavailable: it does not, or something else answers in its place.
    """
    host = urllib.parse.urlsplit(installer).hostname
    try:
        with urllib.request.urlopen(installer, timeout=PROBE_SECONDS) as answer:  # noqa: S310 # a constant https address
            first_bytes = answer.read(2)
    except urllib.error.HTTPError as error:
        with error:
            raise Unavailable(f"{host} answers with HTTP status {error.code}") from error
    except OSError as error:
        raise Unavailable(f"{host} cannot be reached ({getattr(error, 'reason', None) or error})") from error
    if first_bytes != b"#!":
        raise Unavailable(f"what answers for {host} is not Pulumi's site")


def _install(root: Path) -> None:
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", INSTALL, str(root), VERSION],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0,
        )
        try:
            result = wait(process, f"downloading the official pulumi {VERSION}", longest_seconds=LONGEST_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise Unavailable(f"the download took longer than {LONGEST_SECONDS / 60:.0f} minutes") from error
        finally:
            end(process)
        if result != 0:
            output.seek(0)
            lines = output.read().decode(errors="replace").splitlines()[-LAST_LINES:]
            raise Unavailable("\n".join(["the download failed:", *lines]))
