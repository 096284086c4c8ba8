"""`make demo` from a checkout that has nothing deployed, and again."""

import os
import re
import shutil
import signal
import subprocess

import psutil
import pytest

from tests.e2e.workplace import PYTHON, ROOT, Workplace

pytestmark = pytest.mark.engine

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def checkout_with_engine(workplace: Workplace) -> Workplace:
    """A checkout in which packages and engine are already installed: a test of the demo, not of downloads."""
    # The rest of .cache is written and tidied away by other tests' commands meanwhile.
    for installed in (".cache/engine", ".cache/pulumi-home/plugins"):
        shutil.copytree(ROOT / installed, workplace.checkout / installed, symlinks=True)
    workplace.sandbox("stop")
    return workplace


def summary(text: str) -> str:
    """The closing table, with IDs and trailing blanks taken out: they differ from run to run."""
    (table,) = re.findall(r"(?ms)^SmartRecruiters calendar integration in the sandbox.*?└[─┴]+┘", text)
    return "\n".join(
        re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", line).rstrip() for line in table.split("\n")
    )


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("smartrecruiters-calendar", id="as it is", marks=pytest.mark.full),  # `make demo` itself
        pytest.param("hr-calendars", id="a copy's own name"),
    ],
)
def test_the_demo_lists_the_rooms_and_a_second_one_changes_and_delivers_nothing(
    checkout_with_engine: Workplace, name: str
) -> None:
    workplace = checkout_with_engine
    project = workplace.checkout / "Pulumi.yaml"
    project.write_text(project.read_text().replace("name: smartrecruiters-calendar\n", f"name: {name}\n", 1))
    shell = dict.fromkeys(workplace.environment, "") | os.environ | {"COLUMNS": "80"}
    first = workplace.run("make", "demo", environment=shell | {"SANDBOX_PORT": "0"})
    assert summary(first.stdout) == summary(README)
    # On the port that the first one was given: at another address SmartRecruiters would be another one and hold no key.
    second = workplace.run("make", "demo", environment=shell)
    assert "nothing changed" in summary(second.stdout)
    assert "nothing delivered: SmartRecruiters already holds this key" in summary(second.stdout)
    assert "Boardroom <boardroom@contoso.example>" in summary(second.stdout)
    assert workplace.run(PYTHON, "-m", "sandbox", "status", expect=None).exit_code == 1


def test_an_interrupted_demo_leaves_nothing_running(checkout_with_engine: Workplace) -> None:
    workplace = checkout_with_engine
    shell = os.environ | {"SANDBOX_PORT": "0"}
    demo = subprocess.Popen(
        [PYTHON, "-m", "sandbox.demo"],
        cwd=workplace.checkout,
        env=shell,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert demo.stdout is not None
    for line in demo.stdout:
        if "Updating (dev)" in line:
            os.killpg(demo.pid, signal.SIGINT)  # what ctrl-C sends: to the whole foreground group
            break
    said = demo.stdout.read()
    assert demo.wait(timeout=60) == 130, said
    assert "Interrupted" in said
    assert "Traceback" not in said
    assert workplace.run(PYTHON, "-m", "sandbox", "status", expect=None).exit_code == 1
    left = [p for p in psutil.process_iter(["cwd"]) if (p.info["cwd"] or "").startswith(str(workplace.checkout))]
    assert left == []
    again = dict.fromkeys(workplace.environment, "") | shell
    assert "Boardroom" in workplace.run("make", "demo", environment=again).stdout
