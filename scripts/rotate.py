"""Replace the client secret without downtime."""

from start import verb

verb("rotate")
