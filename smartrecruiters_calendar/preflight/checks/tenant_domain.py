"""The configured tenant domain is verified in the stack's directory.

With permission to look, it also names the tenant's domains and those that people sign in with: SmartRecruiters calls a
user calendar-integrated when their account is on the domain of the integration, and does not say which of the two that
is.

Asked of Entra's OpenID configuration, which answers for a verified domain of a tenant with the tenant's ID and needs no
permission: https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
"""

import re
from typing import Final

import httpx

from smartrecruiters_calendar.entra.bodies import Unusable, json_in
from smartrecruiters_calendar.entra.connections import get
from smartrecruiters_calendar.entra.errors import EntraUnreachable, GraphRefused, GraphUnreachable
from smartrecruiters_calendar.entra.questions import people_by_domain, verified_domains
from smartrecruiters_calendar.entra.tenant import BothViews, NotAllowed
from smartrecruiters_calendar.preflight.finding import AnsweredBy, PreflightVerdict, failed, passed
from smartrecruiters_calendar.preflight.situation import PreflightCheck, Situation

_MOST_DOMAINS: Final = 10
_UNTOLD: Final = (NotAllowed, GraphRefused, GraphUnreachable, EntraUnreachable)
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def _look(situation: Situation) -> PreflightVerdict:
    configured = situation.settings()
    if configured.tenant_domain is None:
        return passed(
            "No tenant domain is configured; `pulumi up` looks the initial one up, which is always verified.",
            AnsweredBy.THIS_MACHINE,
        )
    directory_id = _directory_of(configured.tenant_domain, situation.tenant())
    if directory_id == configured.directory_id:
        return passed(
            f"{configured.tenant_domain} is a verified domain of directory {directory_id}."
            f"{_known(situation.tenant(), configured.tenant_domain)}",
            AnsweredBy.ANYBODY,
        )
    found = f"it belongs to directory {directory_id}" if directory_id else "no tenant has verified it"
    return failed(
        f"{configured.tenant_domain} is not a domain of directory {configured.directory_id}: {found}.",
        f"pulumi config set --stack {situation.stack} tenantDomain <a verified domain, from the Entra overview page>",
        AnsweredBy.ANYBODY,
    )


def _known(tenant: BothViews, configured: str) -> str:
    """What Graph tells about the tenant's domains, in sentences that follow another; empty where it tells nothing."""
    try:
        verified = tenant.ask(verified_domains).value
    except _UNTOLD:
        return ""
    told = f" Verified there: {', '.join(verified)}."
    try:
        people = tenant.ask(lambda directory: people_by_domain(directory, verified[:_MOST_DOMAINS])).value
    except _UNTOLD:
        return f"{told} Which of them people sign in with could not be read."
    used = [f"{domain} ({count})" for domain, count in people.items() if count]
    told += f" People sign in with: {', '.join(used) or 'none of them'}."
    if people.get(configured):
        return told
    return (
        f"{told} SmartRecruiters counts people as integrated who are on the integration's domain, and does not say "
        "whether it means the one they sign in with: if interviewers show as not integrated, ask its Support which to "
        "enter."
    )


def _directory_of(domain: str, tenant: BothViews) -> str | None:
    """The directory ID that Entra gives for a domain; None where no tenant has it.

    Raises:
        EntraUnreachable: no usable answer in time.
    """
    url = f"{tenant.cloud.login_endpoint}/{domain}/v2.0/.well-known/openid-configuration"
    answer = get(url, EntraUnreachable, {}, {}, tenant.transport)
    try:
        document = json_in(answer)
        if answer.status_code == httpx.codes.BAD_REQUEST and "AADSTS" in str(document["error_description"]):
            return None
        issuer = str(document["issuer"])
    except (Unusable, KeyError, TypeError):
        raise EntraUnreachable(f"{url} did not answer with an OpenID configuration") from None
    found = _GUID.search(issuer)
    return found[0].lower() if found else None


VERIFIED: Final = PreflightCheck(
    name="tenant-domain",
    subject="the tenant domain",
    title="The tenant domain is verified in the stack's directory",
    why="SmartRecruiters signs in with it as Tenant ID; a domain of another tenant knows neither app nor secret.",
    by_hand="Compare `tenantDomain` with the Entra portal, Custom domain names.",
    look=_look,
)
