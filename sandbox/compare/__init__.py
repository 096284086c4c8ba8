"""Replays recorded requests against a fresh sandbox, and lists where its answers differ from the recorded ones.

A recording holds no values: status, error code, names of headers, and the shape of the body. `make live --record`
writes one of a real tenant.
"""

from sandbox.compare.recording import Exchange, Recording, read
from sandbox.compare.replay import Answered, Difference, differences

__all__ = ["Answered", "Difference", "Exchange", "Recording", "differences", "read"]
