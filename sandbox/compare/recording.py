"""The file format of a recording, and its checked reading.

Names in braces stand for values that every tenant has others of. Some are known before (`replay`), others
are learned from an answer: `gives` names them, with their place in the body (`value.0.id`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

LARGEST = 32 * 1024 * 1024


class _Read(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True)


class Exchange(_Read):
    """One request and what is known of its answer; what is not given is not compared."""

    caller: str
    """Who asked: `deployer`, `app`, another one of `Recording.callers`, or nobody (empty)."""
    method: str = "GET"
    question: str
    """A path below `/v1.0/`, or one that begins with a slash."""
    body: Any = None
    """A JSON body."""
    form: Mapping[str, str] | None = None
    """A form instead, as at the token endpoint."""
    request_headers: Mapping[str, str] = Field(default_factory=dict)
    status: int
    error_code: str | None = None
    headers: Mapping[str, str] | None = None
    """Names of the answer's headers, with the value where it is the same for everybody, else the value's type."""
    shape: Any = None
    gives: Mapping[str, str] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.caller or 'nobody'}: {self.method} {self.question}"


class Recording(_Read):
    source: str = ""
    """Where it is from."""
    callers: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Application permissions of the callers that are neither the deployer nor the app."""
    permissions: tuple[str, ...] = ()
    """Application permissions of the app."""
    added_since: frozenset[str] = frozenset()
    """Properties that Microsoft added after the recording was taken: no difference when they are only here."""
    unrecorded: frozenset[str] = frozenset()
    """Headers that whatever recorded leaves out."""
    answers: tuple[Exchange, ...]


def read(path: Path) -> Recording:
    """The recording in a file.

    Raises:
        ValueError: It is not one.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"{path} is larger than a recording")
        return Recording.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise ValueError(f"{path} is not a recording: {place}: {first['msg']}") from None
