"""A stack is the same however it is named, and a copy of the project may be called otherwise; with the real engine."""

import contextlib
import re
from collections.abc import Iterator

import pytest

from tests.e2e.workplace import Workplace

pytestmark = pytest.mark.engine

OWN = "smartrecruiters-calendar"
SAMPLED = (("audit",), ("receipt",), ("rotate", "status"), ("post-deploy",))
VERBS = (*SAMPLED, ("audit", "--declared-only"), ("drift",), ("preflight",))
"""One for each reader of a stack: its resources, its tags, its file, its outputs; then the others."""


def renamed(workplace: Workplace, name: str) -> None:
    file = workplace.checkout / "Pulumi.yaml"
    file.write_text(file.read_text().replace(f"name: {OWN}\n", f"name: {name}\n", 1))
    workplace.run("pulumi", "stack", "select", "--create", "dev")


@pytest.fixture(scope="module", params=[pytest.param(OWN, marks=pytest.mark.full), "hr-calendars"])
def delivered(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Workplace, str]]:
    """The stack `dev`, deployed and delivered, of a copy with a name of its own (and of the project)."""
    with contextlib.closing(Workplace.open(tmp_path_factory.mktemp("delivered"))) as workplace:
        if request.param != OWN:
            renamed(workplace, request.param)
        workplace.deploy()
        workplace.post_deploy()
        yield workplace, request.param


def without_times(printed: str) -> str:
    """A document without what differs from run to run."""
    printed = re.sub(r'"[0-9-]{10}T[^"]+"', '"TIME"', printed)
    return re.sub(r'"(graphRequests|milliseconds)": [0-9]+', "", printed)


@pytest.mark.parametrize(
    "verb",
    [pytest.param(verb, id=" ".join(verb), marks=[] if verb in SAMPLED else [pytest.mark.full]) for verb in VERBS],
)
def test_a_deployed_stack_gets_the_same_answer_by_every_name(
    delivered: tuple[Workplace, str], verb: tuple[str, ...]
) -> None:
    workplace, project = delivered
    names: list[tuple[str, ...]] = [("--stack", f"organization/{project}/dev"), ()]
    names.append(("--stack", "dev"))
    done = [workplace.run("smartrecruiters-calendar", *verb, "--json", *name, expect=None) for name in names]
    assert {one.exit_code for one in done} == {0}, done[0].printed
    assert len({without_times(one.stdout) for one in done}) == 1
    assert done[0].json()["stack"] == "dev"
    assert ["Stack: dev (selected)" in one.stderr for one in done] == [name == () for name in names]
    assert "is foreign" not in done[0].printed


def test_a_stack_of_another_project_is_refused(delivered: tuple[Workplace, str]) -> None:
    workplace, _ = delivered
    for verb in (("audit", "--declared-only"), ("rotate", "status")):
        done = workplace.run(
            "smartrecruiters-calendar", *verb, "--json", "--stack", "organization/payroll/dev", expect=2
        )
        assert done.json()["reason"] == "stack-unknown"


def test_where_none_is_selected_it_says_what_to_type(workplace: Workplace) -> None:
    workplace.run("pulumi", "stack", "unselect")
    done = workplace.run("smartrecruiters-calendar", "receipt", "--json", expect=2)
    assert done.json()["reason"] == "stack-unknown"
    assert "smartrecruiters-calendar receipt --stack dev" in done.json()["sentence"]


def test_a_copys_stack_file_is_edited_as_it_is_written_and_as_the_engine_writes_it(workplace: Workplace) -> None:
    """`pulumi config set` writes the project's name before keys that have none; a rotation edits both forms."""
    renamed(workplace, "hr-calendars")
    workplace.deploy()
    workplace.sandbox("fault", "clock", "--forward", "30d")
    file = workplace.checkout / "Pulumi.dev.yaml"
    for written_by_the_engine in (False, True):
        written = file.read_text()
        if written_by_the_engine:
            workplace.pulumi("config", "set", "warnDays", "31")
            assert "  hr-calendars:secrets:\n" in file.read_text()
        workplace.run("smartrecruiters-calendar", "rotate", "begin")
        preview = workplace.pulumi("preview", "--json").json()
        assert [step["op"] for step in preview["steps"] if "ApplicationPassword" in step["urn"]] == ["create"]
        file.write_text(written)
