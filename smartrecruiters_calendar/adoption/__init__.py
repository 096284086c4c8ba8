"""Brings an existing registration under management without recreating it.

`differences` compares it with the declaration; `run` imports it and issues a declared secret.
"""
