"""`python -m sandbox own`: what an administrator of the tenant does before an adoption."""

import pytest

from sandbox.directory.models import owners, ownership
from tests.sandbox.in_process import InProcess


def test_an_application_and_its_service_principal_get_the_owner(entra: InProcess) -> None:
    owned, owner = entra.identity(), entra.identity()
    told = ownership.give(entra.store, entra.contoso, owned.client_id, owner.object_id)
    assert [line.split()[1] for line in told] == ["application", "servicePrincipal"]
    for item in (owned.application_id, owned.object_id):
        assert owners.is_owner(entra.store, entra.contoso, item, owner.object_id)


def test_what_is_not_there_gets_none(entra: InProcess) -> None:
    with pytest.raises(LookupError, match="no application with client ID"):
        ownership.give(entra.store, entra.contoso, "nobody", "owner")
