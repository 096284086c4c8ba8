"""Report changes that no deployment made."""

from start import verb

verb("drift")
