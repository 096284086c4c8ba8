"""A stand-in for the official `pulumi-resource-azure-native` plugin, for one resource: a secret in a key vault.

It asks Azure Resource Manager and Key Vault the requests of the official plugin 3.29.0 (pulumi/pulumi-azure-native,
`provider/pkg/azure`, `customresources`), and refuses every host that is not on the loopback interface. It does not
bring back a secret that was deleted before, as later official ones do. With a real subscription, install the official
plugin.
"""

PLUGIN_VERSION = "3.29.0"
"""Version of the official plugin that is stood in for; equals the `pulumi-azure-native` package's."""
