"""Chooses among the ways to an engine: what is here already before what must be fetched, official before built."""

import contextlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from engine import built, official, on_path
from engine.location import CACHE, Kind, Location, remember
from engine.lock import exclusive
from engine.progress import say
from engine.ways import Unavailable

WAYS: tuple[Kind, ...] = ("path", "official", "built")
WAYS_VARIABLE = "ENGINE_WAYS"
"""Environment variable: the ways that may be taken, separated by commas. Unset: all of them."""


class UnknownWay(Exception):
    """ENGINE_WAYS names a way that does not exist."""


class NoEngine(Exception):
    """No way leads to an engine on this machine; the message says what to install."""


def allowed_ways(environment: Mapping[str, str] = os.environ) -> tuple[Kind, ...]:
    """The ways that ENGINE_WAYS allows, in the order in which they are tried.

    Raises:
        UnknownWay: it names another.
    """
    wanted = {word.strip() for word in environment.get(WAYS_VARIABLE, "").split(",")} - {""}
    if unknown := sorted(wanted.difference(WAYS)):
        raise UnknownWay(f"{WAYS_VARIABLE} names {', '.join(unknown)}; it may name {', '.join(WAYS)}")
    return tuple(way for way in WAYS if way in wanted or not wanted)


def ensure(ways: tuple[Kind, ...] = WAYS, cache: Path = CACHE, environment: Mapping[str, str] = os.environ) -> Location:
    """Make an engine available and remember where it is. Fetches nothing if one is here already.

    Raises:
        NoEngine: none of the `ways` is open.
        Broken: the last one was open, but building failed.
    """
    closed: dict[Kind, str] = {}
    found = _here(ways, cache, environment, closed) or _fetched(ways, cache, environment, closed)
    remember(found, cache)
    return found


def build_ahead(
    ways: tuple[Kind, ...] = WAYS, cache: Path = CACHE, environment: Mapping[str, str] = os.environ
) -> Location | None:
    """Begin with what takes longest, a build, while the Python packages are still being installed.

    It needs none of them. None where there is nothing to build: an engine is here already, the official one is for
    `ensure` to bring, or `ensure` has to say why there is none.

    Raises:
        Broken: building failed.
    """
    if "built" not in ways or _here(ways, cache, environment, {}):
        return None
    if "official" in ways:
        with contextlib.suppress(Unavailable):
            official.probe()
            return None
    try:
        return ensure(("built",), cache, environment)
    except NoEngine:
        return None


def _here(
    ways: tuple[Kind, ...], cache: Path, environment: Mapping[str, str], closed: dict[Kind, str]
) -> Location | None:
    if "path" in ways:
        try:
            return on_path.find(cache, environment)
        except Unavailable as reason:
            closed["path"] = str(reason)
    if "official" in ways and (found := official.present(cache)):
        return found
    return built.present(cache) if "built" in ways else None


def _fetched(ways: tuple[Kind, ...], cache: Path, environment: Mapping[str, str], closed: dict[Kind, str]) -> Location:
    with exclusive(cache / "lock", on_wait=lambda: say("waiting for another process that is bringing the engine")):
        # The process that held the lock may have brought it.
        if found := _here(ways, cache, environment, closed):
            return found
        for leftover in cache.glob("partial-*"):
            shutil.rmtree(leftover)
        if "official" in ways:
            try:
                return official.bring(cache)
            except Unavailable as reason:
                closed["official"] = str(reason)
        if "built" in ways:
            try:
                return built.bring(cache, environment)
            except Unavailable as reason:
                closed["built"] = str(reason)
    raise NoEngine(_advice(closed))


def _advice(closed: Mapping[Kind, str]) -> str:
    reasons = [f"  {way}: {reason}" for way, reason in closed.items()]
    return "\n".join(
        [
            "no way leads to a Pulumi engine on this machine:",
            *reasons,
            "Install the Pulumi CLI (https://www.pulumi.com/docs/install/), or Go 1.26.6 or newer "
            "(https://go.dev/doc/install) to have it built here, and call this command again.",
        ]
    )
