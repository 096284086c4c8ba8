"""The directory's state and its rules. Nothing here knows HTTP; every function takes the store."""
