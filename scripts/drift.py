"""Report changes made outside deployments."""

from start import verb

verb("drift")
