"""Deploy one commit to many tenants, ring by ring."""

from start import verb

verb("promote")
