"""Which proxy a request takes, for every client here and for the browser: one meaning of the variables.

It is the meaning that Go gives them, and with it `pulumi` and its plugins (golang.org/x/net/http/httpproxy), so the
verbs reach what the engine reaches: either case of the letters, empty counts as unset, a proxy without a scheme is an
http one. `ALL_PROXY`, and exceptions separated by spaces, are understood as well. Nothing on this machine is asked for
through a proxy, nor is an address of the link, where a managed identity's token service is.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias
from urllib.parse import SplitResult, unquote, urlsplit

from smartrecruiters_calendar.outcome import Reason, Stopped

_PORTS: Final = {"http": 80, "https": 443}
_SOCKS: Final = "socks5h"
"""The proxy looks names up, as Go, browsers and httpx have it."""
_SPEAKS_SOCKS: Final = "socksio"
"""The package by which httpx does."""
_EXCEPTION = re.compile(r"(?P<host>\[[^\]]*\]|[^:]+)(?::(?P<port>\d{1,5}))?")
_THIS_MACHINE: Final = "localhost"

_Address: TypeAlias = IPv4Address | IPv6Address
_Network: TypeAlias = IPv4Network | IPv6Network


class ProxyRefused(Stopped):
    def __init__(self, variable: str, why: str) -> None:
        super().__init__(
            Reason.PROXY_REFUSED,
            f"The variable {variable} names no usable proxy ({why}): set it to an address such as "
            "http://proxy.contoso.example:8080, or unset it.",
        )


@dataclass(frozen=True)
class Proxy:
    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def address(self) -> str:
        """Without user and password."""
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


@dataclass(frozen=True)
class _Exception:
    """An entry of `NO_PROXY`: addresses, or a domain with what is below it."""

    networks: _Network | None = None
    domain: str = ""
    itself: bool = True
    """Whether the domain is meant, or only what is below it."""
    port: int | None = None

    def covers(self, host: str, address: _Address | None, port: int | None) -> bool:
        if self.port not in (None, port):
            return False
        if self.networks is not None:
            return address is not None and address in self.networks
        return (self.itself and host == self.domain) or host.endswith(f".{self.domain}")

    def as_a_browser_writes_it(self) -> Iterator[str]:
        """https://chromium.googlesource.com/chromium/src/+/HEAD/net/docs/proxy.md#Proxy-bypass-rules"""
        port = f":{self.port}" if self.port else ""
        if self.networks is not None:
            one = self.networks.network_address if self.networks.num_addresses == 1 else None
            yield f"[{one}]{port}" if one and one.version == 6 else f"{one or self.networks}{port}"
        else:
            yield from (f"{self.domain}{port}",) if self.itself else ()
            yield f"*.{self.domain}{port}"


def proxy_for(url: str) -> Proxy | None:
    """The proxy that a request to this URL takes; None: it goes there itself.

    Raises:
        ProxyRefused: the one that is named cannot be used.
    """
    parts = urlsplit(url)
    proxy = _named(parts.scheme)
    if proxy is None:
        return None
    host, port = (parts.hostname or "").rstrip("."), parts.port or _PORTS.get(parts.scheme)
    address = _address(host)
    if host == _THIS_MACHINE or host.endswith(f".{_THIS_MACHINE}"):
        return None
    if address is not None and (address.is_loopback or address.is_link_local):
        return None
    exceptions = _exceptions()
    excepted = exceptions is None or any(one.covers(host, address, port) for one in exceptions)
    return None if excepted else proxy


def check() -> None:
    """Raise `ProxyRefused` where a variable names a proxy that cannot be used."""
    for scheme in _PORTS:
        _named(scheme)


def for_a_browser() -> dict[str, str] | None:
    """The same for Playwright's option `proxy`; None: no variable names a proxy, so the desktop's settings apply."""
    proxy = _named("https")
    if proxy is None:
        return None
    exceptions = _exceptions()
    # A browser goes past a proxy to this machine and the link by itself; Playwright undoes it unless one is named.
    rules = [_THIS_MACHINE]
    rules += ["*"] if exceptions is None else [rule for one in exceptions for rule in one.as_a_browser_writes_it()]
    server = proxy.address.replace(_SOCKS, "socks5")
    signed_in = {"username": proxy.user, "password": proxy.password} if proxy.user else {}
    return {"server": server, "bypass": ",".join(rules), **signed_in}


def _named(scheme: str) -> Proxy | None:
    for variable in (f"{scheme.upper()}_PROXY", "ALL_PROXY"):
        for name in (variable, variable.lower()):
            if written := os.environ.get(name, "").strip():
                return _read(name, written)
    return None


def _read(variable: str, written: str) -> Proxy:
    """The proxy of a variable, whose value no message repeats: it may hold a password."""
    try:
        parts = urlsplit(written if "://" in written else f"http://{written}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ProxyRefused(variable, "its host or its port is not one") from None
    scheme = _SOCKS if parts.scheme == "socks5" else parts.scheme
    if scheme not in (*_PORTS, _SOCKS):
        raise ProxyRefused(variable, "its scheme is none of http, https, socks5 and socks5h")
    if not host or port == 0 or not _is_host(host):
        raise ProxyRefused(variable, "its host or its port is not one")
    if scheme == _SOCKS and find_spec(_SPEAKS_SOCKS) is None:
        raise ProxyRefused(
            variable, f"a SOCKS proxy needs a package that is not installed; type `pip install {_SPEAKS_SOCKS}`"
        )
    return Proxy(scheme, host, port or _PORTS.get(scheme, 1080), *_signed_in(parts))


def _signed_in(parts: SplitResult) -> tuple[str, str]:
    return unquote(parts.username or ""), unquote(parts.password or "")


def _is_host(host: str) -> bool:
    return _address(host) is not None or re.fullmatch(r"[\w.-]+", host) is not None


def _exceptions() -> list[_Exception] | None:
    """What goes without a proxy; None: everything. What is not an entry excepts nothing, as in Go."""
    entries = re.split(r"[\s,]+", (os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or "").lower())
    return None if "*" in entries else [found for entry in entries if (found := _exception(entry))]


def _exception(entry: str) -> _Exception | None:
    if networks := _networks(entry):
        return _Exception(networks)
    written = _EXCEPTION.fullmatch(entry)
    if written is None:
        return None
    host, port = written["host"].rstrip("."), int(written["port"]) if written["port"] else None
    if networks := _networks(host):
        return _Exception(networks, port=port)
    domain = host.removeprefix("*").removeprefix(".")
    return _Exception(domain=domain, itself=domain == host, port=port) if domain else None


def _networks(text: str) -> _Network | None:
    try:
        return ip_network(re.sub(r"^\[(.*)\](/\d+)?$", r"\1\2", text), strict=False)
    except ValueError:
        return None


def _address(host: str) -> _Address | None:
    try:
        found = ip_address(host)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
