"""Offboarding: a stack's integration app is taken out of its tenant, and its absence proven.

`run.offboard` is the way in. What SmartRecruiters has saved stays there: nothing here signs in to it.
"""
