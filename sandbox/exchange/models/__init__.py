"""State and rules of people, mailboxes and places. Nothing here knows HTTP; every function takes the store."""
