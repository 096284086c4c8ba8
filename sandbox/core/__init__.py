"""The base of every part of the sandbox: clock, store, home folder, certificates, HTTP messages."""
