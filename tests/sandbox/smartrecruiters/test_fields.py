"""The three fields: what *Save* refuses by its form."""

import pytest

from sandbox.smartrecruiters.errors import PageError
from sandbox.smartrecruiters.fields import CalendarFields

GOOD = {
    "clientId": "0f6a1c52-3b0e-4d7c-a1c4-5d2e8b9f1001",
    "clientSecret": "aB8~secret.value_of-entra",
    "tenantId": "contoso.onmicrosoft.com",
}


def test_good_values_are_taken_without_surrounding_blanks() -> None:
    fields = CalendarFields.checked({name: f" {value}\n" for name, value in GOOD.items()})
    assert (fields.client_id, fields.client_secret, fields.tenant_id) == tuple(GOOD.values())


def test_a_directory_id_is_a_tenant_id_too() -> None:
    assert CalendarFields.checked({**GOOD, "tenantId": "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101"})


@pytest.mark.parametrize(
    ("field", "value", "hint"),
    [
        ("clientId", "", "Enter the Client ID"),
        ("clientId", None, "Enter the Client ID"),
        ("clientId", "SmartRecruiters", "Application"),
        ("clientId", "0f6a1c523b0e4d7ca1c45d2e8b9f1001", "Application"),
        ("clientSecret", "  ", "Enter the Client Secret"),
        ("clientSecret", "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca01002", "Secret ID"),
        ("clientSecret", "x" * 257, "does not look like"),
        ("clientSecret", "naïve", "does not look like"),
        ("tenantId", "", "Enter the Tenant ID"),
        ("tenantId", "contoso", "full Tenant ID"),
        ("tenantId", "https://contoso.onmicrosoft.com", "full Tenant ID"),
        ("tenantId", ["contoso.onmicrosoft.com"], "Enter the Tenant ID"),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_at_its_field(field: str, value: object, hint: str) -> None:
    with pytest.raises(PageError) as refused:
        CalendarFields.checked({**GOOD, field: value})
    assert (refused.value.status, refused.value.code) == (422, "VALIDATION_ERROR")
    assert list(refused.value.fields) == [field]
    assert hint in refused.value.fields[field]
