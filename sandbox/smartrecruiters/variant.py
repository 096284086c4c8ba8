"""What differs between releases of the page: the words on it and the address of its tab."""

from dataclasses import dataclass
from typing import Final

TAB: Final = "/settings/calendar-integrations/office-365"
"""Where the tab *MSFT Office 365 Integration* usually is, relative to where the page is mounted."""

MOVED_TAB: Final = "/settings/integrations/microsoft-365"
"""Where it is once moved."""


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
