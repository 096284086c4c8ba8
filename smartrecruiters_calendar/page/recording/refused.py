"""Why no profile can be made of a recording."""


class RecordingRefused(Exception):
    """The recording cannot be used. The message says what is missing and how to record again; it quotes no value."""
