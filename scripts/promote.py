"""Deploy one commit ring after ring."""

from start import verb

verb("promote")
