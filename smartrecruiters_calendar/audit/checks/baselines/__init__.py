"""What public baselines will raise for this app, by the decisions of their own code, with texts for the exceptions.

A rule passes here where nothing about this app makes it be raised, or only what is declared for it and reviewed as
such; its sentence says whether it will be raised, and the text for the exception comes with it. For a person is what is
not declared, and what cannot be read. Which copy of each tool was read is in `sources`.
"""
