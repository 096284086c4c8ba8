"""Finds *Save* in a recording: the request that carries what the person typed into the three fields."""

from collections.abc import Sequence
from typing import Final

from smartrecruiters_calendar.page.channel import Credentials
from smartrecruiters_calendar.page.recording.documents import refused, texts
from smartrecruiters_calendar.page.recording.har import Exchange

_FIELDS: Final = {"{clientId}": "Client ID", "{clientSecret}": "Client Secret", "{tenantId}": "Tenant ID"}


def placeholder(text: str, typed: Credentials) -> str | None:
    """The placeholder of a profile that stands for a text; None: it is not one of the three typed values."""
    text = text.strip()
    if text == typed.client_secret.get_secret_value():
        return "{clientSecret}"
    return {typed.client_id.casefold(): "{clientId}", typed.tenant_id.casefold(): "{tenantId}"}.get(text.casefold())


def accepted_save(recorded: Sequence[Exchange], typed: Credentials) -> Exchange:
    """The last Save that the page accepted.

    Raises:
        Stopped: no request carries all three values in a way that a profile can describe, or the page refused.
    """
    sent = [one for one in recorded if one.method in ("POST", "PUT", "PATCH")]
    whole = [one for one in sent if len(_carried(one, typed)) == len(_FIELDS)]
    accepted = [one for one in whole if one.succeeded]
    if accepted:
        return accepted[-1]
    if whole:
        raise refused(
            f"The page answered {whole[-1].status} to Save: it did not accept what was typed. Record again with "
            "values that it accepts."
        )
    if any(one.sent_type.startswith("multipart/") for one in sent):
        raise refused(
            "No request carries the three typed values as JSON or as a plain form, and one sends a multipart form, "
            "which a profile cannot describe: use the channel browser or hand-off."
        )
    best = max((_carried(one, typed) for one in sent), key=len, default=frozenset())
    missing = [name for mark, name in _FIELDS.items() if mark not in best]
    raise refused(
        f"No request carries the three typed values: {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} "
        "missing. Give exactly what was typed into the fields, and record again with content: start the recording, "
        "reload the tab, type all three values, press Save, press Load Resources, wait for the list, save the HAR."
    )


def _carried(one: Exchange, typed: Credentials) -> frozenset[str]:
    return frozenset(found for _, text in texts(one.sent) if (found := placeholder(text, typed)))
