"""The words by which a person finds their way on SmartRecruiters' settings page, as data.

The way, the three fields and the two buttons are named as SmartRecruiters' set-up guide names them. The other words are
not in the guide: the page's own wording is not published, so they are plain guesses to be corrected when the page
differs. Letter case does not matter, nor does a `*` or `:` behind a label. Which channel uses them is not known here.
"""

from typing import Annotated

from pydantic import AfterValidator, Field

from components.mistakes import Mistake
from components.section import Section


def _label(value: str) -> str:
    if not value.strip():
        raise Mistake(
            "this label is empty.",
            "The settings page is found by its labels; an empty one would match anything.",
            "Write the text as the page shows it, or remove the key to use the guide's own word.",
        )
    return value.strip()


Label = Annotated[str, AfterValidator(_label)]


class PageLabels(Section):
    way: Annotated[tuple[Label, ...], Field(min_length=1)] = (
        "Settings / Admin",
        "Calendar Integrations",
        "MSFT Office 365 Integration",
    )
    """Links, menu items or tabs to click one after the other, from the page that opens at the configured address."""
    client_id: Label = "Client ID"
    client_secret: Label = "Client Secret"  # noqa: S105 (a label)
    tenant_id: Label = "Tenant ID"
    save: Label = "Save"
    load_resources: Label = "Load Resources"

    saved: Label = "saved"
    """In the page's message after a *Save* that worked."""
    loading: Label = "Loading"
    """In the page's message while resources are being loaded."""
    sign_in: Label = "Sign in"
    """The button or heading that only a signed-out visitor sees."""
    delegated: Label = "delegated permissions"
    """What the tab says while the other way of integrating, with delegated permissions, is in force."""
    name: Label = "Name"
    """Column of the list of resources."""
    address: Label = "Email"
    """Column of the list of resources."""
    kind: Label = "Type"
    """Column of the list of resources."""
    status: Label = "Status"
    """Column of the list that tells whether a resource was loaded; without one every listed resource was."""
    loaded: Label = "Loaded"
    """What that column says about a resource that was loaded."""
