"""Which redirect URLs Entra and the azuread provider take, and the one repair made to them.

Sources: https://learn.microsoft.com/entra/identity-platform/reply-url (scheme, length, characters, wildcards) and the
azuread provider's own validation (a URL without a path must end in a slash). Makes no request.
"""

from urllib.parse import urlsplit

from components.mistakes import Mistake

MAX_LENGTH = 256
_REFUSED_CHARACTERS = "!$'(),;"


def with_path(url: str) -> str:
    """The URL, given a slash where it has no path.

    The guide shows `https://www.smartrecruiters.com`. The azuread provider refuses a URL without a path, and Entra
    itself sends such a URL back with the slash, so both name the same place.

    Raises:
        Mistake: Entra or the provider would refuse the URL, or it is unsafe.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise Mistake(
            f"{url!r} is not an https URL.",
            "Entra sends sign-in answers to this address, so anything but https could be read on the way.",
            "pulumi config set redirectUrl https://www.smartrecruiters.com/",
        )
    if "*" in url:
        raise Mistake(
            f"{url!r} holds a wildcard.",
            "A wildcard lets any matching host receive sign-in answers, which is how tokens are stolen.",
            "Give the one exact address: pulumi config set redirectUrl https://www.smartrecruiters.com/",
        )
    refused = sorted({character for character in url if character in _REFUSED_CHARACTERS})
    if parts.fragment or refused or len(url) > MAX_LENGTH:
        reason = (
            "has a fragment (#…)"
            if parts.fragment
            else f"holds {' '.join(refused)}"
            if refused
            else f"is {len(url)} characters long, {MAX_LENGTH} are allowed"
        )
        raise Mistake(
            f"{url!r} {reason}.",
            "Entra does not register such a redirect URL.",
            "pulumi config set redirectUrl https://www.smartrecruiters.com/",
        )
    return url if parts.path else f"{url}/" if not parts.query else url.replace("?", "/?", 1)
