"""Write a new tenant's stack file."""

from start import verb

verb("new-stack")
