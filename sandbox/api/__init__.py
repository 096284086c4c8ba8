"""Microsoft Graph's front door: authentication, routing, `$batch`, and the page that lists what is emulated."""
