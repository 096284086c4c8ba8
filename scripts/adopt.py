"""Import an app registration that was created manually."""

from start import verb

verb("adopt")
