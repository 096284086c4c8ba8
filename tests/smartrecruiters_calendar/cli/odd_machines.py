"""Machines on which verbs are typed and that are not as their author's: one peculiarity each."""

import io
import os
import pwd
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from smartrecruiters_calendar.outcome import Reason
from tests.smartrecruiters_calendar.cli.typed import Typed


@dataclass
class Machine:
    typed: Typed
    patch: pytest.MonkeyPatch
    folder: Path
    """Empty, and this run's own."""


@dataclass(frozen=True)
class Oddity:
    arrange: Callable[[Machine], None]
    refused: str | None = None
    """The reason why every verb refuses to work there. None: what works, works as on any other machine."""
    changes: bool = False
    """Whether it may change what a verb finds."""
    refused_to: Mapping[str, Reason] = field(default_factory=dict)
    """Verbs that alone refuse to work there, and why."""


def variables(**changed: str | None) -> Callable[[Machine], None]:
    """Variables of the environment; in them `{folder}` is this run's own folder."""

    def arrange(machine: Machine) -> None:
        for name, value in changed.items():
            if value is None:
                machine.patch.delenv(name, raising=False)
            else:
                machine.patch.setenv(name, value.format(folder=machine.folder))

    return arrange


def empty(*names: str) -> Callable[[Machine], None]:
    return variables(**dict.fromkeys(names, ""))


def time_zone(name: str) -> Callable[[Machine], None]:
    def arrange(machine: Machine) -> None:
        machine.patch.setenv("TZ", name)
        time.tzset()

    return arrange


def cli(**answers: dict[str, Any]) -> Callable[[Machine], None]:
    return lambda machine: machine.typed.pulumi.answer(**answers)


def no_cli(machine: Machine) -> None:
    machine.patch.setenv("PATH", str(machine.folder))


def no_git(machine: Machine) -> None:
    (machine.folder / "python3").symlink_to(sys.executable)
    machine.patch.setenv("PATH", f"{machine.typed.pulumi.folder}{os.pathsep}{machine.folder}")


def no_home(machine: Machine) -> None:
    """The account's own folder, as the system's list of accounts names it, is this run's."""
    account = pwd.getpwuid(os.getuid())
    changed = pwd.struct_passwd((*account[:5], str(machine.folder), account[6]))
    machine.patch.setattr(pwd, "getpwuid", lambda _: changed)
    variables(HOME=None, XDG_CACHE_HOME=None, XDG_CONFIG_HOME=None)(machine)


def home_is_a_file(machine: Machine) -> None:
    file = machine.folder / "home"
    file.write_text("")
    variables(HOME=str(file), XDG_CACHE_HOME=None, XDG_CONFIG_HOME=None)(machine)


def folder_is_gone(machine: Machine) -> None:
    here = machine.folder / "here"
    here.mkdir()
    machine.patch.chdir(here)
    here.rmdir()


def linked_checkout(machine: Machine) -> None:
    linked = machine.folder / "linked"
    linked.symlink_to(machine.typed.project)
    machine.patch.setattr(machine.typed, "project", linked)


def nobody_at_stdin(machine: Machine) -> None:
    machine.patch.setattr(sys, "stdin", io.StringIO())


def no_stdin(machine: Machine) -> None:
    machine.patch.setattr(sys, "stdin", None)


def umask(mask: int) -> Callable[[Machine], None]:
    return lambda _: void(os.umask(mask))


def void(_: object) -> None:
    pass


WARNING: Final = {"stdout": "warning: \udcff"}
PANIC: Final = {"code": 134, "stderr": "panic: \x1b[31mfatal\x1b[0m\n\ngoroutine 1 [running]"}
PIPELINE: Final = "a pipeline"
ODDITIES: Final[Mapping[str, Oddity]] = {
    "a proxy, and the loopback excepted": Oddity(
        variables(HTTPS_PROXY="http://127.0.0.1:9", HTTP_PROXY="http://127.0.0.1:9", NO_PROXY="localhost")
    ),
    "a proxy without exceptions": Oddity(variables(HTTPS_PROXY="http://127.0.0.1:9", NO_PROXY=None), changes=True),
    "exceptions by network, in brackets, of all kinds": Oddity(
        variables(HTTPS_PROXY="http://127.0.0.1:9", NO_PROXY="[::1]:8443, 10.0.0.0/8,fe80::/10,,.example,localhost")
    ),
    "a proxy that is no address": Oddity(variables(HTTPS_PROXY="http://[::1", NO_PROXY=None), refused="proxy-refused"),
    "a proxy of another kind": Oddity(variables(ALL_PROXY="gopher://127.0.0.1:9"), refused="proxy-refused"),
    "no authorities": Oddity(variables(SSL_CERT_FILE="{folder}/nowhere/roots.pem"), refused="trust-unreadable"),
    "empty variables of the network": Oddity(
        empty("HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
    ),
    "empty variables of an identity": Oddity(
        empty("ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "CI")
    ),
    "empty variables of SmartRecruiters": Oddity(
        empty("SMARTRECRUITERS_ADDRESS", "SMARTRECRUITERS_SESSION_FILE", "SMARTRECRUITERS_PICTURES")
    ),
    "variables that name files that are not there": Oddity(
        variables(
            ARM_CLIENT_ID="some-client",
            ARM_OIDC_TOKEN_FILE_PATH="{folder}/nowhere/token",
            AZURE_CLIENT_ID="some-client",
            AZURE_CLIENT_CERTIFICATE_PATH="{folder}/nowhere/certificate.pem",
            SMARTRECRUITERS_SESSION_FILE="{folder}/nowhere/session.json",
            PULUMI_CONFIG_PASSPHRASE_FILE="{folder}/nowhere/passphrase",
        ),
        changes=True,
    ),
    "no HOME": Oddity(no_home),
    "a HOME that is not there": Oddity(
        variables(HOME="{folder}/nowhere/at/all", XDG_CACHE_HOME=None, XDG_CONFIG_HOME=None)
    ),
    "a HOME in which nothing can be written": Oddity(home_is_a_file),
    "folders of the session that are not absolute": Oddity(variables(XDG_CACHE_HOME="cache", XDG_CONFIG_HOME="")),
    "the first time zone of a day": Oddity(time_zone("Pacific/Kiritimati")),
    "the last time zone of a day": Oddity(time_zone("Etc/GMT+12")),
    "a time zone that is none": Oddity(time_zone("Nowhere/At_All")),
    "a loopback of IPv6 alone": Oddity(variables(ARM_METADATA_HOSTNAME="[::1]:1"), changes=True),
    "a cloud that is no address": Oddity(variables(ARM_METADATA_HOSTNAME="https://[x"), changes=True),
    "no git": Oddity(no_git, changes=True),
    "no CLI": Oddity(no_cli, changes=True),
    "an old CLI": Oddity(cli(version={"stdout": "v3.1.0\n"}), changes=True),
    "a CLI without a version": Oddity(cli(version={"stdout": "\x1b[1m<html>"}), changes=True),
    "a CLI that fails": Oddity(cli(stack_export=PANIC, stack_tag_ls=PANIC, whoami=PANIC), changes=True),
    "a CLI that prints no JSON": Oddity(cli(stack_export=WARNING, stack_tag_ls=WARNING, whoami=WARNING), changes=True),
    "a folder that is gone": Oddity(folder_is_gone),
    "a checkout behind a link": Oddity(linked_checkout),
    "nobody at the terminal": Oddity(nobody_at_stdin),
    "no input at all": Oddity(no_stdin),
    "a terminal without capabilities": Oddity(variables(TERM="dumb", COLUMNS="1", LINES="x", NO_COLOR="1")),
    "another language": Oddity(variables(LANG="tr_TR.UTF-8", LC_ALL="C", LANGUAGE="tr", PYTHONUTF8="0")),
    "files that nobody may read": Oddity(umask(0o777)),
    "files that all may write": Oddity(umask(0)),
    "a folder for temporary files that is not there": Oddity(variables(TMPDIR="{folder}/nowhere/tmp")),
    PIPELINE: Oddity(
        variables(CI="true", GITHUB_ACTIONS="true", TF_BUILD="True"), refused_to={"rotate auto": Reason.COMMIT_NEEDED}
    ),
    "session keys written down": Oddity(variables(SSLKEYLOGFILE="{folder}/nowhere/keys")),
}
