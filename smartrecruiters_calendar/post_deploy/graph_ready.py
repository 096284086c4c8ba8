"""The claim *graph-ready*: the credentials that will be delivered work, as the integration app itself sees it.

Asked in this order: a token for the tenant that is delivered, its roles, the directory, the account of the person who
saves at SmartRecruiters, the scope made in Exchange, which rooms are expected, and each expected room's calendar.
Whether that person is signed in, or is an administrator of SmartRecruiters, shows at the delivery.
"""

from functools import partial
from typing import Final

import stamina

from components.mailbox_scope import is_calendar_permission
from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.entra.errors import EntraRefused, GraphRefused
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.post_deploy.claims import (
    CalendarEvidence,
    EntraEvidence,
    GraphReadyEvidence,
    SaverEvidence,
)
from smartrecruiters_calendar.post_deploy.mailbox_scope import check_scope
from smartrecruiters_calendar.post_deploy.state import NotReached, RunState, named
from smartrecruiters_calendar.stack.receipts import ClaimName, Proof

READS_DIRECTORY: Final = frozenset({"Directory.Read.All", "User.Read.All"})
"""Permissions that allow `GET /organization`: https://learn.microsoft.com/graph/api/organization-list"""

_CONTRADICTS_STATE: Final = frozenset({Reason.APPLICATION_UNKNOWN, Reason.SERVICE_PRINCIPAL_MISSING})
_problem: Final = partial(NotReached, ClaimName.GRAPH_READY)


class _RolesMissing(Exception):
    def __init__(self, token: AppToken) -> None:
        super().__init__("the token lacks roles")
        self.token = token


def reach_graph_ready(state: RunState) -> AppToken:
    """Reach the claim, and return the token that proved it.

    Raises:
        NotReached: it cannot be reached; where Entra contradicts the stack's state, *provisioned* is not reached.
    """
    try:
        token, evidence = _checked(state)
    except NotReached:
        raise
    except Stopped as stopped:
        raise _problem(stopped.reason, stopped.sentence) from None
    outputs = state.facts.outputs
    state.reach(ClaimName.GRAPH_READY, _success(evidence), evidence)
    if not _proven_before(state):
        proof = Proof(key_id=outputs.secret_key_id, permissions=outputs.requested_permissions, at=state.services.now())
        state.update_receipt(proven=proof)
    return token


def _checked(state: RunState) -> tuple[AppToken, GraphReadyEvidence]:
    try:
        token = _token_in_time(state)
        evidence = _check_roles(state, token)
        for check in (_read_directory, _check_saver, check_scope, _find_expected_rooms, _open_calendars):
            evidence = check(state, token, evidence)
    except EntraRefused as error:
        raise _no_token(state, error) from None
    except GraphRefused as error:
        sentence = (
            f"Graph refuses what is asked of it ({error.text}): check the app's grants in Entra, then run this again."
        )
        raise _problem(Reason.CALENDAR_REFUSED, sentence) from None
    return token, evidence


def _success(evidence: GraphReadyEvidence) -> str:
    answered = ["the directory"] if evidence.directory_read else []
    if evidence.saver:
        answered.append(f"the account of {evidence.saver.address}")
    if evidence.calendars:
        answered.append(f"the calendars of {len(evidence.calendars)} expected rooms")
    listed = " and ".join(filter(None, (", ".join(answered[:-1]), *answered[-1:])))
    answers = f"; {listed} answered" if listed else ""
    scope = evidence.scope
    scoped = f"; {scope.inside.address} is in scope and {scope.outside.address} is refused" if scope else ""
    roles = ", ".join(evidence.roles)
    return f"The secret gets a token with exactly the declared permissions, {roles}{answers}{scoped}."


def _token_in_time(state: RunState) -> AppToken:
    """A token that holds every declared role, or the last one when waiting did not help.

    New objects are waited for only while they are new: once this key and these permissions were proven to work, a
    refusal is a refusal.
    """
    patience = 0.0 if _proven_before(state) else state.options.wait_seconds

    def is_lag(error: Exception) -> bool:
        if not patience:
            return False
        if isinstance(error, EntraRefused) and error.may_be_lag:
            state.services.progress.wait(f"Waiting for Entra to know the new secret everywhere (AADSTS{error.code})")
            return True
        if isinstance(error, _RolesMissing):
            state.services.progress.wait("Waiting for Entra to put the new grants into its tokens")
            return True
        return False

    state.services.progress.step("Asking Entra for a token with the current secret")
    try:
        for attempt in stamina.retry_context(
            on=is_lag, attempts=None, timeout=patience or None, wait_initial=1.0, wait_max=10.0
        ):
            with attempt:
                return _token(state)
    except _RolesMissing as missing:
        return missing.token
    raise AssertionError("retrying ends with a token or an exception")


def _proven_before(state: RunState) -> bool:
    outputs, proven = state.facts.outputs, state.receipt.proven
    return proven is not None and (
        (proven.key_id, set(proven.permissions)) == (outputs.secret_key_id, set(outputs.requested_permissions))
    )


def _token(state: RunState) -> AppToken:
    outputs = state.facts.outputs
    token = state.services.microsoft.fetch_token(outputs.tenant_id, outputs.client_id, outputs.client_secret)
    if token.directory_id.casefold() != outputs.directory_id.casefold():
        raise _problem(
            Reason.TENANT_MISMATCH,
            f"{outputs.tenant_id} belongs to directory {token.directory_id}, and this stack to "
            f"{outputs.directory_id}: correct tenantDomain, run `pulumi up --stack {state.facts.stack}`, then run this "
            "again.",
        )
    if state.facts.settings.admin_consent == "declared" and set(outputs.requested_permissions) - token.roles:
        raise _RolesMissing(token)
    return token


def _no_token(state: RunState, error: EntraRefused) -> NotReached:
    stack, outputs = state.facts.stack, state.facts.outputs
    tenant, client = outputs.tenant_id, outputs.client_id
    recreate = f"run `pulumi refresh --stack {stack}` and `pulumi up --stack {stack}`, then run this again"
    renew = (
        "declare a newer secret in addition to it (`secrets` in the stack's configuration), "
        f"run `pulumi up --stack {stack}`, then run this again"
    )
    sentence = {
        Reason.SECRET_REFUSED: f"Entra refuses the client secret of {client}: {renew}",
        Reason.SECRET_EXPIRED: f"The client secret of {client} has expired: {renew}",
        Reason.APPLICATION_UNKNOWN: f"{tenant} has no application {client}, though the stack holds it: {recreate}",
        Reason.SERVICE_PRINCIPAL_MISSING: f"The application {client} has no service principal in {tenant}, "
        f"though the stack holds it: {recreate}",
        Reason.APPLICATION_DISABLED: f"Sign-in is disabled for {client}: ask an administrator of {tenant} to "
        "enable it under Enterprise applications, then run this again",
        Reason.TENANT_UNKNOWN: f"Entra does not know the tenant {tenant}: correct tenantDomain in the stack's "
        f"configuration, run `pulumi up --stack {stack}`, then run this again",
    }.get(error.reason, f"Entra gave no token for {client}: fix the cause it names, then run this again")
    claim = ClaimName.PROVISIONED if error.reason in _CONTRADICTS_STATE else ClaimName.GRAPH_READY
    code = f" (AADSTS{error.code})" if error.code else ""
    return NotReached(claim, error.reason, f"{sentence}{code}.", EntraEvidence(code=error.code, text=error.text))


def _check_roles(state: RunState, token: AppToken) -> GraphReadyEvidence:
    stack, outputs = state.facts.stack, state.facts.outputs
    declared = outputs.requested_permissions
    missing = tuple(name for name in declared if name not in token.roles)
    unexpected = tuple(sorted(token.roles - set(declared)))
    evidence = GraphReadyEvidence(
        directory_id=token.directory_id,
        declared=declared,
        roles=tuple(sorted(token.roles)),
        missing=missing,
        unexpected=unexpected,
    )
    if missing and state.facts.settings.admin_consent == "external":
        raise _problem(
            Reason.ADMIN_CONSENT_NEEDED,
            f"{', '.join(missing)} is waiting for admin consent: ask an administrator of {outputs.tenant_id} to grant "
            f"it to {outputs.client_id} (Enterprise applications, Permissions), then run this again.",
            evidence,
        )
    if missing:
        raise _problem(
            Reason.GRANT_MISSING,
            f"{', '.join(missing)} is declared and not granted: run `pulumi refresh --stack {stack}` and "
            f"`pulumi up --stack {stack}` to grant it again, then run this again.",
            evidence,
        )
    if everywhere := [name for name in unexpected if name in outputs.exchange_permissions]:
        raise _problem(
            Reason.GRANT_UNEXPECTED,
            f"{', '.join(everywhere)} is granted in Entra for every mailbox in addition to the scope in Exchange, and "
            "the broader of the two applies: ask an administrator to revoke the grant in Entra, then run this again.",
            evidence,
        )
    if unexpected:
        raise _problem(
            Reason.GRANT_UNEXPECTED,
            f"{', '.join(unexpected)} is granted and not declared: ask an administrator to revoke it, or add it to "
            "`permissions`, then run this again.",
            evidence,
        )
    return evidence


def _read_directory(state: RunState, token: AppToken, evidence: GraphReadyEvidence) -> GraphReadyEvidence:
    if not READS_DIRECTORY & set(evidence.declared):
        return evidence
    state.services.progress.step("Reading the directory")
    try:
        directory_id = state.services.microsoft.organization_id(token)
    except GraphRefused as error:
        raise _problem(
            Reason.DIRECTORY_REFUSED,
            f"Graph refuses the directory to the integration app ({error.text}): check its grants in Entra, "
            "then run this again.",
            evidence.model_copy(update={"directory_read": False}),
        ) from None
    if directory_id.casefold() != state.facts.outputs.directory_id.casefold():
        raise _problem(
            Reason.TENANT_MISMATCH,
            f"Graph answers for directory {directory_id}, and this stack belongs to {state.facts.outputs.directory_id}"
            ": check which cloud the environment names, then run this again.",
            evidence,
        )
    return evidence.model_copy(update={"directory_read": True})


def _check_saver(state: RunState, token: AppToken, evidence: GraphReadyEvidence) -> GraphReadyEvidence:
    """Whether the person who saves at SmartRecruiters has an account in the directory, as its guide asks.

    Looked up with the integration app's own `Directory.Read.All`; a stack that names no such person passes.
    """
    address, tenant = state.facts.settings.smartrecruiters.saved_by, state.facts.outputs.tenant_id
    if not address or not evidence.directory_read:
        return evidence
    state.services.progress.step(f"Looking for the account of {address}")
    try:
        found = state.services.microsoft.account(token, address)
    except GraphRefused as error:
        raise _problem(
            Reason.DIRECTORY_REFUSED,
            f"Graph refuses the account of {address} to the integration app ({error.text}): check its grants in Entra, "
            "then run this again.",
            evidence,
        ) from None
    saver = SaverEvidence(
        address=address, object_id=found.object_id if found else None, enabled=found.enabled if found else False
    )
    evidence = evidence.model_copy(update={"saver": saver})
    if not found:
        raise _problem(
            Reason.SAVER_UNKNOWN,
            f"{tenant} has no account {address}, and SmartRecruiters loads rooms only for a person of that directory: "
            "correct smartrecruiters.savedBy, or create the account, then run this again.",
            evidence,
        )
    if not found.enabled:
        raise _problem(
            Reason.SAVER_DISABLED,
            f"The account {address} is disabled in {tenant}, so this person cannot sign in to save: enable it in "
            "Entra, or name another administrator in smartrecruiters.savedBy, then run this again.",
            evidence,
        )
    return evidence


def _find_expected_rooms(state: RunState, _: AppToken, evidence: GraphReadyEvidence) -> GraphReadyEvidence:
    state.services.progress.step("Finding out which rooms are expected")
    try:
        state.expected = state.services.find_expected_rooms()
    except Stopped as stopped:
        raise _problem(stopped.reason, stopped.sentence, evidence) from None
    return evidence.model_copy(update={"expected_from": state.expected.known_from})


def _open_calendars(state: RunState, token: AppToken, evidence: GraphReadyEvidence) -> GraphReadyEvidence:
    """Open the calendar of each expected room, where a permission allows opening calendars at all."""
    expected = [room.address for room in state.expected.rooms]
    declared = (*evidence.declared, *state.facts.outputs.exchange_permissions)
    if not expected or not any(is_calendar_permission(name) for name in declared):
        return evidence
    state.services.progress.step(f"Opening the calendars of {len(expected)} expected rooms")
    answers = state.services.microsoft.calendars(
        token, expected, lambda done: state.services.progress.count(done, len(expected))
    )
    seen = tuple(CalendarEvidence(address=a.address, error=a.refusal.text if a.refusal else None) for a in answers)
    evidence = evidence.model_copy(update={"calendars": seen})
    if elsewhere := [a.address for a in answers if a.is_elsewhere]:
        raise _problem(
            Reason.MAILBOX_ELSEWHERE,
            f"The mailbox of {named(elsewhere)} exists, and Graph does not reach it: it is hosted on premises, "
            "inactive or soft-deleted (MailboxNotEnabledForRESTAPI). SmartRecruiters can book only what is in Exchange "
            "Online: "
            f"move the mailbox there, or remove it from what is expected ({state.expected.origin}), then run this "
            "again.",
            evidence,
        )
    if unknown := [a.address for a in answers if a.is_unknown]:
        raise _problem(
            Reason.ROOM_UNKNOWN,
            f"{named(unknown)} has no mailbox in {state.facts.outputs.tenant_id}: correct what is expected "
            f"({state.expected.origin}), or create the room in Exchange, then run this again.",
            evidence,
        )
    if refused := [(a.address, a.refusal) for a in answers if a.refusal]:
        raise _problem(
            Reason.CALENDAR_REFUSED,
            f"Graph refuses the calendar of {named([address for address, _ in refused])} ({refused[0][1].text}): look "
            "for an Exchange policy that limits the app, then run this again.",
            evidence,
        )
    return evidence
