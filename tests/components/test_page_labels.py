"""The page's labels: the guide's words unless a stack says otherwise, and mistakes that are told."""

import pytest

from components import configuration
from components.mistakes import ConfigurationRefused
from components.page_labels import PageLabels
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION


def labels(**changed: object) -> PageLabels:
    return configuration.parse(CONFIGURATION | {"smartrecruiters": {"labels": changed}}).smartrecruiters.labels


def test_without_configuration_they_are_the_guides_own_words() -> None:
    guide = configuration.parse(CONFIGURATION).smartrecruiters.labels
    assert guide.way == ("Settings / Admin", "Calendar Integrations", "MSFT Office 365 Integration")
    assert (guide.client_id, guide.client_secret, guide.tenant_id) == ("Client ID", "Client Secret", "Tenant ID")
    assert (guide.save, guide.load_resources) == ("Save", "Load Resources")


def test_a_configured_label_replaces_one_and_leaves_the_others() -> None:
    changed = labels(save=" Apply ", way=["Settings", "Microsoft 365"])
    assert (changed.save, changed.way, changed.client_id) == ("Apply", ("Settings", "Microsoft 365"), "Client ID")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"save": "  "}, "this label is empty"),
        ({"way": []}, r"smartrecruiters\.labels\.way"),
        ({"sav": "Apply"}, "Did you mean save"),
    ],
)
def test_a_mistake_is_told_with_its_place(changed: dict[str, object], told: str) -> None:
    with pytest.raises(ConfigurationRefused, match=told):
        labels(**changed)
