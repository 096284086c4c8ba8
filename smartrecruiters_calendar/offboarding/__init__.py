"""Offboarding: a stack's integration app is taken out of its tenant, and its absence proven; and the way back.

`run.offboard` and `restoration.restore` are the ways in. What SmartRecruiters has saved stays there: nothing here signs
in to it.
"""
