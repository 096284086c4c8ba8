"""The tenant's app management policy, and one of the app's own once it is deployed, allow the declared secrets.

An app's own policy that cannot be read is taken for none. Shape and meaning:
https://learn.microsoft.com/graph/api/resources/tenantappmanagementpolicy
"""

from datetime import UTC, datetime, time, timedelta
from typing import Final

from components.client_secrets import ClientSecret
from smartrecruiters_calendar.entra.graph_objects import ENABLED, Page, Policy, Restriction, by_precedence
from smartrecruiters_calendar.entra.tenant import NotAllowed
from smartrecruiters_calendar.preflight.finding import PreflightVerdict, failed, passed
from smartrecruiters_calendar.preflight.situation import PreflightCheck, Situation

_PATH: Final = "policies/defaultAppManagementPolicy"


def _look(situation: Situation) -> PreflightVerdict:
    answer = situation.tenant().ask(lambda directory: directory.get(_PATH))
    default, own = Policy.read(answer.value).about_secrets, _of_the_app(situation)
    for restriction in by_precedence(default, own, lambda one: one.restriction_type):
        if restriction.state != ENABLED:
            continue
        since = restriction.restrict_for_apps_created_after_date_time
        exempt = f" (an app created before {since:%Y-%m-%d} is exempt)" if since else ""
        if restriction.restriction_type == "passwordAddition":
            return failed(
                f"The tenant's app management policy allows no client secrets{exempt}, and SmartRecruiters signs in "
                "with one.",
                "An administrator exempts this app by an app management policy of its own: "
                "https://learn.microsoft.com/graph/api/resources/appmanagementpolicy",
                answer.by,
            )
        longest = restriction.max_lifetime
        if restriction.restriction_type != "passwordLifetime" or longest is None:
            continue
        too_long = {index: secret for index, secret in _to_issue(situation) if _lifetime(secret) > longest}
        if too_long:
            listed = ", ".join(f"issued {secret.issued}: {_lifetime(secret).days} days" for secret in too_long.values())
            shorter = (
                f"pulumi config set --stack {situation.stack} --path 'secrets[{index}].days' {longest.days} && "
                f"pulumi config rm --stack {situation.stack} --path 'secrets[{index}].years'"
                for index in too_long
            )
            return failed(
                f"The tenant's app management policy allows client secrets of {longest.days} days{exempt}, and longer "
                f"ones are declared ({listed}).",
                " && ".join(shorter),
                answer.by,
            )
        return passed(
            f"The tenant's app management policy allows {longest.days} days, and no secret that is still to be issued "
            "lives longer.",
            answer.by,
        )
    return passed("The tenant's app management policy does not limit client secrets.", answer.by)


def _of_the_app(situation: Situation) -> tuple[Restriction, ...]:
    deployed = situation.in_state()
    if deployed is None:
        return ()
    path = f"applications/{deployed.application_object_id}/appManagementPolicies"
    try:
        found = situation.tenant().ask(lambda directory: directory.find(path, Page)).value
    except NotAllowed:
        return ()
    return tuple(one for policy in Policy.each(found.value if found else ()) for one in policy.about_secrets)


def _to_issue(situation: Situation) -> list[tuple[int, ClientSecret]]:
    """The declared secrets by their place in the configuration, without those that exist: a change replaces them."""
    deployed = situation.in_state()
    known = deployed.secrets_issued if deployed else frozenset()
    declared = enumerate(secret.declared() for secret in situation.settings().secrets)
    return [(index, secret) for index, secret in declared if secret.issued not in known]


def _lifetime(secret: ClientSecret) -> timedelta:
    return secret.ends - datetime.combine(secret.issued, time(), UTC)


LIFETIME: Final = PreflightCheck(
    name="secret-policy",
    subject="the tenant's policy on secrets",
    title="The tenant's policy allows secrets of the declared lifetime",
    why="Once the app exists, Entra refuses a secret that lives too long, and the stack stays half deployed.",
    by_hand="Let the operator read policies (Policy.Read.All), or ask an administrator for the tenant's app management "
    "policy: how long may a client secret live?",
    look=_look,
)
