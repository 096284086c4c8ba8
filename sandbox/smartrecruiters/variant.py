"""What differs between releases of the page: the words on it, the addresses, and what its fields are made of."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SIGN_IN: Final = "/account/sign-in"
SINGLE_SIGN_ON: Final = "/web-sso/saml/{company}/login"
CALENDARS: Final = "/settings/configuration/calendar-integrations"

TAB: Final = f"{CALENDARS}/office-365"
"""Where the tab *MSFT Office 365 Integration* usually is, relative to where the page is mounted."""

MOVED_TAB: Final = "/settings/administration/integrations/microsoft-365"
"""Where it is once moved."""


class Markup(StrEnum):
    """What the tab is made of. In both kinds of components ids change at each rendering, and `data-test` stays."""

    PLAIN = "plain"
    COMPONENTS = "components"
    """Web components with nested open shadow roots; a label and its input share one."""
    SLOTTED = "slotted"
    """The same, with each label slotted over an input that lies in a deeper shadow root."""


@dataclass(frozen=True)
class Labels:
    """The words that a person, or a browser that acts as one, goes by."""

    tab: str
    client_id: str
    client_secret: str
    tenant_id: str
    save: str
    load_resources: str


USUAL: Final = Labels(
    tab="MSFT Office 365 Integration",
    client_id="Client ID",
    client_secret="Client Secret",  # noqa: S106 (a label)
    tenant_id="Tenant ID",
    save="Save",
    load_resources="Load Resources",
)
"""The vendor's guide's own words."""

OTHER: Final = Labels(
    tab="Microsoft 365",
    client_id="Application (app) ID",
    client_secret="Value of the secret",  # noqa: S106
    tenant_id="Directory domain",
    save="Apply",
    load_resources="Find rooms",
)
"""What another release might say. None contains one of the usual words as a whole."""
