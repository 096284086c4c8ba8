"""Microsoft Entra and Microsoft Graph as the scripts see them: where they are, a token, and read-only questions."""
