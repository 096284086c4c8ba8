"""Local stand-ins for Microsoft Entra, Microsoft Graph and SmartRecruiters. For tests only."""
