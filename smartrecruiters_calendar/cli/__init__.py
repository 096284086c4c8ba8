"""The command line: one command, a module a verb, one frame."""
