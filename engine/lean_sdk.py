"""Lets the engine's gRPC messages be imported without the SDK around them.

`pulumi.runtime.proto` is plain generated code, but importing it runs `pulumi/__init__.py`, which loads the whole SDK: a
quarter of a second that every `pulumi` command would pay for each process that only speaks the protocol.
"""

import importlib.util
import sys
from types import ModuleType


def skip_sdk_start_up() -> None:
    """Put bare packages in place of `pulumi` and `pulumi.runtime`, so that only their submodules are loaded.

    Only for a process of its own that uses nothing else of the SDK. Does nothing where the SDK is loaded already.

    Raises:
        ModuleNotFoundError: the `pulumi` package is not installed.
    """
    if "pulumi" in sys.modules:
        return
    found = importlib.util.find_spec("pulumi")
    if found is None or found.submodule_search_locations is None:
        raise ModuleNotFoundError("the Python package `pulumi` is not installed: pip install -r requirements.txt")
    folders = list(found.submodule_search_locations)
    for name, below in (("pulumi", ""), ("pulumi.runtime", "/runtime")):
        package = ModuleType(name)
        package.__path__ = [folder + below for folder in folders]
        sys.modules[name] = package
