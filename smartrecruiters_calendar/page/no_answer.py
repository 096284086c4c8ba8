"""Why SmartRecruiters did not answer, in words, with what to do when it is the certificate."""

import ssl

import httpx

from smartrecruiters_calendar.page.channel import Unreachable


def no_answer(url: httpx.URL, error: httpx.RequestError, *, in_doubt: bool = False) -> Unreachable:
    """The failure to raise; `in_doubt` when the request was a *Save* that may have arrived."""
    if is_about_certificates(error):
        cause = "its certificate is not trusted here; SSL_CERT_FILE may name the roots to trust"
    else:
        cause = f"{error or 'no reason given'} ({type(error).__name__})"
    doubt = " Whether the credentials were saved is unknown." if in_doubt else ""
    return Unreachable(f"SmartRecruiters at {url.host} did not answer: {cause}.{doubt}", may_have_been_saved=in_doubt)


def is_about_certificates(error: BaseException | None) -> bool:
    """Whether a certificate that could not be verified is at the root of it."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
