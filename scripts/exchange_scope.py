"""Write the PowerShell script that limits mailboxes."""

from start import verb

verb("exchange-scope")
