"""Tests of what a sandbox holds from the start."""
