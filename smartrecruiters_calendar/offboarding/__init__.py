"""Takes a stack's integration app out of its tenant and proves that it is gone; and brings it back.

`run.offboard` and `restoration.restore` are the ways in. What SmartRecruiters has saved stays there: nothing here signs
in to it.
"""
