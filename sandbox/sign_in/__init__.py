"""Entra's sign-in side: discovery, token endpoint, and the sandbox's own OIDC issuer for workload identity."""
