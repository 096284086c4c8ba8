"""Azure Key Vault: the address of a secret, reading it, and the permissions that this takes."""
