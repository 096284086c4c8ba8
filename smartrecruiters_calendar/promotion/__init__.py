"""From one tenant to many: the same change to ring after ring, stopped by the first ring that is not all green.

`run.promote` is the way in. Approvals, schedules and runners belong to the CI system; nothing here waits for a person,
and nothing here knows how a tenant is deployed beyond calling the steps it is given.
"""
