"""Serves the component to programs in other languages, with its mistakes in their words.

Pulumi's own `component_provider_host` is not called: it drops a key that the schema does not know, and answers an error
of a component with its traceback. Here `components.configuration` reads all that a program declares, and what it
refuses is reported key by key.
"""

import json
import sys
from typing import Any, Final

import pulumi
from pulumi.errors import InputPropertiesError, InputPropertyErrorDetails
from pulumi.provider import ConstructResult, main
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError

from components import clock
from components.calendar_integration import CalendarIntegration
from components.elsewhere import in_a_program
from components.mistakes import ConfigurationRefused

NAME: Final = "smartrecruiters-calendar"
"""First part of the component's type, which states keep: it never changes."""

VERSION: Final = "0.1.0"


class CalendarProvider(ComponentProvider):
    def __init__(self) -> None:
        super().__init__([CalendarIntegration], NAME, version=VERSION)

    def map_inputs(self, inputs: Any, component_def: Any) -> Any:
        """What the program declares, unfiltered; the settings' rules know every key."""
        return inputs

    def construct(
        self, name: str, resource_type: str, inputs: Any, options: pulumi.ResourceOptions | None = None
    ) -> ConstructResult:
        try:
            return super().construct(name, resource_type, inputs, options)
        except ComponentInitError as stopped:
            reason = stopped.inner
            if isinstance(reason, ConfigurationRefused):
                mistakes: list[InputPropertyErrorDetails] = [
                    {"property_path": key, "reason": in_a_program(str(mistake))} for key, mistake in reason.mistakes
                ]
                raise InputPropertiesError("nothing was changed:", mistakes) from None
            if isinstance(reason, pulumi.RunError | clock.ClockFileUnreadable):
                raise InputPropertiesError(in_a_program(str(reason)), []) from None
            raise


def serve() -> None:
    """Answer the engine until it ends this process."""
    main(CalendarProvider(), sys.argv[1:])


def schema() -> str:
    """The package's schema as it is committed: package/schema.json."""
    return json.dumps(json.loads(CalendarProvider().schema or ""), indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema())
