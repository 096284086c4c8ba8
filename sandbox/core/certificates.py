"""The sandbox's certificate authority, its server's certificate, and a trust file for clients."""

import os
import ssl
from pathlib import Path

from sandbox.core.home import Home, write_private

NAMES = ("localhost", "127.0.0.1", "::1")
"""What the server's certificate is valid for."""


def create(home: Home) -> None:
    """Make authority, certificate and trust file.

    The authority's key is thrown away: nothing else can be signed with it.
    """
    import trustme  # costly to load, and needed once in the life of a home

    authority = trustme.CA(organization_name="Sandbox", organization_unit_name="for tests only")
    server = authority.issue_cert(*NAMES)
    chain = b"".join(blob.bytes() for blob in server.cert_chain_pems)
    write_private(home.server_certificate, (server.private_key_pem.bytes() + chain).decode())
    home.certificate_authority.write_bytes(authority.cert_pem.bytes())
    home.trust.write_text(trusted(home))


def trusted(home: Home) -> str:
    """The certificates that a shell inside the sandbox trusts: its own authority, and the host's."""
    return f"{_system_roots()}\n{home.certificate_authority.read_text()}"


def server_context(home: Home) -> ssl.SSLContext:
    """TLS as the server speaks it: 1.2 or later."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(home.server_certificate)
    return context


def client_context(home: Home) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=home.certificate_authority)


def _system_roots() -> str:
    """The host's roots, so that such a shell still reaches other servers."""
    sandboxed = {os.environ.get("SSL_CERT_FILE"), os.environ.get("REQUESTS_CA_BUNDLE")}
    paths = ssl.get_default_verify_paths()
    for candidate in (paths.openssl_cafile, "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"):
        if candidate and candidate not in sandboxed and Path(candidate).is_file():
            return Path(candidate).read_text()
    import certifi

    return Path(certifi.where()).read_text()
