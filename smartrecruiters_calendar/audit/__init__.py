"""The audit: what is declared, requested and granted, who can change it, and what public baselines would flag.

It reads and judges; it changes nothing and never needs the secret's value. `checks` holds the checks by subject,
`formats` one module for each format of the report.
"""
