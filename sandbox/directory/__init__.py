"""Stand-ins for Microsoft Entra ID's sign-in endpoints and Microsoft Graph."""
