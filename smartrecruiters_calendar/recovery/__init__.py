"""After a killed run: what the tenant has and the state has not is brought in or removed, and the stack is freed.

`locks` tells who holds the stack, `findings` what is left over, `run` mends it in an order that is safe to repeat.
"""
