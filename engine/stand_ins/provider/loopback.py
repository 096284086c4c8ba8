"""The rule that keeps the stand-in away from real tenants: only hosts on the loopback interface."""

import ipaddress
import socket
from urllib.parse import urlsplit

from engine.stand_ins.provider.errors import SandboxOnly


def require_loopback(url: str, what: str, schemes: tuple[str, ...] = ("https",)) -> None:
    """Refuse a URL whose host is not this machine.

    Raises:
        SandboxOnly: of another scheme, or any of the host's addresses is outside the loopback interface.
    """
    parts = urlsplit(url)
    if parts.scheme in schemes and parts.hostname and _is_loopback(parts.hostname):
        return
    raise SandboxOnly(
        f"{what} is {url or 'empty'}. This is a stand-in of the sandbox for an official plugin: it works on https "
        "addresses of this machine only, never on a real tenant. For a real tenant install the official plugin "
        "(pulumi plugin install resource azuread) in another PULUMI_HOME; for the sandbox run `python -m sandbox env`."
    )


def _is_loopback(host: str) -> bool:
    try:
        answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return bool(answers) and all(ipaddress.ip_address(answer[4][0]).is_loopback for answer in answers)
