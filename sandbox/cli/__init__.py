"""The sandbox's command line, `python -m sandbox`."""
