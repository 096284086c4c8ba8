"""The configured owners exist, the deployer is one of them, and it owns the app that is there already."""

from collections.abc import Callable
from typing import Final

from components.deployer_permissions import MANAGE_EVERY_APP
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import Identity
from smartrecruiters_calendar.entra.graph_objects import Some
from smartrecruiters_calendar.entra.tenant import NotAllowed
from smartrecruiters_calendar.preflight.finding import AnsweredBy, PreflightVerdict, failed, manual, passed
from smartrecruiters_calendar.preflight.situation import Deployed, PreflightCheck, Situation

_DEPLOYER: Final = Identity.DEPLOYER
_KINDS: Final = ("application", "service principal")


def _look_at_caller(situation: Situation) -> PreflightVerdict:
    configured = situation.settings().owners
    caller = situation.deployer().caller.object_id
    if caller not in configured:
        return failed(
            f"The deployer (object ID {caller}) is not among the configured owners.",
            f"pulumi config set --stack {situation.stack} --path 'owners[{len(configured)}]' {caller}",
            _DEPLOYER,
        )
    alone = "; it is the only one, and a second owner helps when it is lost" if len(configured) == 1 else ""
    return passed(f"The deployer (object ID {caller}) is among the configured owners{alone}.", _DEPLOYER)


def _look_at_existence(situation: Situation) -> PreflightVerdict:
    answered = _DEPLOYER
    unknown: dict[int, str] = {}
    unseen: list[str] = []
    for index, owner in enumerate(situation.settings().owners):
        found = situation.tenant().ask(_service_principal(owner))
        if found.value is not None:
            answered = found.by
            continue
        try:
            person = situation.tenant().ask(_person(owner))
        except NotAllowed as kept:
            unseen.append(f"{owner} is not a service principal, and whether it is a person is not known: {kept}")
            continue
        answered = person.by
        if person.value is None:
            unknown[index] = owner
    if unknown:
        corrected = (
            f"pulumi config set --stack {situation.stack} --path 'owners[{index}]' <object ID>" for index in unknown
        )
        return failed(
            f"No service principal or person of the tenant has the object ID {', '.join(unknown.values())}.",
            "Give object IDs, not application IDs: az ad sp show --id <client ID> --query id; then "
            + " && ".join(corrected),
            answered,
        )
    if unseen:
        return manual("; ".join(unseen) + ".", _BY_HAND)
    return passed(f"Every configured owner exists: {', '.join(situation.settings().owners)}.", answered)


def _look_at_ownership(situation: Situation) -> PreflightVerdict:
    deployed = situation.in_state()
    if deployed is None:
        return passed("The stack holds no app yet, and a new one gets the configured owners.", AnsweredBy.THIS_MACHINE)
    caller = situation.deployer().caller
    if MANAGE_EVERY_APP.name in caller.roles:
        return passed(f"The deployer holds {MANAGE_EVERY_APP.name} and needs to own nothing.", _DEPLOYER)
    answer = situation.tenant().ask(lambda directory: _owned(directory, deployed))
    missing = [name for name, owners in answer.value.items() if owners is None]
    if missing:
        return failed(
            f"The stack holds the {' and the '.join(missing)} of app {deployed.application_object_id}, and the "
            "tenant does not.",
            "Within 30 days restore it: Entra portal, App registrations, Deleted applications. To create another one: "
            f"pulumi refresh --stack {situation.stack} && pulumi up --stack {situation.stack}",
            answer.by,
        )
    foreign = [name for name, owners in answer.value.items() if owners is not None and caller.object_id not in owners]
    if foreign:
        return failed(
            f"The deployer (object ID {caller.object_id}) does not own the {' and the '.join(foreign)} of "
            f"app {deployed.application_object_id}.",
            "A current owner or an administrator adds it: az ad app owner add --id "
            f"{deployed.application_object_id} --owner-object-id {caller.object_id}; the service principal's owners in "
            "the Entra portal, Enterprise applications.",
            answer.by,
        )
    return passed(
        f"The deployer owns the application and its service principal ({deployed.application_object_id}).", answer.by
    )


def owners_to_add(situation: Situation) -> frozenset[str]:
    """Configured owners other than the deployer that the app does not have yet.

    Raises:
        NotAllowed: neither identity may see the owners that it has.
    """
    caller, configured = situation.deployer().caller.object_id, frozenset(situation.settings().owners)
    if caller not in configured:
        return frozenset()  # the finding of `caller-is-owner`, and no reason to give this identity more
    others, deployed = configured - {caller}, situation.in_state()
    if not others or deployed is None:
        return others
    both = situation.tenant().ask(lambda directory: _owned(directory, deployed)).value.values()
    had = frozenset.intersection(*(owners or frozenset() for owners in both))
    return others if len(both) < len(_KINDS) else others - had


def _service_principal(object_id: str) -> Callable[[Directory], Some | None]:
    return lambda directory: directory.find(f"servicePrincipals/{object_id}?$select=id", Some)


def _person(object_id: str) -> Callable[[Directory], Some | None]:
    return lambda directory: directory.find(f"users/{object_id}?$select=id", Some)


def _owned(directory: Directory, deployed: Deployed) -> dict[str, frozenset[str] | None]:
    """Object IDs of the owners of both objects; None for one that is gone."""
    application, principal = _KINDS
    paths = {application: f"applications/{deployed.application_object_id}"}
    if deployed.service_principal_object_id:
        paths[principal] = f"servicePrincipals/{deployed.service_principal_object_id}"
    return {
        name: None
        if directory.find(f"{path}?$select=id", Some) is None
        else frozenset(owner.id for owner in Some.each(directory.pages(f"{path}/owners?$select=id")))
        for name, path in paths.items()
    }


_BY_HAND: Final = (
    "Let the operator read people (User.Read.All), or look the object IDs up in the Entra portal, Users and "
    "Enterprise applications."
)
CALLER: Final = PreflightCheck(
    name="caller-is-owner",
    subject="the configured owners",
    title="The deployer is among the configured owners",
    why="`pulumi up` refuses anyone else, who could not manage the app that it creates under "
    "Application.ReadWrite.OwnedBy.",
    by_hand="Compare the deployer's object ID with `owners` in the stack's file.",
    look=_look_at_caller,
)
EXISTENCE: Final = PreflightCheck(
    name="owners-exist",
    subject="the owners in the directory",
    title="Every configured owner exists in the tenant",
    why="Entra refuses an owner it does not know, after the app was created.",
    by_hand=_BY_HAND,
    look=_look_at_existence,
)
OWNERSHIP: Final = PreflightCheck(
    name="deployer-owns-app",
    subject="the owners of the app",
    title="The deployer owns the app that is there",
    why="Under Application.ReadWrite.OwnedBy Graph refuses changes to an app or service principal of other owners.",
    by_hand="Look at the owners of app registration and enterprise application in the Entra portal.",
    look=_look_at_ownership,
)
