"""Try a deployment on a real tenant and remove it."""

from start import verb

verb("live-check")
