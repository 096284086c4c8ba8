"""Errors, by what they mean for the engine.

Messages follow the official plugins' form: a summary of what was tried, then the service's own code and message.
"""

from engine.stand_ins.provider.properties import Properties


class PluginError(Exception):
    """An operation failed; the message is shown to the user."""


class SandboxOnly(PluginError):
    """A host outside the loopback interface was configured."""


class ServiceRefusal(PluginError):
    def __init__(self, status: int, code: str, message: str, text: str) -> None:
        """Keep the parts that callers decide by.

        Args:
            code: the service's `error.code`, empty when the answer was not in its form.
        """
        super().__init__(text)
        self.status = status
        self.code = code
        self.message = message


class OperationFailed(PluginError):
    def __init__(self, summary: str, cause: Exception | str) -> None:
        super().__init__(f"{summary}: {cause}")


class PartlyDone(PluginError):
    """The resource exists, but a later step failed: the engine keeps it in the state and updates it next time."""

    def __init__(self, resource_id: str, outputs: Properties, cause: Exception) -> None:
        super().__init__(str(cause))
        self.resource_id = resource_id
        self.outputs = outputs
