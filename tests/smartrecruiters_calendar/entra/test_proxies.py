"""One meaning of the variables that name proxies, whichever client asks."""

import base64
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest
from azure.core.exceptions import AzureError
from azure.core.pipeline.transport import HttpRequest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from smartrecruiters_calendar.entra import proxies
from smartrecruiters_calendar.entra.client import client
from smartrecruiters_calendar.entra.entra_transport import EntraTransport
from smartrecruiters_calendar.outcome import ExitCode
from smartrecruiters_calendar.page.channel import Unreachable
from tests.smartrecruiters_calendar.entra.recording_proxy import RecordingProxy, recording_proxy

PROXY = "http://proxy.example:3128"
ANYWHERE = "https://graph.example/v1.0/users"


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*(f"{kind}_PROXY" for kind in ("HTTP", "HTTPS", "ALL", "NO")), "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def recording() -> Iterator[RecordingProxy]:
    with recording_proxy() as running:
        yield running


def goes_through(monkeypatch: pytest.MonkeyPatch, url: str, **variables: str) -> str | None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    proxy = proxies.proxy_for(url)
    return proxy.address if proxy else None


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_is_named_in_either_case_of_the_letters(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert goes_through(monkeypatch, ANYWHERE, **{variable: PROXY}) == PROXY


def test_without_a_variable_nothing_goes_through_a_proxy_and_an_empty_one_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert goes_through(monkeypatch, ANYWHERE) is None
    assert goes_through(monkeypatch, ANYWHERE, HTTPS_PROXY="", ALL_PROXY="  ") is None
    assert goes_through(monkeypatch, ANYWHERE, https_proxy=PROXY) == PROXY


def test_the_proxy_of_one_scheme_is_not_that_of_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    assert goes_through(monkeypatch, ANYWHERE, HTTP_PROXY=PROXY) is None
    assert goes_through(monkeypatch, "http://graph.example/") == PROXY


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("proxy.example:3128", PROXY),
        ("HTTP://proxy.example:3128/", PROXY),
        ("https://proxy.example", "https://proxy.example:443"),
        ("http://[fe80::1]:3128", "http://[fe80::1]:3128"),
        ("http://someone:p%40ss@proxy.example:3128", PROXY),
    ],
)
def test_an_address_of_a_proxy_is_read_as_go_reads_it(
    written: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert goes_through(monkeypatch, ANYWHERE, HTTPS_PROXY=written) == address


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost:8443/",
        "https://localhost./",
        "https://other.localhost/",
        "https://127.0.0.1/",
        "https://127.8.9.1:1/",
        "https://[::1]:8443/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/metadata/identity",
    ],
)
def test_this_machine_is_never_asked_for_through_a_proxy(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert goes_through(monkeypatch, url, HTTPS_PROXY=PROXY) is None


@pytest.mark.parametrize(
    ("exceptions", "url", "excepted"),
    [
        ("*", ANYWHERE, True),
        ("graph.example", ANYWHERE, True),
        ("GRAPH.example", ANYWHERE, True),
        ("example", ANYWHERE, True),
        (".example", ANYWHERE, True),
        ("*.example", ANYWHERE, True),
        (".graph.example", ANYWHERE, False),
        ("raph.example", ANYWHERE, False),
        ("graph.example:443", ANYWHERE, True),
        ("graph.example:8443", ANYWHERE, False),
        ("a.example, b.example graph.example", ANYWHERE, True),
        ("10.0.0.0/8", "https://10.1.2.3/", True),
        ("10.0.0.0/8", "https://11.1.2.3/", False),
        ("10.1.2.3", "https://10.1.2.3/", True),
        ("10.1.2.3:8443", "https://10.1.2.3/", False),
        ("fd07:b51a:cc66:f0::/64", "https://[fd07:b51a:cc66:f0::9]/", True),
        ("[fd07:b51a:cc66:f0::/64]", "https://[fd07:b51a:cc66:f0::9]/", True),
        ("fd00::/8", "https://[fe00::9]/", False),
        ("2001:db8::1", "https://[2001:db8::1]/", True),
        ("[2001:db8::1]", "https://[2001:0db8:0::1]/", True),
        ("[2001:db8::1]:8443", "https://[2001:db8::1]:8443/", True),
        ("[2001:db8::1]:8443", "https://[2001:db8::1]/", False),
        ("[[,::::,/8,*foo,:80,10.0.0.0/99", ANYWHERE, False),
    ],
)
def test_exceptions_are_hosts_domains_ports_addresses_and_networks(
    exceptions: str, url: str, excepted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert goes_through(monkeypatch, url, HTTPS_PROXY=PROXY, no_proxy=exceptions) == (None if excepted else PROXY)


@pytest.mark.parametrize(
    "written",
    [
        "ftp://proxy.example",
        "http://",
        "http://proxy.example:seven",
        "http://proxy.example:99999",
        "http://[::1",
        "://",
    ],
)
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_that_cannot_be_used_is_a_usage_error_of_every_client(
    written: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, written)
    for make in (lambda: client({}), EntraTransport):
        with pytest.raises(proxies.ProxyRefused, match=f"{variable} names no usable proxy.+unset it") as refused:
            make()
        assert refused.value.exit_code is ExitCode.USAGE


def test_a_socks_proxy_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxies, "find_spec", lambda _: None)
    monkeypatch.setenv("ALL_PROXY", "socks5://proxy.example:1080")
    with pytest.raises(proxies.ProxyRefused, match="`pip install socksio`"):
        proxies.check()


def test_a_password_is_repeated_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://someone:made-up@proxy.example:3128")
    assert "made-up" not in repr(proxies.proxy_for(ANYWHERE))
    monkeypatch.setenv("HTTPS_PROXY", "http://someone:made-up@proxy.example:port")
    with pytest.raises(proxies.ProxyRefused) as refused:
        proxies.check()
    assert "made-up" not in str(refused.value)


@given(
    written=st.text(st.characters(codec="utf-8", exclude_characters="\0")), exceptions=st.text("[]:/.,*10af% example")
)
@example(written="http://proxy.example", exceptions="localhost,127.0.0.1,::1,[::1]")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_variables_hold_a_client_is_made_or_the_proxy_refused(
    written: str, exceptions: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", written)
    monkeypatch.setenv("NO_PROXY", exceptions)
    with suppress(proxies.ProxyRefused):
        client({}).close()
        proxies.proxy_for(ANYWHERE)
        proxies.for_a_browser()


def ask_by_httpx(url: str) -> None:
    with client({}) as opened, suppress(httpx.TransportError):
        opened.get(url)


def ask_by_azure_identity(url: str) -> None:
    with closing(EntraTransport()) as transport, suppress(AzureError):
        transport.send(HttpRequest("GET", url))


CLIENTS = pytest.mark.parametrize("ask", [ask_by_httpx, ask_by_azure_identity])


@CLIENTS
def test_every_client_asks_the_named_proxy_and_signs_in_there(
    ask: Callable[[str], None], recording: RecordingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", recording.address.replace("://", "://someone:p%40ss@"))
    ask(ANYWHERE)
    assert [line.rpartition(" ")[0] for line in recording.asked_for] == ["CONNECT graph.example:443"]
    assert [base64.b64decode(one) for one in recording.signed_in] == [b"someone:p@ss"]


@CLIENTS
def test_every_client_goes_past_the_proxy_to_this_machine_and_to_exceptions(
    ask: Callable[[str], None], recording: RecordingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", recording.address)
    monkeypatch.setenv("NO_PROXY", "fd00::/8,[::1],127.0.0.2/31,.invalid")
    for url in ("https://localhost:1/", "https://127.0.0.1:1/", "https://graph.invalid/"):
        ask(url)
    assert recording.asked_for == []


@pytest.mark.browser
def test_the_browser_asks_the_same_proxy_and_goes_past_it_to_the_same_hosts(
    recording: RecordingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartrecruiters_calendar.page.browser_process import Error, find_browser, open_page

    monkeypatch.setenv("HTTPS_PROXY", recording.address)
    monkeypatch.setenv("NO_PROXY", "graph.invalid,10.99.0.0/16,[::1]:7")
    with open_page(find_browser({"PATH": "/usr/bin:/bin"}), "https://page.example/") as page:
        for url in ("https://page.example/", "https://localhost:1/", "https://[::1]:1/", "https://graph.invalid/"):
            with suppress(Error):
                page.goto(url)
    hosts = {line.split()[1] for line in recording.asked_for}
    assert {host for host in hosts if "google" not in host} == {"page.example:443"}  # a browser asks its maker too


def test_the_servers_key_is_looked_at_through_the_proxy(
    recording: RecordingProxy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from smartrecruiters_calendar.page.browser_process import key_pin

    monkeypatch.setenv("HTTPS_PROXY", recording.address)
    with pytest.raises(Unreachable):
        key_pin(httpx.URL("https://page.example/"))
    assert recording.asked_for == ["CONNECT page.example:443 HTTP/1.1"]
