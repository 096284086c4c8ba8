"""Test a deployment on a real tenant, then remove it."""

from start import verb

verb("live-check")
