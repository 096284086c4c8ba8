"""Write the PowerShell that limits the integration to its mailboxes."""

from start import verb

verb("exchange-scope")
