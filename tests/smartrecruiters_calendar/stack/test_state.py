"""The engine's state, read for what it holds and what it does not know."""

from smartrecruiters_calendar.stack.state import APPLICATION, SECRET, Deployment, Interrupted, Resource

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
