"""Every exchange that the official azuread plugin was recorded in is answered here as it was there.

The recording was taken against a naive stand-in, so it tells what the plugin sends and what it needs, not every
property that Microsoft adds: what was answered then must be answered now, more may be.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from sandbox.api.evidence import rows_shown_by
from sandbox.server import request_log
from tests.sandbox import evidence
from tests.sandbox.in_process import BASE_URL, Identity, InProcess

RECORDING = Path(__file__).parents[1] / "recordings" / "azuread-plugin-traffic.jsonl"

RECORDED_TENANT = "11111111-1111-1111-1111-111111111111"
RECORDED_CALLER = "00000000-0000-0000-0000-000000000005"
RECORDED_GRAPH = "093c76c9-d596-43fd-aa9a-2a71e0e7ff6c"

OWN_VALUES = {
    "id",
    "appId",
    "keyId",
    "secretText",
    "hint",
    "access_token",
    "expires_in",
    "createdDateTime",
    "startDateTime",
    "publisherDomain",
    "principalDisplayName",
    "supportedServices",
    "message",
    "isDefault",
}
"""Properties of which only the presence and the type are compared: their values are the service's own."""

MADE_UP_TEXTS = {"x", "c"}
"""What the recorded stand-in answered where Microsoft has a text."""

INVENTED = {"_owners", "@odata.type", "optionalClaims", "audiences"}
"""What the recorded stand-in answered and Microsoft would not."""


def exchanges() -> Iterator[dict[str, Any]]:
    for line in RECORDING.read_text().splitlines():
        exchange = json.loads(line)
        if "step" not in exchange:
            yield exchange


class Replay:
    """Plays the recording, with this sandbox's identifiers in place of the recorded ones."""

    def __init__(self, entra: InProcess, identity: Identity) -> None:
        self.entra = entra
        self.identity = identity
        self.token = ""
        graph = self._graph_id()
        self.names = {RECORDED_TENANT: entra.contoso.id, RECORDED_CALLER: identity.object_id, RECORDED_GRAPH: graph}

    def _graph_id(self) -> str:
        row = self.entra.store.one(
            "SELECT id FROM objects WHERE tenant = ? AND key = '00000003-0000-0000-c000-000000000000'",
            (self.entra.contoso.number,),
        )
        found: str = row["id"]
        return found

    def here(self, recorded: Any) -> Any:
        text = json.dumps(recorded)
        for then, now in self.names.items():
            text = text.replace(then, now)
        return json.loads(text)

    def play(self, exchange: dict[str, Any]) -> tuple[int, Any]:
        path = self.here(exchange["path"])
        if path.endswith("/oauth2/v2.0/token"):
            form = {name: values[0] for name, values in parse_qs(exchange["request"]).items()}
            assert form["scope"] == f"{BASE_URL}/.default"
            form |= {"client_id": self.identity.client_id, "client_secret": self.identity.client_secret}
            answer = self.entra.request("POST", path, data=form)
            self.token = answer.json()["access_token"]
        else:
            answer = self.entra.request(
                exchange["method"],
                path,
                params=self.here(exchange["query"]),
                headers={"Authorization": f"Bearer {self.token}"},
                **({"json": self.here(exchange["request"])} if exchange["request"] is not None else {}),
            )
        body = answer.json() if answer.content else None
        self._learn(exchange["response"], body)
        return answer.status_code, body

    def _learn(self, then: Any, now: Any) -> None:
        """Remember which identifier here stands for which in the recording."""
        if isinstance(then, dict) and isinstance(now, dict):
            for name in ("id", "appId", "keyId"):
                if isinstance(then.get(name), str) and isinstance(now.get(name), str):
                    self.names.setdefault(then[name], now[name])


def missing(then: Any, now: Any, where: str) -> Iterator[str]:
    """What the recorded answer holds and the present one does not."""
    name = where.rpartition(".")[2]
    if isinstance(then, dict) and isinstance(now, dict):
        for key in then.keys() - INVENTED:
            if key not in now:
                yield f"{where}.{key} is missing"
            else:
                yield from missing(then[key], now[key], f"{where}.{key}")
    elif isinstance(then, list) and isinstance(now, list):
        for old in then:
            same = [new for new in now if _key(new) == _key(old)]
            if same:
                yield from missing(old, same[0], where)
            else:
                yield f"{where}: without {_key(old)!r}"
    elif (type(then) is not type(now) and then is not None) or (
        name not in OWN_VALUES and isinstance(then, str | bool | int) and then != now and then not in MADE_UP_TEXTS
    ):
        yield f"{where}: {now!r} instead of {then!r}"


def _key(item: Any) -> Any:
    return (
        next((item[name] for name in ("id", "keyId", "resourceAppId") if name in item), item)
        if isinstance(item, dict)
        else item
    )


PERMISSIONS = (
    "Application.ReadWrite.OwnedBy",
    "Application.Read.All",
    "AppRoleAssignment.ReadWrite.All",
    "Domain.Read.All",
)


def narrowed(exchange: dict[str, Any]) -> Any:
    """The recorded answer without what `$select` leaves out and the recorded stand-in, which ignored it, answered."""
    response = exchange["response"]
    selected = exchange["query"].get("$select")
    if selected is None or not isinstance(response, dict):
        return response
    return {}


@pytest.fixture
def replay(entra: InProcess) -> Replay:
    return Replay(entra, entra.identity(*PERMISSIONS))


def test_the_recording_replays_in_order(replay: Replay) -> None:
    problems: list[str] = []
    for number, exchange in enumerate(exchanges(), 1):
        status, body = replay.play(exchange)
        what = f"{number} {exchange['method']} {exchange['path']}"
        if status != exchange["status"]:
            problems.append(f"{what}: {status} instead of {exchange['status']} {body}")
        else:
            problems += missing(replay.here(narrowed(exchange)), body, what)
    assert not problems, "\n".join(problems)
    answered = evidence.rows(request_log.read(replay.entra.home.request_log))
    evidence.note(evidence.PLUGIN_TRAFFIC, answered)
    assert rows_shown_by(evidence.PLUGIN_TRAFFIC) <= answered


def test_selected_properties_of_beta_are_answered_alone(replay: Replay) -> None:
    answered = {}
    for exchange in exchanges():
        _, body = replay.play(exchange)
        if exchange["path"].startswith("/beta/"):
            answered[exchange["query"]["$select"]] = {name for name in body if not name.startswith("@")}
    assert answered == {
        "samlMetadataUrl": {"samlMetadataUrl"},
        "oauth2RequirePostResponse": {"oauth2RequirePostResponse"},
    }


def test_without_domain_read_all_only_the_look_at_the_domains_is_refused(entra: InProcess) -> None:
    replay = Replay(entra, entra.identity(*PERMISSIONS[:-1]))
    refused = [exchange["path"] for exchange in exchanges() if replay.play(exchange)[0] == 403]
    assert set(refused) == {"/v1.0/domains"}


@pytest.mark.parametrize(
    ("without", "first_refused"),
    [
        ("Application.ReadWrite.OwnedBy", "POST /v1.0/applications"),
        ("AppRoleAssignment.ReadWrite.All", "POST appRoleAssignedTo"),
        ("Application.Read.All", "POST appRoleAssignedTo"),
        ("Domain.Read.All", "GET /v1.0/domains"),
    ],
)
def test_without_one_of_the_deployers_permissions_a_named_step_is_refused(
    entra: InProcess, without: str, first_refused: str
) -> None:
    replay = Replay(entra, entra.identity(*(name for name in PERMISSIONS if name != without)))
    for exchange in exchanges():
        status, _ = replay.play(exchange)
        if status == 403:
            method, path = exchange["method"], exchange["path"]
            step = f"{method} {path}" if path.count("/") < 3 else f"{method} {path.rpartition('/')[2]}"
            assert step == first_refused
            return
    pytest.fail(f"nothing needed {without}")


def test_after_the_recorded_destroy_nothing_is_left(replay: Replay) -> None:
    before = [dict(row) for row in replay.entra.store.all("SELECT id FROM objects WHERE deleted IS NULL ORDER BY id")]
    grants = [dict(row) for row in replay.entra.store.all("SELECT id FROM grants ORDER BY id")]
    for exchange in exchanges():
        replay.play(exchange)
    after = [dict(row) for row in replay.entra.store.all("SELECT id FROM objects WHERE deleted IS NULL ORDER BY id")]
    assert after == before
    assert [dict(row) for row in replay.entra.store.all("SELECT id FROM grants ORDER BY id")] == grants
