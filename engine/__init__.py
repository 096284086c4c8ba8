"""Brings the `pulumi` command to this machine: the one on PATH, else the official one, else one built from Go modules.

`python -m engine` does it, `location` says where it is. Nothing here is needed where Pulumi is installed already.
"""

from engine.location import EngineMissing, Location, location

__all__ = ["EngineMissing", "Location", "location"]
