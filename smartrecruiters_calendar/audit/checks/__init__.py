"""The checks: one module each, with its metadata `CHECK` and its function `findings`. A module put here is a check."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic


@dataclass(frozen=True)
class Registered:
    """A check and the function that runs it."""

    check: Check
    findings: Callable[[Case], Iterable[Finding]]


@cache
def all_checks() -> tuple[Registered, ...]:
    """Every check, by topic, then by ID."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    topics = list(Topic)
    registered = [Registered(module.CHECK, module.findings) for module in modules]
    return tuple(sorted(registered, key=lambda one: (topics.index(one.check.topic), one.check.id)))
