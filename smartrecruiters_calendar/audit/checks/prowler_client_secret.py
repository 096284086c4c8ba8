"""Prowler's rule that application registrations use no client secrets."""

from collections.abc import Iterator

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="prowler-client-secret",
    title="Prowler entra_app_registration_client_secret_unused: no client secrets",
    topic=Topic.BASELINES,
    why="Prowler reports every app registration with a client secret, ended ones too; in older versions the check is "
    "called entra_app_registration_no_password_credentials.",
    risk="medium",
    remedy="Remove secrets that have ended; register the exception for the current one.",
    reference="https://hub.prowler.com/check/entra_app_registration_client_secret_unused",
)


def findings(case: Case) -> Iterator[Finding]:
    """One per secret."""
    for credential in sorted(case.evidence.credentials, key=lambda one: one.id):
        if credential.kind != "secret":
            continue
        standing = case.standing(credential)
        yield CHECK.manual(
            credential.id,
            f"Prowler will raise entra_app_registration_client_secret_unused for the {standing} {credential}.",
            exception=None
            if standing == "foreign"
            else f"entra_app_registration_client_secret_unused: SmartRecruiters signs in with the {standing} "
            f"{credential} of the {case.app} and takes no other kind of credential. Declared and rotated as code.",
        )
