"""Check what would make `pulumi up` or the delivery fail."""

from start import verb

verb("preflight")
