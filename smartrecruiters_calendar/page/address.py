"""The address of a company's SmartRecruiters: checked once, so that credentials can go nowhere else."""

import httpx

from smartrecruiters_calendar.outcome import Reason, Stopped


def page_address(address: str) -> httpx.URL:
    """The address as a URL: https, a host, an optional port and path, nothing else.

    Raises:
        Stopped: it is anything else.
    """
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.userinfo or "@" in address:
        raise _refused("The SmartRecruiters address holds a user name or a password: remove it.")
    if url.scheme != "https" or not url.host:
        raise _refused(
            f"{address!r} is not an https address, and the secret must not cross the network in clear. "
            "Write one like https://www.smartrecruiters.com."
        )
    if url.query or url.fragment:
        raise _refused(f"{address!r} has more than a host and a path: cut it before the ? or #.")
    return url.copy_with(raw_path=url.raw_path.rstrip(b"/") or b"/")


def _refused(sentence: str) -> Stopped:
    return Stopped(Reason.CHANNEL_REFUSED, sentence)


def same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)
