"""A registration that somebody made by hand, brought under management without recreating it.

`differences` compares it with the declaration, `run` imports it and issues a declared secret beside the old ones.
"""
