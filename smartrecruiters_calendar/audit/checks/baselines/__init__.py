"""What public baselines will raise for this app, by the decisions of their own code, with texts for the exceptions.

A rule that judges the tenant passes here where nothing about this app makes it be raised; its sentence says whether it
will be. Which copy of each tool was read is in `sources`.
"""
