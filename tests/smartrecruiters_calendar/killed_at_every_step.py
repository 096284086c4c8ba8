"""Kills a step of the product at every line of some of its modules, as `kill -9` does: nothing is cleaned up."""

import os
import sys
from collections.abc import Callable, Iterator
from types import FrameType, ModuleType
from typing import Any, Final

_KILLED: Final = 9
_MOST_LINES: Final = 500


def killed_at_every_line(
    modules: list[ModuleType], prepare: Callable[[], None], step: Callable[[], None]
) -> Iterator[int]:
    """Yield after each death, in the state that it left; ends with the run that nothing kills."""
    for line in range(1, _MOST_LINES):
        prepare()
        child = os.fork()
        if child == 0:
            _die_at(line, {module.__file__ for module in modules}, step)
        _, status = os.waitpid(child, 0)
        yield line
        if os.waitstatus_to_exitcode(status) != _KILLED:
            assert os.waitstatus_to_exitcode(status) == 0, "the step fails without being killed"
            return
    raise AssertionError("the step does not end")


def _die_at(line: int, files: set[str | None], step: Callable[[], None]) -> None:
    left = line

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if frame.f_code.co_filename not in files:
            return None
        if event == "line":
            left -= 1
            if not left:
                os._exit(_KILLED)
        return trace

    sys.settrace(trace)
    code = 1
    try:
        step()
        code = 0
    finally:
        os._exit(code)
