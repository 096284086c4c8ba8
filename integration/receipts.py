"""The receipt: which key SmartRecruiters holds, who accepted it when, and what was last seen to work.

It lives with the stack, as a stack tag in plain text, and never holds a secret. Without a readable receipt the answer
to "which key does SmartRecruiters hold" is *unknown*.
"""

from datetime import datetime
from typing import Final, Literal

from pydantic import ValidationError

from integration.claims import ClaimName
from integration.json_model import JsonModel
from integration.reasons import Reason

TAG: Final = "calendar-integration:receipt"
"""Name of the stack tag."""

LONGEST: Final = 3000
"""Characters that every backend keeps in one tag."""


class ReceiptTooLong(Exception):
    """The receipt does not fit into a stack tag."""


class Delivery(JsonModel):
    """One set of credentials that SmartRecruiters accepted."""

    key_id: str
    """Key ID of the secret: tells which one, never what it is."""
    client_id: str
    tenant_id: str
    """What was entered as *Tenant ID*."""
    channel: str
    page: str
    address: str
    """Address of SmartRecruiters that was configured."""
    at: datetime


class InDoubt(JsonModel):
    """A *Save* that was begun and whose outcome is not known."""

    key_id: str
    since: datetime


class Proof(JsonModel):
    """The last time Entra and Graph answered the integration app as declared."""

    key_id: str
    permissions: tuple[str, ...]
    at: datetime


class Receipt(JsonModel):
    """The latest receipt of a stack."""

    version: Literal[1] = 1
    held: Delivery | None = None
    """What SmartRecruiters holds; None: nothing delivered, or unknown."""
    in_doubt: InDoubt | None = None
    """Set while, and after, a *Save* whose outcome is unknown; `held` is None then."""
    proven: Proof | None = None
    claims: tuple[ClaimName, ...] = ()
    """What the last run reached."""
    reason: Reason | None = None
    """Why the last run reached no more; None: it reached everything."""
    checked_at: datetime

    def text(self) -> str:
        """The tag's value.

        Raises:
            ReceiptTooLong: it has more characters than a tag keeps.
        """
        text = self.model_dump_json(exclude_none=True)
        if len(text) > LONGEST:
            raise ReceiptTooLong(f"the receipt has {len(text)} characters, and a stack tag keeps {LONGEST}")
        return text


def read(text: str | None) -> Receipt | None:
    """The receipt in a tag's value; None when there is none that this version understands."""
    if text is None:
        return None
    try:
        return Receipt.model_validate_json(text)
    except ValidationError:
        return None
