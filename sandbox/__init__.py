"""Local stand-ins for Microsoft Entra, Microsoft Graph, Azure Key Vault and SmartRecruiters. For tests only."""

from sandbox.server.running import Running, running

__all__ = ["Running", "running"]
