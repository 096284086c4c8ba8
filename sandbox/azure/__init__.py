"""Azure Resource Manager and Key Vault, for the few requests that keep a secret in an existing vault.

`front.Azure` is the way in. Vaults, their role assignments and subscriptions are seeded and cannot be made or changed
over HTTP. A vault's own address is here a path of the sandbox, `/keyvault/{vault}`, where Azure gives it a host name:
names below `localhost` do not resolve on every machine.
"""
