"""A stand-in for the official `pulumi-resource-azuread` plugin, for machines that cannot install it.

It speaks the engine's plugin protocol and asks Entra and Graph the same requests, in the same number and order, as the
official plugin 6.10.0. It knows only the resources and functions that this project declares, and it refuses every host
that is not on the loopback interface: with a real tenant, install the official plugin.
"""

PLUGIN_VERSION = "6.10.0"
"""Version of the official plugin that is stood in for; equals the `pulumi-azuread` package's."""
