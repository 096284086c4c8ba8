"""Remove a stack's app from its tenant."""

from start import verb

verb("offboard")
