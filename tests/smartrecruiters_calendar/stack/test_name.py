"""A name is one that Pulumi takes, or is refused before it reaches a command, a path or a file."""

import pytest

from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.stack.name import StackName, is_name, is_plain_name


@pytest.mark.parametrize("name", ["dev", "-lead", "--yes", "a.b", "_", "2026", "x" * 100, ".hidden", "a..b"])
def test_whatever_pulumi_takes_is_a_name(name: str) -> None:
    assert is_name(name)
    assert StackName.parse(f"organization/project/{name}") == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "a b",
        "\N{LATIN SMALL LETTER E WITH ACUTE}",
        "x" * 101,
        ".",
        "..",
        "...",
        "a;b",
        "a\nb",
        "dev\n",
        "a\0b",
        "$(x)",
    ],
)
def test_what_pulumi_refuses_or_a_folder_is_called_is_none(name: str) -> None:
    assert not is_name(name)
    for text in (name, f"organization/{name}", f"organization/{name}/dev"):
        with pytest.raises(Stopped) as stopped:
            StackName.parse(text)
        assert (stopped.value.reason, stopped.value.exit_code) == (Reason.STACK_UNKNOWN, ExitCode.USAGE)


@pytest.mark.parametrize("text", ["a/b/c/d", "/dev", "dev/", "//"])
def test_more_parts_than_organization_project_and_stack_are_no_name(text: str) -> None:
    with pytest.raises(Stopped):
        StackName.parse(text)


@pytest.mark.parametrize(
    ("name", "plain"), [("dev", True), ("2026", True), ("-lead", False), ("_", False), (".a", False)]
)
def test_a_name_that_a_command_would_take_for_an_option_is_not_given_to_a_new_stack(name: str, plain: bool) -> None:
    assert is_plain_name(name) is plain
