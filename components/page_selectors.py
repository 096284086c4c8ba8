"""Selectors for what on SmartRecruiters' settings page no label can reach, as data: each in place of one label.

A label slotted over an input that lies in another shadow root belongs to it for a person, and for no program. The
selectors are Playwright's (https://playwright.dev/python/docs/other-locators), limited to the kinds that reach through
open shadow roots and that a reviewer can read.
"""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from components.mistakes import Mistake
from components.section import Section

KINDS: Final = ("role=", "text=", "data-test=", "css=")


def _selector(value: str) -> str:
    selector = value.strip()
    if any(selector.startswith(kind) and selector != kind for kind in KINDS):
        return selector
    raise Mistake(
        f"{value!r} is not a selector.",
        "It decides where the secret is typed and what is pressed, so its kind has to be written.",
        f"Begin it with {', '.join(KINDS[:-1])} or {KINDS[-1]}, as in data-test=calendar-save. Once the key is "
        "removed, `smartrecruiters-calendar sign-in --inspect` lists what the page offers.",
    )


Selector = Annotated[str, AfterValidator(_selector)]


class PageSelectors(Section):
    way: Annotated[tuple[Selector, ...], Field(min_length=1)] | None = None
    """What to click one after the other, in place of the whole way of labels."""
    client_id: Selector | None = None
    """The field, or a component that holds it."""
    client_secret: Selector | None = None
    tenant_id: Selector | None = None
    save: Selector | None = None
    """The button, or a component that holds it."""
    load_resources: Selector | None = None

    sign_in: Selector | None = None
    """What only a signed-out visitor sees."""
    messages: Selector | None = None
    """Where the page says how *Save* and *Load Resources* went; default: what is an alert or a status."""
    rows: Selector | None = None
    """Each entry of the list of resources; default: the rows of a table."""
    name: Selector | None = None
    """In one entry: its name; default: the column of that label. Likewise the next three."""
    address: Selector | None = None
    kind: Selector | None = None
    status: Selector | None = None
