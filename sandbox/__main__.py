"""`python -m sandbox`."""

from sandbox.cli.app import app

app(prog_name="python -m sandbox")
