"""Prove the credentials, deliver them, load the rooms."""

from start import verb

verb("post-deploy")
