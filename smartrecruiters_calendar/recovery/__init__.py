"""After a killed run: what the tenant has and the state lacks is imported or removed, and the stack is unlocked.

`findings` compares, `run` repairs in an order that is safe to interrupt and repeat.
"""
