"""What every part of the sandbox stands on: clock, store, home folder, certificates, HTTP messages."""
