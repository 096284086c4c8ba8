"""CISA ScubaGear: MS.AAD.5.5v1 to 5.7v1, which judge the tenant's app management policies.

Its decisions, as read: both scopes of the default policy count, applications and service principals; whether the
policy is enabled as a whole does not; a restriction that is not named passes 5.5 and fails 5.6 and 5.7; an exemption of
any app fails a rule, whatever the default policy says.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.check import Check, about, check
from smartrecruiters_calendar.audit.checks.baselines.sources import SOURCES
from smartrecruiters_calendar.audit.evidence import AppManagementPolicy, PolicyRestriction, PolicyRestrictions, Unread
from smartrecruiters_calendar.audit.finding import Topic, Verdict, manual, not_read, passed

_SECRET_DAYS: Final = 181
"""Entra allows less than this, so it means 180."""
_CERTIFICATE_DAYS: Final = 366

_Section = Callable[[PolicyRestrictions], tuple[PolicyRestriction, ...]]


def _secrets(restrictions: PolicyRestrictions) -> tuple[PolicyRestriction, ...]:
    return restrictions.secrets


def _certificates(restrictions: PolicyRestrictions) -> tuple[PolicyRestriction, ...]:
    return restrictions.certificates


def _of_kind(restrictions: Iterable[PolicyRestriction], kind: str) -> list[PolicyRestriction]:
    return [one for one in restrictions if one.kind == kind]


def _for_all_apps(restriction: PolicyRestriction) -> bool:
    return restriction.created_after is not None and restriction.created_after.year == 1


def _weaknesses(policy: AppManagementPolicy, section: _Section, kind: str, most_days: int | None) -> Iterator[str]:
    """Why the default policy fails a rule, as what follows *the policy*."""
    scopes = [_of_kind(section(scope), kind) for scope in (policy.applications, policy.service_principals)]
    if most_days is not None and not all(scopes):
        yield "leaves the lifetime of some unrestricted"
    for restriction in (one for scope in scopes for one in scope):
        if not restriction.enabled:
            yield "names the restriction without enabling it"
        else:
            if restriction.created_after is not None and not _for_all_apps(restriction):
                yield f"is for apps created after {restriction.created_after:%Y-%m-%d} only"
            if most_days is not None and (restriction.longest_days or 0) > most_days:
                yield f"allows {restriction.longest_days} days, more than {most_days}"


def _raised_by(policy: AppManagementPolicy, section: _Section, kind: str, most_days: int | None = None) -> str:
    return " and ".join(dict.fromkeys(_weaknesses(policy, section, kind, most_days)))


def _exempts(own: AppManagementPolicy | Unread | None, section: _Section, kind: str) -> bool:
    """Whether the app's own policy switches a restriction off, which makes the rule be raised for the tenant."""
    if not isinstance(own, AppManagementPolicy) or not own.enabled:
        return False
    return any(not one.enabled for one in _of_kind(section(own.applications), kind))


def _blocks_all(policy: AppManagementPolicy, own: AppManagementPolicy | Unread | None) -> bool:
    """Whether no app can be given a secret, so that 5.6 does not apply."""
    additions = [
        one
        for scope in (policy.applications, policy.service_principals)
        for one in _of_kind(scope.secrets, "passwordAddition")
    ]
    blocked = all(one.enabled and _for_all_apps(one) for one in additions)
    return bool(additions) and blocked and not _exempts(own, _secrets, "passwordAddition")


def _rule(name: str, title: str, why: str, remedy: str) -> Callable[[Callable[..., Iterator[Verdict]]], Check]:
    def decorate(judge: Callable[[Case, AppManagementPolicy], Iterator[Verdict]]) -> Check:
        @about(lambda evidence: evidence.own_policy or AppManagementPolicy("none"))
        def with_own(case: Case, _own: AppManagementPolicy) -> Iterator[Verdict]:
            if isinstance(case.evidence.tenant_policy, Unread):
                yield not_read(case.evidence.tenant_policy)
            else:
                yield from judge(case, case.evidence.tenant_policy)

        made = check(
            name, title, topic=Topic.BASELINES, why=why, risk="medium", remedy=remedy, reference=SOURCES[name].reference
        )
        return made(with_own)

    return decorate


@_rule(
    "cisa-5-5-new-secrets",
    "CISA MS.AAD.5.5v1: adding application passwords should be blocked",
    "ScubaGear reports a tenant whose app management policy names the restriction and does not enforce it on every "
    "app, and one that exempts any app.",
    "Leave it as it is and register the exception: this app needs client secrets, so blocking them for every app would "
    "end its rotation.",
)
def new_secrets(case: Case, policy: AppManagementPolicy) -> Iterator[Verdict]:
    raised = _raised_by(policy, _secrets, "passwordAddition")
    exempted = _exempts(case.evidence.own_policy, _secrets, "passwordAddition")
    because = f"its policy {policy.name!r} {raised}" if raised else f"a policy of its own exempts the {case.app}"
    if raised or exempted:
        yield manual(
            policy.name,
            f"MS.AAD.5.5v1 will be raised for the tenant: {because}.",
            exception=f"MS.AAD.5.5v1 (SHOULD): the {case.app} needs the client secrets that are declared for it, since "
            "SmartRecruiters signs in with nothing else. They are dated, reviewed and rotated as code.",
        )
    elif _blocks_all(policy, case.evidence.own_policy):
        yield passed(policy.name, f"MS.AAD.5.5v1 passes: the policy {policy.name!r} blocks new client secrets.")
    else:
        yield passed(
            policy.name,
            f"MS.AAD.5.5v1 passes, although new client secrets are allowed: the policy {policy.name!r} does not name "
            "the restriction, or for no date.",
        )


@_rule(
    "cisa-5-6-secret-lifetime",
    "CISA MS.AAD.5.6v1: application passwords should live 180 days or less",
    "ScubaGear asks for a tenant's policy of at most 180 days for every app (181 in the portal), and passes where new "
    "secrets are blocked altogether. It does not look at the secrets.",
    "Declare `days: 180` instead of years for the next secret, after asking SmartRecruiters: its guide names 1 or 2 "
    "years.",
)
def secret_lifetime(case: Case, policy: AppManagementPolicy) -> Iterator[Verdict]:
    if _blocks_all(policy, case.evidence.own_policy):
        yield passed(policy.name, f"MS.AAD.5.6v1 passes: the policy {policy.name!r} blocks new client secrets.")
        return
    raised = _raised_by(policy, _secrets, "passwordLifetime", _SECRET_DAYS)
    exempted = _exempts(case.evidence.own_policy, _secrets, "passwordLifetime")
    longest = max((secret.ends.date() - secret.issued).days for secret in case.settings.declared_secrets())
    because = f"its policy {policy.name!r} {raised}" if raised else f"a policy of its own exempts the {case.app}"
    if not raised and not exempted:
        yield passed(policy.name, f"MS.AAD.5.6v1 passes: the policy {policy.name!r} limits client secrets.")
    elif longest < _SECRET_DAYS and not exempted:
        yield passed(
            policy.name,
            f"MS.AAD.5.6v1 will be raised for the tenant: {because}; not because of the {case.app}, whose declared "
            f"secrets live {longest} days at most.",
            longest,
        )
    else:
        # The lifetime is a declared decision; that its own policy exempts the app is not.
        verdict = manual if exempted else passed
        yield verdict(
            policy.name,
            f"MS.AAD.5.6v1 will be raised for the tenant: {because}. A declared secret of the {case.app} lives "
            f"{longest} days, which such a policy would refuse.",
            longest,
            f"MS.AAD.5.6v1 (SHOULD): the declared secrets of the {case.app} live {longest} days at most. "
            "SmartRecruiters' guide names 1 or 2 years, and each change has to be entered there by a person or a "
            "recorded session. The end date is declared and reviewed, and a warning comes 30 days before it.",
        )


@_rule(
    "cisa-5-7-certificate-lifetime",
    "CISA MS.AAD.5.7v1: certificates should live 365 days or less, and this app needs none that live longer",
    "ScubaGear asks for a tenant's policy of at most 365 days for every app (366 in the portal). It does not look at "
    "the certificates.",
    "Remove the app's own policy, or the exemption in it: the app signs in with no certificate.",
)
def certificate_lifetime(case: Case, policy: AppManagementPolicy) -> Iterator[Verdict]:
    raised = _raised_by(policy, _certificates, "asymmetricKeyLifetime", _CERTIFICATE_DAYS)
    if _exempts(case.evidence.own_policy, _certificates, "asymmetricKeyLifetime"):
        yield manual(
            policy.name, f"MS.AAD.5.7v1 will be raised for the tenant: a policy of its own exempts the {case.app}."
        )
    elif raised:
        yield passed(
            policy.name,
            f"MS.AAD.5.7v1 will be raised for the tenant: its policy {policy.name!r} {raised}; not because of the "
            f"{case.app}, for which no certificate is declared.",
        )
    else:
        yield passed(policy.name, f"MS.AAD.5.7v1 passes: the policy {policy.name!r} limits certificates.")
