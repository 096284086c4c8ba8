"""A home is made whole or not at all, and is nobody else's to read."""

import json
import ssl
from pathlib import Path

import pytest

from sandbox import certificates, creation
from sandbox.entra.models import tenants
from sandbox.home import Home, NotAHome, write_private
from sandbox.seed import directory, hand_made
from sandbox.seed.constants import TENANTS


def test_an_interrupted_creation_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    home = Home(tmp_path / "home")
    with monkeypatch.context() as patched:
        patched.setattr(directory, "populate", interrupted)
        with pytest.raises(KeyboardInterrupt):
            creation.ensure(home)
    assert list(tmp_path.iterdir()) == []
    assert creation.ensure(home)
    assert not creation.ensure(home)


def test_an_empty_folder_becomes_a_home_and_another_does_not(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert creation.ensure(Home(empty))
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "mine").touch()
    with pytest.raises(NotAHome):
        creation.ensure(Home(taken))
    with pytest.raises(NotAHome):
        creation.remove(Home(taken))
    assert (taken / "mine").exists()


def test_credentials_are_those_of_every_seeded_identity(made_home: Home) -> None:
    known = json.loads(made_home.credentials.read_text())
    for seeded in TENANTS:
        for identity in seeded.identities:
            found = known[seeded.name][identity.role]
            assert set(found) == {"clientId", "clientSecret", "objectId"}
            assert (found["clientId"], found["objectId"]) == (identity.app_id, identity.service_principal_id)


def test_secrets_differ_between_homes(made_home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    creation.ensure(other)
    assert creation.read_credentials(other) != creation.read_credentials(made_home)
    for name in ("signing_key", "issuer_key", "oidc_request_token", "certificate_authority"):
        assert getattr(other, name).read_text() != getattr(made_home, name).read_text()


def test_the_trust_file_holds_the_system_roots_and_the_sandboxes(made_home: Home) -> None:
    context = ssl.create_default_context(cafile=str(made_home.trust))
    names = [dict(part[0] for part in certificate["subject"]) for certificate in context.get_ca_certs()]  # type: ignore[misc]
    assert len(names) > 1
    assert made_home.certificate_authority.read_text().strip() in made_home.trust.read_text()
    assert certificates.client_context(made_home).verify_mode is ssl.CERT_REQUIRED


def test_every_tenant_holds_what_was_made_by_hand(made_home: Home) -> None:
    names = [one.name for one in hand_made.HAND_MADE]
    store = creation.open_store(made_home)
    for tenant in tenants.every(store):
        rows = store.all("SELECT name FROM objects WHERE tenant = ? AND kind = 'application'", (tenant.number,))
        made = [row["name"] for row in rows]
        assert all(made.count(one.name.lower()) == names.count(one.name) for one in hand_made.HAND_MADE)
    store.close()


def test_a_private_file_is_private_from_the_start_and_never_half_written(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    write_private(path, "first")
    assert path.stat().st_mode & 0o777 == 0o600
    write_private(path, "second")
    assert path.read_text() == "second"
    with pytest.raises(UnicodeEncodeError):
        write_private(path, "third\ud800")
    assert path.read_text() == "second"
    assert [item.name for item in tmp_path.iterdir()] == ["secret"]
