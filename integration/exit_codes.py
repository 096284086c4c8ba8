"""The exit codes every script agrees on."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a script's end means to a shell or a pipeline."""

    AS_WISHED = 0
    FINDINGS = 1
    """Checked, and something is not as wished."""
    USAGE = 2
    """The command or the configuration is wrong; nothing was done."""
    UNKNOWN = 3
    """Could not find out: a service did not answer."""
    WAITS_FOR_PERSON = 4
    """A person has to do the next step, which is printed."""
    INTERRUPTED = 130
    """Ctrl-C."""
