"""The audit: what was declared, requested and granted, who can change it, and what others would flag.

It reads and judges; it changes nothing and never needs the secret's value. `checks` holds one module per check,
`formats` one per way of showing the report.
"""
