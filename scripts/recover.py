"""Repair a stack after a killed run."""

from start import verb

verb("recover")
