"""Pulumi's side: a stack's name, settings, state, receipts and locks, and the engine that changes it."""
