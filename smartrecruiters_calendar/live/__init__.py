"""The check on a real tenant: makes an app of its own, proves that it works, and removes it again."""
