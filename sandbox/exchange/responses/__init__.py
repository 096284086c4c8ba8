"""Answers to requests: from a `Call` to a `Reply`. No state is kept here."""
