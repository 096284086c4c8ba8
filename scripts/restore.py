"""Restore an offboarded app within 30 days."""

from start import verb

verb("restore")
