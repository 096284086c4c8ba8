"""What a sandbox holds from the start: tenants, identities that work in them, people and rooms, applications
registered manually.

`python -m sandbox seed` adds more; see `sandbox.seed.directory`. People and rooms come from `sandbox.exchange`.
"""
