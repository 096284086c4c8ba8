"""Microsoft Entra and Microsoft Graph: one tenant model, one transport with one patience, errors with their reasons."""
