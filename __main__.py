"""The Pulumi program: settings, then the calendar integration, then the stack's outputs. Nothing else."""

import os
import signal

import pulumi

from components.garbage import collect_rarely

if __name__ == "__main__":
    collect_rarely()

from components import clock, configuration, import_options
from components.mistakes import ConfigurationRefused

if __name__ == "__main__":
    # The engine interrupts a program that still runs when a resource has failed. Python would answer with a traceback
    # over the message that matters. Whoever executes this file inside a process of their own keeps their own ctrl-C.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

# Else every installed package is searched for plugins of pydantic, which would read the settings too.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

try:
    config = configuration.from_engine(pulumi.get_project(), pulumi.runtime.config.CONFIG.get())
    for note in config.notes:
        pulumi.log.info(note)
    # Imported only now: the provider's SDK takes a quarter of a second that a settings mistake should not cost.
    from components.calendar_integration import CalendarIntegration

    integration = CalendarIntegration(
        "smartrecruiters", config.component_arguments(), imports=import_options.from_environment()
    )
except ConfigurationRefused as refused:
    raise pulumi.RunError(str(refused.for_stack(pulumi.get_stack()))) from None
except clock.ClockFileUnreadable as unreadable:
    raise pulumi.RunError(str(unreadable)) from None

for name, output in integration.outputs.items():
    pulumi.export(name, output)
