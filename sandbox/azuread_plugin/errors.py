"""What can go wrong, sorted by what the engine has to be told.

Messages follow the official plugin's form: a summary of what was tried, then Graph's own code and message.
"""

from sandbox.azuread_plugin.properties import Properties


class PluginError(Exception):
    """An operation failed; the message is shown to the user."""


class SandboxOnly(PluginError):
    """A host outside the loopback interface was configured."""


class GraphRefusal(PluginError):
    """Graph answered with an error status."""

    def __init__(self, status: int, code: str, message: str, text: str) -> None:
        """Keep the parts that callers decide by.

        Args:
            status: HTTP status.
            code: Graph's `error.code`, empty when the answer was not in Graph's form.
            message: Graph's `error.message`.
            text: the whole sentence for the user.
        """
        super().__init__(text)
        self.status = status
        self.code = code
        self.message = message


class OperationFailed(PluginError):
    """An error with the summary of what was being done."""

    def __init__(self, summary: str, cause: Exception | str) -> None:
        super().__init__(f"{summary}: {cause}")


class PartlyDone(PluginError):
    """The resource exists, but a later step failed: the engine keeps it in the state and updates it next time."""

    def __init__(self, resource_id: str, outputs: Properties, cause: Exception) -> None:
        super().__init__(str(cause))
        self.resource_id = resource_id
        self.outputs = outputs
