"""Stand-ins for Pulumi provider plugins, for machines that cannot have the official ones. They refuse any host that is
not this machine.
"""
