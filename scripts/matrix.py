"""Print the tenants as a pipeline's job matrix."""

from start import verb

verb("matrix")
