"""Show which key SmartRecruiters holds."""

from start import verb

verb("receipt")
