"""Save a SmartRecruiters sign-in for the channels."""

from start import verb

verb("sign-in")
