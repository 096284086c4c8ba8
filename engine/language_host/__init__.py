"""Pulumi's Python language host, for machines where the official one cannot be had.

The CLI starts it to run Python programs and policy packs (the service `pulumirpc.LanguageRuntime`). It covers what a
project with a virtual environment needs; it generates no code, attaches no debugger, links no packages and knows no
toolchains but pip and uv. A machine with the official CLI never uses it.
"""
