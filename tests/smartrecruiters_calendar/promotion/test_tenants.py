"""tenants.yaml: rings in order, each stack once, every mistake told with what to write."""

from collections.abc import Callable
from pathlib import Path

import pytest

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.promotion import tenants


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for stack in ("contoso", "fabrikam", "acme"):
        (tmp_path / f"Pulumi.{stack}.yaml").write_text("config: {}\n")
    return tmp_path


def write(project: Path, text: str) -> None:
    (project / tenants.FILE).write_text(text)


def test_rings_keep_the_order_of_the_file(project: Path) -> None:
    write(project, "rings:\n  zebra: [contoso]\n  aardvark: [fabrikam, acme]\n")
    known = tenants.load(project)
    assert [ring.name for ring in known.rings] == ["zebra", "aardvark"]
    assert known.stacks == ("contoso", "fabrikam", "acme")
    assert known.ring("aardvark").stacks == ("fabrikam", "acme")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rings:\n  a: [contoso]\n  b: [contoso]\n", "is listed in ring a and in ring b"),
        ("rings:\n  a: contoso\n", "ring a has no list of stacks"),
        ("rings:\n  a: [-x]\n", "not a stack name"),
        ("rings: []\n", "rings:\n  canary"),
        ("rings:\n  a: [contoso]\nparallel: 4\n", "Extra inputs"),
        ("rings: [", "cannot be read as YAML"),
        ("rings:\n  a: [contoso, initech]\n", "no Pulumi.initech.yaml"),
    ],
)
def test_a_mistake_is_told_with_what_to_write(project: Path, text: str, told: str) -> None:
    write(project, text)
    with pytest.raises(Stopped, match=told) as stopped:
        tenants.load(project)
    assert stopped.value.reason is Reason.TENANTS_REFUSED


def test_a_ring_may_wait_for_its_first_tenant(project: Path) -> None:
    write(project, "rings:\n  canary: [contoso]\n  everyone: []\n")
    assert tenants.load(project).ring("everyone").stacks == ()


def test_without_the_file_an_example_is_shown(project: Path) -> None:
    with pytest.raises(Stopped, match="canary: "):
        tenants.load(project)


def test_an_unknown_ring_is_told_with_the_known_ones(project: Path) -> None:
    write(project, "rings:\n  canary: [contoso]\n")
    with pytest.raises(Stopped, match="its rings are canary"):
        tenants.load(project).ring("early")


def test_adding_a_tenant_keeps_comments_and_order(project: Path) -> None:
    write(project, "# reviewed by the platform team\nrings:\n  canary: [contoso] # first\n  everyone:\n    - acme\n")
    tenants.addition(project, "everyone", "fabrikam")()
    text = (project / tenants.FILE).read_text()
    assert "# reviewed by the platform team" in text
    assert "# first" in text
    assert tenants.load(project).ring("everyone").stacks == ("acme", "fabrikam")


def test_adding_to_a_new_ring_puts_it_last(project: Path) -> None:
    write(project, "rings:\n  canary: [contoso]\n")
    tenants.addition(project, "everyone", "acme")()
    assert [ring.name for ring in tenants.load(project).rings] == ["canary", "everyone"]


def test_a_tenant_that_is_there_already_leaves_the_file_as_it_is(project: Path) -> None:
    write(project, "rings:\n  canary: [contoso]\n")
    before = (project / tenants.FILE).read_text()
    with pytest.raises(Stopped, match="contoso is listed in ring canary"):
        tenants.addition(project, "everyone", "contoso")()
    assert (project / tenants.FILE).read_text() == before


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "rings:\n", "rings: {}\n", "rings:\n  everyone:\n"])
def test_the_first_tenant_of_an_empty_file_or_ring_is_added(project: Path, text: str) -> None:
    write(project, text)
    tenants.addition(project, "everyone", "acme")()
    assert tenants.load(project).ring("everyone").stacks == ("acme",)


@pytest.mark.parametrize("load", [tenants.load, lambda project: tenants.addition(project, "everyone", "acme")])
@pytest.mark.parametrize(
    "text",
    ["[", "rings: [", "- canary\n", "canary\n", "rings: canary\n", "rings: [canary]\n", "rings:\n  canary: contoso\n",
     "rings:\n  canary: {contoso: 1}\n", "rings:\n  2026-02-30: [contoso]\n",
     "[" * 3000, "a: &a [*a]\n", "x: !!python/none\n"],
)  # fmt: skip
def test_a_file_that_says_something_else_is_told_and_stays(
    project: Path, text: str, load: Callable[[Path], object]
) -> None:
    write(project, text)
    with pytest.raises(Stopped) as stopped:
        load(project)
    assert stopped.value.reason is Reason.TENANTS_REFUSED
    assert (project / tenants.FILE).read_text() == text
