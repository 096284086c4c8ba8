"""Trust: what the environment names, never less than verification."""

import ssl
from pathlib import Path

import pytest
import trustme

from smartrecruiters_calendar.entra import tls


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_the_named_authorities_are_trusted_and_no_other(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roots = tmp_path / "roots.pem"
    trustme.CA(organization_name="Contoso").cert_pem.write_to_path(str(roots))
    monkeypatch.setenv(variable, str(roots))
    (only,) = tls.trust().get_ca_certs()
    assert "Contoso" in str(only)
    assert tls.roots_file() == str(roots)


def test_certificates_and_names_are_always_verified() -> None:
    context = tls.trust()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert tls.roots_file() is None


def test_the_keys_of_sessions_are_written_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roots = tmp_path / "roots.pem"
    trustme.CA().cert_pem.write_to_path(str(roots))
    monkeypatch.setenv("SSL_CERT_FILE", str(roots))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    assert tls.trust().keylog_filename is None
    assert not (tmp_path / "keys").exists()


def test_an_authority_that_lacks_extensions_is_trusted_as_the_engine_trusts_it() -> None:
    """Newer Pythons set this flag where nobody asks them to; a company's own root often fails it."""
    assert not tls.trust().verify_flags & ssl.VERIFY_X509_STRICT


@pytest.mark.parametrize("content", [None, "", "no certificate"], ids=["missing", "empty", "not PEM"])
def test_a_trust_file_that_cannot_be_used_is_told_by_name(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roots = tmp_path / "roots.pem"
    if content is not None:
        roots.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(roots))
    with pytest.raises(tls.TrustUnreadable, match=r"roots\.pem.*Name a PEM file"):
        tls.trust()


def test_a_trust_file_that_is_a_folder_is_told_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path))
    with pytest.raises(tls.TrustUnreadable, match="Name a PEM file"):
        tls.check()
