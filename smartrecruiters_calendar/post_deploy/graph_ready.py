"""The claim *graph-ready*: the credentials that will be delivered work, as the integration app itself sees it.

Asked in this order: a token for the tenant that is delivered, its roles, the directory, the account of the person who
saves at SmartRecruiters, each expected room's calendar. Which rooms are expected is found out on the way.
"""

from typing import Final

import stamina

from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.entra.errors import EntraRefused, GraphRefused
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.post_deploy.claims import ClaimName, EntraEvidence, Evidence, GraphReadyEvidence
from smartrecruiters_calendar.post_deploy.expected_calendars import find_expected, open_expected_calendars
from smartrecruiters_calendar.post_deploy.mailbox_scope import check_scope
from smartrecruiters_calendar.post_deploy.saver import check_saver
from smartrecruiters_calendar.post_deploy.state import NotReached, RunState
from smartrecruiters_calendar.stack.receipts import Proof

READS_DIRECTORY: Final = frozenset({"Directory.Read.All", "User.Read.All"})
"""Permissions that allow `GET /organization`: https://learn.microsoft.com/graph/api/organization-list"""

_CONTRADICTS_STATE: Final = frozenset({Reason.APPLICATION_UNKNOWN, Reason.SERVICE_PRINCIPAL_MISSING})


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
        token = _token_in_time(state)
        evidence = _roles_as_declared(state, token)
        evidence = _directory_read(state, token, evidence)
        evidence = check_saver(state, token, evidence)
        evidence = check_scope(state, token, evidence)
        evidence = find_expected(state, evidence)
        evidence = open_expected_calendars(state, token, evidence)
    except GraphRefused as error:
        raise _problem(
            Reason.CALENDAR_REFUSED,
            f"Graph refuses what is asked of it ({error.text}): check the app's grants in Entra, then run this again.",
        ) from None
    except EntraRefused as error:
        raise _no_token(state, error) from None
    except Stopped as error:
        raise _problem(error.reason, error.sentence) from None
    outputs = state.facts.outputs
    state.reach(ClaimName.GRAPH_READY, _reached(evidence), evidence)
    if not _proven_before(state):
        proof = Proof(key_id=outputs.secret_key_id, permissions=outputs.requested_permissions, at=state.services.now())
        state.note(proven=proof)
    return token


def _reached(evidence: GraphReadyEvidence) -> str:
    answer = ["the directory"] if evidence.directory_read else []
    if evidence.saver:
        answer.append(f"the account of {evidence.saver.address}")
    if evidence.calendars:
        answer.append(f"the calendars of {len(evidence.calendars)} expected rooms")
    answered = f"; {_listed(answer)} answered" if answer else ""
    scope = evidence.scope
    scoped = f"; {scope.inside.address} is in scope and {scope.outside.address} is refused" if scope else ""
    roles = ", ".join(evidence.roles)
    return f"The secret gets a token with exactly the declared permissions, {roles}{answered}{scoped}."


def _listed(parts: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _problem(reason: Reason, sentence: str, evidence: Evidence | None = None) -> NotReached:
    return NotReached(ClaimName.GRAPH_READY, reason, sentence, evidence)


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
            state.services.progress.step(f"Waiting for Entra to know the new secret everywhere (AADSTS{error.code})")
            return True
        if isinstance(error, _RolesMissing):
            state.services.progress.step("Waiting for Entra to put the new grants into its tokens")
            return True
        return False

    state.services.progress.step("Asking Entra for a token with the current secret")
    try:
        for attempt in stamina.retry_context(
            on=is_lag,
            attempts=None,
            timeout=patience or None,
            wait_initial=1.0,
            wait_max=10.0,
        ):
            with attempt:
                return _token(state)
    except _RolesMissing as missing:
        return missing.token
    raise AssertionError("retrying ends with a token or an exception")


def _proven_before(state: RunState) -> bool:
    """Whether this key worked with these permissions in an earlier run."""
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
            f"{outputs.directory_id}: correct tenantDomain, run `pulumi up`, then run this again.",
        )
    if state.facts.settings.admin_consent == "declared" and set(outputs.requested_permissions) - token.roles:
        raise _RolesMissing(token)
    return token


def _no_token(state: RunState, error: EntraRefused) -> NotReached:
    stack, outputs = state.facts.stack, state.facts.outputs
    tenant, client = outputs.tenant_id, outputs.client_id
    recreate = f"run `pulumi refresh --stack {stack}` and `pulumi up --stack {stack}`, then run this again"
    renew = (
        "declare a newer secret beside it (`secrets` in the stack's configuration), "
        f"run `pulumi up --stack {stack}`, then run this again"
    )
    told = {
        Reason.SECRET_REFUSED: f"Entra refuses the client secret of {client}: {renew}",
        Reason.SECRET_EXPIRED: f"The client secret of {client} has expired: {renew}",
        Reason.APPLICATION_UNKNOWN: f"{tenant} has no application {client}, though the stack holds it: {recreate}",
        Reason.SERVICE_PRINCIPAL_MISSING: f"The application {client} has no service principal in {tenant}, "
        f"though the stack holds it: {recreate}",
        Reason.APPLICATION_DISABLED: f"Sign-in is disabled for {client}: ask an administrator of {tenant} to "
        "enable it under Enterprise applications, then run this again",
        Reason.TENANT_UNKNOWN: f"Entra knows no tenant {tenant}: correct tenantDomain in the stack's configuration, "
        f"run `pulumi up --stack {stack}`, then run this again",
    }.get(error.reason, f"Entra gave no token for {client}: mend the cause it names, then run this again")
    claim = ClaimName.PROVISIONED if error.reason in _CONTRADICTS_STATE else ClaimName.GRAPH_READY
    code = f" (AADSTS{error.code})" if error.code else ""
    return NotReached(claim, error.reason, f"{told}{code}.", EntraEvidence(code=error.code, text=error.text))


def _roles_as_declared(state: RunState, token: AppToken) -> GraphReadyEvidence:
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
            f"{', '.join(missing)} waits for admin consent: ask an administrator of {outputs.tenant_id} to grant it to "
            f"{outputs.client_id} (Enterprise applications, Permissions), then run this again.",
            evidence,
        )
    if missing:
        raise _problem(
            Reason.GRANT_MISSING,
            f"{', '.join(missing)} is declared and not granted: run `pulumi refresh --stack {stack}` and "
            f"`pulumi up --stack {stack}` to grant it again, then run this again.",
            evidence,
        )
    if beside := [name for name in unexpected if name in outputs.exchange_permissions]:
        raise _problem(
            Reason.GRANT_UNEXPECTED,
            f"{', '.join(beside)} is granted in Entra for every mailbox beside the scope in Exchange, and the wider of "
            "the two counts: ask an administrator to revoke the grant in Entra, then run this again.",
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


def _directory_read(state: RunState, token: AppToken, evidence: GraphReadyEvidence) -> GraphReadyEvidence:
    if not READS_DIRECTORY & set(evidence.declared):
        return evidence
    state.services.progress.step("Reading the directory")
    try:
        told = state.services.microsoft.organization_id(token)
    except GraphRefused as error:
        raise _problem(
            Reason.DIRECTORY_REFUSED,
            f"Graph refuses the directory to the integration app ({error.text}): check its grants in Entra, "
            "then run this again.",
            evidence.model_copy(update={"directory_read": False}),
        ) from None
    if told.casefold() != state.facts.outputs.directory_id.casefold():
        raise _problem(
            Reason.TENANT_MISMATCH,
            f"Graph answers for directory {told}, and this stack belongs to {state.facts.outputs.directory_id}: "
            "check which cloud the environment names, then run this again.",
            evidence,
        )
    return evidence.model_copy(update={"directory_read": True})
