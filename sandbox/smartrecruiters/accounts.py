"""The SmartRecruiters accounts of the sandbox's companies. Not the directory's users: those live in Entra."""

import json
import re
import secrets
from dataclasses import dataclass
from typing import Final

from sandbox.core.home import Home, write_private

PASSWORDS_FILE: Final = "smartrecruiters-passwords.json"
"""In the sandbox's home, mode 0600: e-mail address to password, for people who sign in to the page."""


@dataclass(frozen=True)
class Account:
    email: str
    name: str
    company: str
    """The company's name; each has one calendar integration."""
    administrator: bool


ADMINISTRATOR: Final = "recruiting.admin@contoso.example"
"""Whose session the sandbox keeps ready for scripts."""

ACCOUNTS: Final = {
    account.email: account
    for account in (
        Account(ADMINISTRATOR, "Riley Administrator", "Contoso", administrator=True),
        Account("recruiter@contoso.example", "Robin Recruiter", "Contoso", administrator=False),
        Account("contractor.admin@agency.example", "Alex Contractor", "Contoso", administrator=True),
        Account("recruiting.admin@fabrikam.example", "Frankie Administrator", "Fabrikam", administrator=True),
        Account("recruiter@fabrikam.example", "Sam Recruiter", "Fabrikam", administrator=False),
    )
}
"""By e-mail address in lower case. The contractor is an administrator without an account in Contoso's directory."""


_FURTHER: Final = re.compile(r"recruiting\.admin@(tenant-[1-9][0-9]*)\.example")
"""The administrator of each further tenant that `python -m sandbox seed` makes: a company; by session only."""


def account(email: str) -> Account | None:
    email = email.strip().lower()
    if further := _FURTHER.fullmatch(email):
        return Account(email, "Administrator", further[1], administrator=True)
    return ACCOUNTS.get(email)


def passwords(home: Home) -> dict[str, str]:
    """The accounts' passwords, by e-mail address; random, made once per home."""
    path = home.path / PASSWORDS_FILE
    if not path.exists():
        write_private(path, json.dumps({email: secrets.token_urlsafe(12) for email in ACCOUNTS}, indent=2) + "\n")
    known: dict[str, str] = json.loads(path.read_text())
    return known
