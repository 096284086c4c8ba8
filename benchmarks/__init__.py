"""Measures the project against the sandbox; figures are compared within one run, never across machines."""
