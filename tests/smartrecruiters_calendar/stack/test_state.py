"""The engine's state, read for what it holds and what it does not know."""

from smartrecruiters_calendar.stack.state import (
    APPLICATION,
    GRANT,
    SECRET,
    SERVICE_PRINCIPAL,
    VAULT_SECRET,
    Deployment,
    Interrupted,
    Resource,
)

ROOT = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev"
URN = "urn:pulumi:dev::p::c$azuread:index/application:Application::smartrecruiters-application"
EXPORTED = {
    "version": 4,
    "deployment": {
        "resources": [
            {"urn": ROOT, "type": "pulumi:pulumi:Stack"},
            {"urn": URN, "type": APPLICATION, "id": "/applications/object-1", "inputs": {"displayName": "x"}},
            {"urn": "u::secret", "type": SECRET, "id": "object-1/password/key-1"},
            {"urn": "u::other-secret", "type": SECRET, "id": "object-1/password/key-2"},
        ],
        "pending_operations": [{"type": "creating", "resource": {"urn": "u::third", "type": SECRET, "inputs": {}}}],
    },
}


def test_it_tells_objects_by_the_last_part_of_their_ids() -> None:
    state = Deployment.read(EXPORTED)
    assert (state.root, state.application, state.key_ids) == (ROOT, "object-1", frozenset({"key-1", "key-2"}))
    assert state.of_type(APPLICATION) == [Resource(URN, APPLICATION, "/applications/object-1")]
    assert state.of_type(APPLICATION)[0].name == "smartrecruiters-application"


def test_it_tells_what_was_begun_and_never_ended() -> None:
    state = Deployment.read(EXPORTED)
    assert state.interrupted == (Interrupted("creating", Resource("u::third", SECRET, "")),)
    assert state.was_creating(SECRET)
    assert not state.was_creating(APPLICATION)


def test_a_stack_that_was_never_deployed_is_empty() -> None:
    for exported in ({"version": 3}, {"version": 3, "deployment": {}}, {"deployment": {"resources": None}}):
        state = Deployment.read(exported)
        assert (state.root, state.application, state.interrupted) == (None, None, ())


KINDS = {
    "version": 3,
    "deployment": {
        "resources": [
            {
                "urn": ROOT,
                "type": "pulumi:pulumi:Stack",
                "outputs": {
                    "clientId": "client",
                    "applicationObjectId": "object-1",
                    "servicePrincipalObjectId": "principal-1",
                    "tenantId": "contoso.example",
                    "directoryId": "directory",
                    "secretKeyId": "key-2",
                },
            },
            {"urn": "u::p::providers::azuread", "type": "pulumi:providers:azuread", "id": "d34db33f"},
            {"urn": URN, "type": APPLICATION, "id": "/applications/object-1", "protect": True},
            {"urn": "u::sp", "type": SERVICE_PRINCIPAL, "id": "/servicePrincipals/principal-1"},
            {"urn": "u::grant", "type": GRANT, "id": "/servicePrincipals/graph/appRoleAssignedTo/grant-1"},
            *(
                {
                    "urn": f"u::smartrecruiters-secret-{issued}",
                    "type": SECRET,
                    "id": f"object-1/password/{key}",
                    "outputs": {"keyId": key, "displayName": f"dev {issued}", "endDate": f"{ends}T00:00:00Z"},
                }
                | fields
                for issued, ends, key, fields in (
                    ("2025-12-01", "2026-12-01", "key-1", {"protect": True}),
                    ("2026-11-10", "2027-11-10", "key-2", {}),
                    ("2026-11-10", "2027-11-09", "key-0", {"delete": True}),
                )
            ),
            {"urn": "u::vault", "type": VAULT_SECRET, "id": "/subscriptions/1/secrets/dev"},
        ],
        "pending_operations": [{"type": "creating", "resource": {"urn": "u::third", "type": SECRET}}],
    },
}


def test_audit_rotation_and_recovery_get_the_same_answers_from_one_state_with_every_kind_of_resource() -> None:
    state = Deployment.read(KINDS)
    assert [(one.key_id, one.issued.isoformat(), one.protected) for one in state.secrets] == [
        ("key-2", "2026-11-10", False),
        ("key-1", "2025-12-01", True),
    ]
    assert state.app is not None
    assert state.app.application_object_id == state.application == "object-1"
    assert state.app.key_ids == {secret.issued: secret.key_id for secret in state.secrets}
    assert state.app.key_names == {secret.issued: secret.name for secret in state.secrets}
    assert state.current_key_id in state.app.key_ids.values()
    assert state.key_ids == {secret.key_id for secret in state.secrets} | {"key-0"}, "one that is replaced is not lost"
    assert state.was_creating(SECRET)
    assert [one.last_part for one in (*state.of_type(SERVICE_PRINCIPAL), *state.of_type(GRANT))] == [
        "principal-1",
        "grant-1",
    ]
