"""A client secret's whole life: what is declared, deployed and delivered, and the steps from one secret to the next.

`state` reads a stack and says which step is due; `begin`, `finish`, `rollback`, `revoke` and `auto` are one verb per
module. Nothing here prints or exits; `smartrecruiters-calendar rotate` does.
"""
