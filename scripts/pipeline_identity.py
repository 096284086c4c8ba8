"""Write a pipeline's OIDC assertion to a file."""

from start import verb

verb("pipeline-identity")
