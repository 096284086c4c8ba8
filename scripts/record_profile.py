"""Create a page profile from a HAR file."""

from start import verb

verb("record-profile")
