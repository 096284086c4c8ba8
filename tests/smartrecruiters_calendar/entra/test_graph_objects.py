"""Graph's objects have the types that they are read by; whatever else is in an answer is no answer, and is named.

Real answers of the sandbox are recorded once, then replayed with one property changed.
"""

import copy
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeAlias

import httpx
import pytest
import stamina
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from components import configuration
from sandbox.core.home import Home
from sandbox.seed import creation
from smartrecruiters_calendar.audit.entra import read_evidence
from smartrecruiters_calendar.entra import graph_objects, questions
from smartrecruiters_calendar.entra.app_token import AppToken, read_token
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.directory import MOST_PAGES, Directory
from smartrecruiters_calendar.entra.errors import GraphRefused, GraphUnreachable
from smartrecruiters_calendar.entra.graph_objects import GraphObject
from smartrecruiters_calendar.entra.tenant import Tenant
from smartrecruiters_calendar.outcome import ExitCode
from smartrecruiters_calendar.plain_text import printable
from tests.sandbox.in_process import BASE_URL, Caller, InProcess
from tests.smartrecruiters_calendar.audit.deployed_app import NAME, READS, DeployedApp

Question: TypeAlias = Callable[[Directory], object]
Place: TypeAlias = tuple[str | int, ...]
CLOUD: Final = Cloud(BASE_URL, BASE_URL)
TOKEN: Final = AppToken(SecretStr("header.payload.signature"), "directory", "app", frozenset())
GONE: Final = object()
SAMPLED: Final = 4
"""`make test` tries one in so many wrong values: each property gets some, and each value many properties."""
WRONG: Final[tuple[Any, ...]] = (GONE, None, 5, True, "", "\x1b[31m/../", [], [None], {})


class Recorded:
    """What Graph answered to one question, and the same question with other answers."""

    def __init__(self, question: Question, caller: Caller) -> None:
        self._question, self._token = question, read_token(caller.token)
        self.documents: list[Any] = []

        def record(request: httpx.Request) -> httpx.Response:
            response = caller.entra.request(
                request.method, str(request.url), headers=request.headers, content=request.content
            )
            self.documents.append(shortened(response.json()))
            return httpx.Response(response.status_code, content=response.content)

        with Directory(CLOUD, self._token, httpx.MockTransport(record)) as directory:
            question(directory)

    def ask(self, documents: Sequence[Any]) -> object:
        answers = iter(documents)

        def answer(_: httpx.Request) -> httpx.Response:
            # An answer that leads elsewhere is asked for more: the last one is repeated until the reader ends it.
            return httpx.Response(200, content=json.dumps(next(answers, documents[-1])).encode())

        with Directory(CLOUD, self._token, httpx.MockTransport(answer)) as directory:
            return self._question(directory)

    def changed(self) -> Iterator[tuple[Place, object, list[Any]]]:
        for number, document in enumerate(self.documents):
            for place in places(document):
                for wrong in WRONG:
                    documents = copy.copy(self.documents)
                    documents[number] = put(document, place, wrong)
                    yield (number, *place), wrong, documents


def shortened(document: Any) -> Any:
    """With two items of each list."""
    if isinstance(document, dict):
        return {key: shortened(value) for key, value in document.items()}
    return [shortened(one) for one in document[:2]] if isinstance(document, list) else document


def places(document: Any) -> Iterator[Place]:
    """Every property, and the first object of every list."""
    inside = document.items() if isinstance(document, dict) else enumerate(document[:1])
    for key, value in inside:
        yield (key,)
        if isinstance(value, dict | list):
            yield from ((key, *rest) for rest in places(value))


def put(document: Any, place: Place, value: object) -> Any:
    """A copy with one value changed; what is beside it is shared."""
    changed = copy.copy(document)
    key, *rest = place
    if rest:
        changed[key] = put(document[key], tuple(rest), value)
    elif value is GONE:
        del changed[key]
    else:
        changed[key] = value
    return changed


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Recorded]]:
    home = Home(tmp_path_factory.mktemp("tenant") / "home")
    creation.ensure(home)
    entra = InProcess(home)
    app = DeployedApp.make(entra)
    operator = entra.caller(*READS, "Place.Read.All", "User.Read.All", "Calendars.Read")
    deployed = app.deployed
    asked: dict[str, Question] = {
        "the evidence of an audit": partial(
            read_evidence, deployed=deployed, settings=configuration.parse(app.configuration)
        ),
        "a registration": lambda directory: Tenant(CLOUD, directory).registration(deployed.application_object_id),
        "registrations by name": lambda directory: Tenant(CLOUD, directory).named(NAME),
        "names of permissions": lambda directory: Tenant(CLOUD, directory).permission_names(),
        "grants": lambda directory: Tenant(CLOUD, directory).grants_to(deployed.service_principal_object_id),
        "objects by name": lambda directory: Tenant(CLOUD, directory).objects_named(NAME),
        "which directory": questions.organization_id,
        "rooms": questions.rooms,
        "calendars": lambda directory: questions.calendars(directory, ["boardroom@contoso.example"]),
        "an account": lambda directory: questions.account(directory, "recruiting.admin@contoso.example"),
        "the tenant's policy": lambda directory: graph_objects.Policy.read(
            directory.get("policies/defaultAppManagementPolicy")
        ),
    }
    yield {what: Recorded(question, operator) for what, question in asked.items()}
    entra.close()


def refusal(question: Recorded, documents: Sequence[Any]) -> GraphUnreachable | GraphRefused | None:
    """None: it was answered."""
    try:
        question.ask(documents)
    except (GraphUnreachable, GraphRefused) as refused:
        return refused
    return None


@pytest.mark.parametrize("step", [SAMPLED, pytest.param(1, marks=pytest.mark.full)])
def test_whatever_a_property_holds_it_is_read_or_named(recorded: dict[str, Recorded], step: int) -> None:
    """Each property of each answer to each question, with each wrong value; of these one in `step`."""
    refusals = []
    with stamina.set_testing(True, attempts=1):
        for question in recorded.values():
            refusals += [
                (place, wrong, refused)
                for place, wrong, documents in itertools.islice(question.changed(), 0, None, step)
                if (refused := refusal(question, documents))
            ]
    assert len(refusals) > 1000 / step
    # A list in which the tenant is missing is the one answer that is a refusal: it names no directory.
    assert {one.exit_code for *_, one in refusals if not isinstance(one, GraphRefused)} == {ExitCode.UNKNOWN}
    assert [(place, wrong) for place, wrong, one in refusals if not one.sentence.isprintable()] == []


@pytest.mark.parametrize("name", ["passwordCredentials", "keyCredentials", "requiredResourceAccess", "appId", "id"])
@pytest.mark.parametrize(
    "wrong", [GONE, None, 5, "no ID", {}, [1], [None]], ids=lambda one: "gone" if one is GONE else repr(one)
)
def test_what_is_not_told_is_never_taken_for_nothing(recorded: dict[str, Recorded], name: str, wrong: object) -> None:
    question = recorded["a registration"]
    first, *others = question.documents
    with pytest.raises(GraphUnreachable, match=rf"the answer shows the application.+without a usable {name}"):
        question.ask([put(first, (name,), wrong), *others])


@pytest.mark.parametrize(
    ("property_name", "wrong"),
    [
        ("endDateTime", "yesterday"),
        ("endDateTime", "2026-12-01"),
        ("endDateTime", "2026-12-01T00:00:00"),
        ("endDateTime", "2026-02-30T00:00:00Z"),
        ("endDateTime", 1_800_000_000),
        ("startDateTime", []),
        ("keyId", None),
        ("keyId", "../x"),
    ],
)
def test_a_credential_that_is_not_one_is_named_by_its_place(
    recorded: dict[str, Recorded], property_name: str, wrong: object
) -> None:
    question = recorded["a registration"]
    first, *others = question.documents
    with pytest.raises(GraphUnreachable, match=rf"without a usable passwordCredentials\.0\.{property_name}"):
        question.ask([put(first, ("passwordCredentials", 0, property_name), wrong), *others])


@pytest.mark.parametrize(
    "written", ["2026-12-01T08:00:00Z", "2026-12-01T08:00:00.1234567Z", "2026-12-01T08:00:00+00:00"]
)
def test_a_time_is_read_in_every_form_that_graph_has(written: str) -> None:
    read = graph_objects.GraphCredential.read({"keyId": "key", "endDateTime": written})
    assert read.end_date_time
    assert read.end_date_time.replace(microsecond=0).isoformat() == "2026-12-01T08:00:00+00:00"


def test_what_graph_may_leave_empty_may_be_empty(recorded: dict[str, Recorded]) -> None:
    question = recorded["a registration"]
    first, *others = question.documents
    for name in ("createdDateTime", "displayName", "web", "spa", "publicClient"):
        assert question.ask([put(first, (name,), None), *others])


def test_a_collection_without_an_end_is_left(recorded: dict[str, Recorded]) -> None:
    pages = (
        {"value": [], "@odata.nextLink": f"{BASE_URL}/v1.0/users?$skiptoken={number}"} for number in itertools.count()
    )
    with (
        Directory(CLOUD, TOKEN, httpx.MockTransport(lambda _: httpx.Response(200, json=next(pages)))) as directory,
        pytest.raises(GraphUnreachable, match="do not end after"),
    ):
        list(directory.pages("users"))
    assert directory.requests == MOST_PAGES + 1


KINDS: Final = [kind for kind in GraphObject.__subclasses__() if not kind.__name__.startswith("_")]
JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(kind=st.sampled_from(KINDS), document=JSON, data=st.data())
def test_any_document_is_read_or_refused(kind: type[GraphObject], document: Any, data: st.DataObject) -> None:
    names = [field.alias or name for name, field in kind.model_fields.items()]
    known = data.draw(st.dictionaries(st.sampled_from(names), JSON, max_size=len(names)))
    for one in (document, known):
        with suppress(GraphUnreachable):
            read = kind.read(one)
            assert all(printable(text) == text for text in vars(read).values() if isinstance(text, str))
