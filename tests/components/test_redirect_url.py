"""A redirect URL is checked as Entra checks it, before Entra is asked."""

import pytest

from components.mistakes import Mistake
from components.redirect_url import registered
from sandbox.directory.models import redirect_urls as entra

TAKEN = {
    "https://www.smartrecruiters.com/": "https://www.smartrecruiters.com/",
    "https://www.smartrecruiters.com": "https://www.smartrecruiters.com/",
    "https://www.smartrecruiters.com?tenant=a": "https://www.smartrecruiters.com/?tenant=a",
    "https://www.smartrecruiters.com?": "https://www.smartrecruiters.com/",
    "https://a.example:8443/cb": "https://a.example:8443/cb",
    "https://a.example/cb%20x?y=%C3%BC": "https://a.example/cb%20x?y=%C3%BC",
    "https://xn--mnchen-3ya.example/": "https://xn--mnchen-3ya.example/",
    "https://localhost/": "https://localhost/",
    "http://localhost": "http://localhost/",
    "http://localhost:8400/cb": "http://localhost:8400/cb",
    "https://a.example/" + "x" * 238: "https://a.example/" + "x" * 238,
}
REFUSED = {
    "": "not an https URL",
    "www.smartrecruiters.com": "not an https URL",
    "http://www.smartrecruiters.com/": "not an https URL",
    "http://localhost.evil.example/": "not an https URL",
    "http://127.0.0.1/": "not an https URL",
    "HTTPS://a.example/": "not an https URL",
    "ftp://a.example/": "not an https URL",
    "javascript:alert": "not an https URL",
    "https:///cb": "not an https URL",
    "https://": "not an https URL",
    "https://[::1": "not an https URL",
    "https://a.example:port/": "not an https URL",
    "https://a.example:99999/": "not an https URL",
    " https://a.example/": "holds a blank",
    "https://a.example/ ": "holds a blank",
    "https://a.example/\n": "holds a blank",
    "https://a.example/\r\nx": "holds a blank",
    "https://a.example/\tx": "holds a blank",
    "https://a.example/\x00": "holds a blank",
    "https://a.example/\u00a0": "holds a blank",
    "https://a.example/\u2028": "holds a blank",
    "https://m\u00fcnchen.example/": "holds a blank",
    "https://a.example\\@b.example/": "holds a blank",
    "https://a.example/<x>": "holds a blank",
    "https://*.a.example/": "holds a wildcard",
    "https://a.example/*": "holds a wildcard",
    "https://a.example/#": "has a fragment",
    "https://a.example/#x": "has a fragment",
    "https://a.example#": "has a fragment",
    "https://user@a.example/": "names a user",
    "https://a.example:x@b.example/": "names a user",
    "https://a.example/(x)": "holds ( )",
    "https://a.example/%zz": "has a %",
    "https://a.example/%": "has a %",
    "https://a..example/": "not a host name",
    "https://-a.example/": "not a host name",
    "https://[::1]/": "not a host name",
    "https://a.example/" + "x" * 239: "257 characters",
    "https://" + "a" * 63 + "." + "b" * 63 + "." + "c" * 63 + "." + "d" * 56: "257 characters",
}


@pytest.mark.parametrize(("written", "deployed"), TAKEN.items())
def test_what_entra_takes_is_registered_with_a_path(written: str, deployed: str) -> None:
    assert registered(written) == deployed
    assert entra.is_web(deployed)


@pytest.mark.parametrize(("written", "reason"), REFUSED.items(), ids=map(repr, REFUSED))
def test_what_entra_would_refuse_or_a_reader_mistake_is_refused_with_the_reason(written: str, reason: str) -> None:
    with pytest.raises(Mistake) as mistake:
        registered(written)
    assert reason in mistake.value.wrong
    assert "pulumi config set redirectUrl https://www.smartrecruiters.com/" in mistake.value.remedy


def test_an_app_may_have_none() -> None:
    assert registered("none") is None
