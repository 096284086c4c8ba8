"""The app registration and its service principal themselves."""

from collections.abc import Iterator

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.check import about, check
from smartrecruiters_calendar.audit.evidence import Absent, Application, ServicePrincipalFacts, Unread
from smartrecruiters_calendar.audit.finding import Topic, Verdict, failed, manual, not_read, passed
from smartrecruiters_calendar.entra.comparison import AUDIENCE, Match, compare


@check(
    "in-the-tenant",
    "The app registration and its service principal exist",
    topic=Topic.APPLICATION,
    why="Without either SmartRecruiters cannot sign in, and a later deployment would create a second app.",
    risk="high",
    remedy="Restore it within 30 days (Entra: App registrations, Deleted applications), then run `pulumi refresh`.",
    reference="https://learn.microsoft.com/entra/identity-platform/app-objects-and-service-principals",
)
def in_the_tenant(case: Case) -> Iterator[Verdict]:
    if case.evidence.source == "program":
        return  # nothing is deployed by a program alone
    for what, part in (
        ("application", case.evidence.application),
        ("service principal", case.evidence.service_principal),
    ):
        if isinstance(part, Unread):
            yield not_read(part)
        elif isinstance(part, Absent):
            yield failed(part.object_id, f"The {what} {part.object_id} of the {case.app} is not in the tenant.")
        else:
            yield passed(part.object_id, f"The {what} {part.object_id} of the {case.app} exists.")


@check(
    "name-as-declared",
    "The app has the declared display name",
    topic=Topic.APPLICATION,
    why="People find the app by its name; under another one it is overlooked, or taken for a different app.",
    risk="low",
    remedy="Run `pulumi up --refresh`, which sets the name back; or configure displayName after a review.",
    reference="https://learn.microsoft.com/graph/api/resources/application",
)
@about(lambda evidence: evidence.application)
def name_as_declared(case: Case, application: Application) -> Iterator[Verdict]:
    if application.name == case.declared.name:
        yield passed(application.object_id, f"The {case.app} has its declared display name.")
    else:
        yield failed(application.object_id, f"The {case.app} is called {application.name!r}, which is not declared.")


@check(
    "single-tenant",
    "Only accounts of this directory may use the app",
    topic=Topic.APPLICATION,
    why="With a wider audience other organizations can bring the app, and its secret, into their tenants.",
    risk="high",
    remedy="Run `pulumi up --refresh`, which sets the audience back to AzureADMyOrg.",
    reference="https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation",
)
@about(lambda evidence: evidence.application)
def single_tenant(case: Case, application: Application) -> Iterator[Verdict]:
    if application.audience == AUDIENCE:
        yield passed(application.object_id, f"The {case.app} is for accounts of this directory only.")
    else:
        yield failed(
            application.object_id, f"The audience of the {case.app} is {application.audience} instead of {AUDIENCE}."
        )


@check(
    "redirect-urls-as-declared",
    "The declared redirect URL is the only one",
    topic=Topic.APPLICATION,
    why="Entra sends sign-in answers to every registered address; an undeclared one is how tokens are stolen.",
    risk="high",
    remedy="Run `pulumi up --refresh`, which sets the redirect URLs back; remove single-page and public-client ones "
    "in Entra.",
    reference="https://learn.microsoft.com/entra/identity-platform/reply-url",
)
@about(lambda evidence: evidence.application)
def redirect_urls_as_declared(case: Case, application: Application) -> Iterator[Verdict]:
    declared = case.declared.redirect_url
    if declared is None and not application.redirect_urls:
        yield passed(application.object_id, f"The {case.app} has no redirect URL, as declared.")
    matches = compare([declared] if declared else [], application.redirect_urls)
    for url, match in sorted(
        matches.items(), key=lambda one: (one[1] is not Match.MISSING, one[0].platform, one[0].url)
    ):
        if match is Match.MISSING:
            yield failed(url.url, f"The redirect URL {url.url} is declared, but the {case.app} does not have it.")
        elif match is Match.UNDECLARED:
            yield failed(
                f"{url.platform} {url.url}",
                f"The {case.app} has the {url.platform} redirect URL {url.url}, which is not declared.",
            )
        else:
            yield passed(url.url, f"The {case.app} has the declared redirect URL {url.url}.")


@check(
    "no-implicit-flow",
    "The implicit flow is off",
    topic=Topic.APPLICATION,
    why="It puts tokens into the address of a page, where history, logs and other sites can read them.",
    risk="medium",
    remedy="Run `pulumi up --refresh`, or clear both tokens under App registrations, the app, Authentication.",
    reference="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-implicit-grant-flow",
)
@about(lambda evidence: evidence.application)
def no_implicit_flow(case: Case, application: Application) -> Iterator[Verdict]:
    if application.implicit_tokens:
        kinds = " and ".join(application.implicit_tokens)
        yield failed(application.object_id, f"The {case.app} issues {kinds} tokens by the implicit flow.")
    else:
        yield passed(application.object_id, f"The {case.app} issues no tokens by the implicit flow.")


@check(
    "property-lock",
    "The app instance property lock is on",
    topic=Topic.APPLICATION,
    why="Without it anyone who manages the service principal can add a credential there, in addition to the app's own.",
    risk="medium",
    remedy="Switch it on under App registrations, the app, Authentication, App instance property lock; the azuread "
    "provider has no property for it.",
    reference="https://learn.microsoft.com/entra/identity-platform/howto-configure-app-instance-property-locks",
)
@about(lambda evidence: evidence.application)
def property_lock(case: Case, application: Application) -> Iterator[Verdict]:
    if case.evidence.source == "program":
        return  # the provider has no property for it
    if application.locked:
        yield passed(application.object_id, f"The app instance property lock of the {case.app} is on.")
    elif application.locked is None:
        yield manual(
            application.object_id,
            f"The app instance property lock of the {case.app} is not configured: decide whether to switch it on; "
            "credentials on its service principal are reported either way.",
        )
    else:
        yield failed(application.object_id, f"The app instance property lock of the {case.app} is switched off.")


@check(
    "verified-publisher",
    "A verified publisher, where one applies",
    topic=Topic.APPLICATION,
    why="It shows people of other organizations who made an app. An app for one directory shows no one a consent page.",
    risk="low",
    remedy="Nothing to do for a single-tenant app; set the audience back where it is wider.",
    reference="https://learn.microsoft.com/entra/identity-platform/publisher-verification-overview",
)
@about(lambda evidence: evidence.application)
def verified_publisher(case: Case, application: Application) -> Iterator[Verdict]:
    if application.audience == AUDIENCE:
        yield passed(
            application.object_id,
            f"A verified publisher does not apply to the {case.app}, which is for one directory only.",
        )
    else:
        yield manual(
            application.object_id,
            f"The {case.app} is open to other organizations, so its publisher should be verified.",
        )


@check(
    "principal-enabled",
    "The service principal may sign in",
    topic=Topic.APPLICATION,
    why="A disabled one gets no token: rooms stop loading, and somebody had a reason that should be known.",
    risk="medium",
    remedy="Ask who disabled it; then run `pulumi up --refresh`, or enable it under Enterprise applications, the app, "
    "Properties.",
    reference="https://learn.microsoft.com/entra/identity/enterprise-apps/disable-user-sign-in-portal",
)
@about(lambda evidence: evidence.service_principal)
def principal_enabled(case: Case, principal: ServicePrincipalFacts) -> Iterator[Verdict]:
    if principal.enabled:
        yield passed(principal.object_id, f"The service principal of the {case.app} is enabled.")
    else:
        yield failed(principal.object_id, f"The service principal of the {case.app} is disabled.")


@check(
    "assignment-required",
    "Whether people need an assignment is as declared",
    topic=Topic.APPLICATION,
    why="The program declares none: the integration signs in as itself. A change here is one that nobody reviewed.",
    risk="low",
    remedy="Run `pulumi up --refresh`, which sets it back.",
    reference="https://learn.microsoft.com/entra/identity/enterprise-apps/application-properties",
)
@about(lambda evidence: evidence.service_principal)
def assignment_required(case: Case, principal: ServicePrincipalFacts) -> Iterator[Verdict]:
    if principal.assignment_required:
        yield failed(
            principal.object_id, f"Signing in to the {case.app} requires an assignment, which is not declared."
        )
    else:
        yield passed(principal.object_id, f"Signing in to the {case.app} requires no assignment, as declared.")


@check(
    "nothing-else-set",
    "No property is set that the integration does not have",
    topic=Topic.APPLICATION,
    why="An exposed API, a pre-authorized app, a claim, a logout URL or a SAML setting changes what the app is for, "
    "and what its tokens say.",
    risk="high",
    remedy="Run `pulumi up --refresh`; what the provider leaves alone, remove under App registrations or Enterprise "
    "applications, the app.",
    reference="https://learn.microsoft.com/graph/api/resources/application",
)
def nothing_else_set(case: Case) -> Iterator[Verdict]:
    for what, part in (
        ("application", case.evidence.application),
        ("service principal", case.evidence.service_principal),
    ):
        if isinstance(part, Application | ServicePrincipalFacts):
            if not part.further:
                yield passed(part.object_id, f"No further property of the {what} of the {case.app} is set.")
            for one in part.further:
                sentence = f"The property {one.path} of the {what} of the {case.app} is {one.value}, and not declared."
                yield failed(f"{what} {one.path}", sentence)
        elif isinstance(part, Unread):
            yield not_read(part)
