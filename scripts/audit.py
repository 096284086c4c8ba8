"""Compare what Entra grants with what is declared."""

from start import verb

verb("audit")
