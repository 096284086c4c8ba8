"""Each tenant's own variables: who deploys there, who checks, which passphrase, which saved sign-in.

A folder holds one `<stack>.env` file per tenant that needs variables of its own; they win over this process's. In a
pipeline with one job per tenant no folder is needed: the job's variables are the tenant's.
"""

import os
import stat
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values

from smartrecruiters_calendar.given_files import read_given_text
from smartrecruiters_calendar.outcome import Reason, Stopped


def of_stack(folder: Path | None, stack: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that everything about one stack runs with.

    Args:
        folder: where the `<stack>.env` files are; None: there are none.

    Raises:
        Stopped: the file can be read by others, or is not a list of `NAME=value`.
    """
    path = folder / f"{stack}.env" if folder else None
    if path is None or not path.exists():
        return dict(environment)
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise Stopped(
            Reason.IDENTITY_INCOMPLETE,
            f"Others on this machine may read {path}, which names the tenant's identities: chmod 600 {path}",
        )
    try:
        text = read_given_text(path)
    except OSError as error:
        raise Stopped(Reason.IDENTITY_INCOMPLETE, f"{path} cannot be read: {error.strerror}.") from None
    if "\0" in text:
        raise Stopped(Reason.IDENTITY_INCOMPLETE, f"{path} holds binary data: write NAME=value, one a line.")
    own = dotenv_values(stream=StringIO(text), interpolate=False)
    if bare := sorted(name for name, value in own.items() if value is None):
        raise Stopped(
            Reason.IDENTITY_INCOMPLETE, f"{path} has no value for {bare[0]}: write {bare[0]}=value on its line."
        )
    return {**environment, **{name: value for name, value in own.items() if value is not None}}
