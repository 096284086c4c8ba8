"""What counts as a loaded resource in the list that a page shows."""

import pytest

from components.page_labels import PageLabels
from smartrecruiters_calendar.page.channel import LoadedRoom
from smartrecruiters_calendar.page.page_parts import resources_in

LABELS = PageLabels()
HEADINGS = ["Name", "Type", "Email", "Status"]


def test_resources_are_read_by_their_columns_headings() -> None:
    rows = [
        ["Boardroom", "Room", "Boardroom@contoso.example", "Loaded"],
        ["Projector", "Equipment", "projector@contoso.example", "Loaded"],
        ["Sofa", "Furniture", "sofa@contoso.example", "loaded "],
    ]
    assert resources_in(HEADINGS, rows, LABELS) == [
        LoadedRoom("Boardroom", "Boardroom@contoso.example", "room"),
        LoadedRoom("Projector", "projector@contoso.example", "equipment"),
        LoadedRoom("Sofa", "sofa@contoso.example", "unknown"),
    ]


@pytest.mark.parametrize("status", ["Not available (ErrorAccessDenied)", "Not loaded", ""])
def test_a_resource_that_was_not_loaded_does_not_count(status: str) -> None:
    assert resources_in(HEADINGS, [["Boardroom", "Room", "boardroom@contoso.example", status]], LABELS) == []


def test_without_headings_the_address_and_the_first_other_text_tell() -> None:
    rows = [["", "Boardroom", "<boardroom@contoso.example>"], ["atrium@contoso.example"], ["Total", "2"]]
    assert resources_in([], rows, LABELS) == [
        LoadedRoom("Boardroom", "boardroom@contoso.example"),
        LoadedRoom("atrium@contoso.example", "atrium@contoso.example"),
    ]


def test_other_headings_are_a_matter_of_configuration() -> None:
    labels = PageLabels.model_validate({"name": "Raum", "address": "Adresse", "status": "Stand", "loaded": "Da"})
    rows = [["boardroom@contoso.example", "Sitzungszimmer", "da"], ["atrium@contoso.example", "Atrium", "weg"]]
    assert resources_in(["Adresse", "Raum", "Stand"], rows, labels) == [
        LoadedRoom("Sitzungszimmer", "boardroom@contoso.example")
    ]
