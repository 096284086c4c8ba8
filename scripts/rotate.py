"""Replace the client secret without an interruption."""

from start import verb

verb("rotate")
