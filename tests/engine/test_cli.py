"""The engine of this machine, whichever way it came, runs small programs that need no provider."""

import os
import signal
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import psutil  # type: ignore[import-untyped,unused-ignore] # ships no types
import pytest

from engine import location

pytestmark = pytest.mark.engine

LONGEST_SECONDS = 120
PROJECT = "name: tiny\nruntime: {{name: python, options: {{toolchain: pip, virtualenv: {virtualenv}}}}}\n"


@dataclass(frozen=True)
class Project:
    """A program in a folder of its own, with a stack `dev` in a folder of its own."""

    folder: Path
    environment: dict[str, str]

    def program(self, lines: str, name: str = "__main__.py") -> None:
        (self.folder / name).write_text(dedent(lines))

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["pulumi", "--non-interactive", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=LONGEST_SECONDS,
        )

    def preview(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return self.run("preview", "--stack", "dev", *arguments)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "project"
    state = tmp_path / "state"
    folder.mkdir()
    state.mkdir()
    (folder / "Pulumi.yaml").write_text(PROJECT.format(virtualenv=sys.prefix))
    environment = os.environ | {
        "PATH": f"{location().bin}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "x",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    made = Project(folder, environment)
    created = made.run("stack", "init", "dev")
    assert created.returncode == 0, created.stdout
    return made


def test_program_runs_in_the_environment_that_pulumi_yaml_names(project: Project) -> None:
    environment = project.folder / "environment"
    venv.create(environment)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = environment / "lib" / version / "site-packages" / "shared.pth"
    packages.write_text(sysconfig.get_path("purelib") + "\n")
    (project.folder / "Pulumi.yaml").write_text(PROJECT.format(virtualenv="environment"))
    project.program("""
        import sys
        import pulumi
        pulumi.export("prefix", sys.prefix)
    """)
    done = project.run("up", "--yes", "--skip-preview", "--stack", "dev")
    assert done.returncode == 0, done.stdout
    assert project.run("stack", "output", "prefix", "--stack", "dev").stdout.strip() == str(environment)


def test_a_machine_without_uv_is_told_what_to_do_in_one_sentence(project: Project) -> None:
    described = PROJECT.format(virtualenv="environment").replace("toolchain: pip", "toolchain: uv")
    (project.folder / "Pulumi.yaml").write_text(described)
    project.program("")
    project.environment["PATH"] = str(location().bin)
    for command in (("preview", "--stack", "dev"), ("install",)):
        done = project.run(*command)
        assert done.returncode != 0
        assert "no uv on PATH. Install uv" in done.stdout or "Could not find `uv` executable" in done.stdout
        assert "Traceback" not in done.stdout


def test_configuration_arrives_and_secrets_stay_secret(project: Project) -> None:
    project.run("config", "set", "--stack", "dev", "plain", "visible value")
    project.run("config", "set", "--stack", "dev", "--secret", "password", "hidden value")
    project.program("""
        import pulumi
        config = pulumi.Config()
        assert config.require("password") == "hidden value"
        pulumi.ComponentResource("tiny:index:Thing", "thing")
        pulumi.export("plain", config.require("plain"))
        pulumi.export("password", config.require_secret("password"))
    """)
    done = project.preview("--diff")
    assert done.returncode == 0, done.stdout
    assert "visible value" in done.stdout
    assert "hidden value" not in done.stdout


def test_exception_shows_the_users_frames_and_no_others(project: Project) -> None:
    project.program("def go():\n    raise ValueError('boom')\n", "helper.py")
    project.program("import helper\nhelper.go()\n")
    done = project.preview()
    assert done.returncode != 0
    assert "ValueError: boom" in done.stdout
    assert f'File "{project.folder / "helper.py"}", line 2' in done.stdout
    for foreign in ("pulumi-language-python", "language_host", "site-packages", "unhandled error occurred"):
        assert foreign not in done.stdout


def test_run_error_shows_its_message_without_a_traceback(project: Project) -> None:
    project.program("import pulumi\nraise pulumi.RunError('The setting is wrong.')\n")
    done = project.preview()
    assert done.returncode != 0
    assert "The setting is wrong." in done.stdout
    assert "Traceback" not in done.stdout


def test_failed_resource_is_the_only_error_of_a_program_that_an_interrupt_ends(project: Project) -> None:
    project.program("""
        import signal
        import pulumi
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        class Thing(pulumi.CustomResource):
            def __init__(self) -> None:
                super().__init__("absent:index:Thing", "thing", {})
        Thing()
    """)
    done = project.preview()
    assert done.returncode != 0
    assert "pulumi-resource-absent" in done.stdout
    assert "Traceback" not in done.stdout
    assert [line for line in done.stdout.splitlines() if "error: " in line and "resource-absent" not in line] == []


def test_output_of_the_program_is_shown(project: Project) -> None:
    project.program("import sys\nprint('to stdout')\nprint('to stderr', file=sys.stderr)\n")
    done = project.preview()
    assert done.returncode == 0, done.stdout
    assert "to stdout" in done.stdout
    assert "to stderr" in done.stdout


@pytest.mark.timeout(LONGEST_SECONDS)
def test_interrupt_ends_the_program_and_what_it_started(project: Project) -> None:
    os.mkfifo(project.folder / "alive")
    project.program("""
        import os, signal, subprocess, sys
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        alive = os.open("alive", os.O_WRONLY)
        os.set_inheritable(alive, True)
        subprocess.Popen(["sleep", "1000"], close_fds=False)
        os.write(alive, b"started\\n")
        signal.pause()
    """)
    command = subprocess.Popen(
        ["pulumi", "--non-interactive", "preview", "--stack", "dev"],
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with (project.folder / "alive").open() as alive:
        assert alive.readline() == "started\n"
        hosts = psutil.Process(command.pid).children()
        command.send_signal(signal.SIGINT)
        output, _ = command.communicate(timeout=LONGEST_SECONDS)
        # The program and what it has started hold the pipe: it ends when both have ended.
        assert alive.read() == ""
    assert command.returncode != 0
    assert "Traceback" not in output
    assert "KeyboardInterrupt" not in output
    assert len(hosts) > 0
    assert [host for host in hosts if host.is_running()] == []


def test_policy_pack_is_asked_about_each_resource(project: Project) -> None:
    pack = project.folder / "pack"
    pack.mkdir()
    (pack / "PulumiPolicy.yaml").write_text(PROJECT.format(virtualenv=sys.prefix).partition("\n")[2])
    (pack / "__main__.py").write_text(
        dedent("""
            from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

            def validate(resource, report):
                if resource.resource_type == "tiny:index:Thing":
                    report(f"{resource.name} is forbidden")

            PolicyPack("tiny", [ResourceValidationPolicy("no-things", "No things.", validate,
                                                         EnforcementLevel.MANDATORY)])
        """)
    )
    project.program("import pulumi\npulumi.ComponentResource('tiny:index:Thing', 'this-thing')\n")
    assert project.preview().returncode == 0
    done = project.preview("--policy-pack", str(pack))
    assert done.returncode != 0
    assert "this-thing is forbidden" in done.stdout


def test_about_names_the_python_and_its_packages(project: Project) -> None:
    project.program("")
    done = project.run("about", "--stack", "dev")
    assert done.returncode == 0, done.stdout
    assert sys.executable in done.stdout
    assert "smartrecruiters-calendar" in done.stdout  # what it requires is not listed again
