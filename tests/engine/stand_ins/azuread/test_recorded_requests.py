"""The stand-in asks what the official plugin 6.10.0 was recorded asking, over a stack's whole life."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.engine.stand_ins.azuread import declared
from tests.engine.stand_ins.azuread.engine_calls import APPLICATION, Engine, Resource, engine
from tests.engine.stand_ins.azuread.toy_graph import (
    CALENDARS_READ_WRITE,
    CALLER,
    CLIENT_ID,
    CLIENT_SECRET,
    DIRECTORY_READ_ALL,
    GRAPH_APP_ID,
    GRAPH_SP,
    TENANT,
    Asked,
    ToyGraph,
)

RECORDED = Path(__file__).parents[3] / "sandbox" / "recordings" / "azuread-plugin-traffic.jsonl"
RECORDED_VALUES = {
    "11111111-1111-1111-1111-111111111111": "{tenant}",
    "22222222-2222-2222-2222-222222222222": "{client id}",
    "client_secret=abc": "client_secret={client secret}",
    "00000000-0000-0000-0000-000000000005": "{caller}",
    "093c76c9-d596-43fd-aa9a-2a71e0e7ff6c": "{graph}",
    "df259d02-ea3a-47c3-8743-8c44b2dfce9a": "{application}",
    "b27a36fd-c304-49b5-8fc6-a4354b250a7b": "{app id}",
    "cf5693c7-7baf-4ded-9e60-d7f1ffd06b1d": "{service principal}",
    "2748be68-4ba1-4dd9-804e-d98eaaff588c": "{key}",
    "a0e4ef85-4330-47fd-80ce-457c1779008c": "{key}",
}
"""What stands in the recording for values that differ from run to run."""
RENAMED = "SmartRecruiters Calendar (renamed)"
SIDE_BY_SIDE = "preview --refresh: nothing changed"
"""Here the engine read an application and its secret, which is the application again, at the same time."""


@dataclass
class Stack:
    """What the engine would keep, and what was asked at each step."""

    graph: ToyGraph = field(default_factory=ToyGraph)
    resources: dict[str, Resource] = field(default_factory=dict)
    asked: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, *, looks_up: bool = True) -> Iterator[Engine]:
        """One run of `pulumi`: a fresh plugin process that signs in and answers the program's functions."""
        with engine(self.graph.transport()) as pulumi:
            pulumi.configure()
            if looks_up:
                pulumi.invoke("getDomains", onlyInitial=True)
                pulumi.invoke("getServicePrincipal", clientId=GRAPH_APP_ID)
            yield pulumi
        self.asked[name] = [self._as_recorded(one) for one in self.graph.take()]

    def _as_recorded(self, asked: Asked) -> dict[str, Any]:
        return with_placeholders(
            {"method": asked.method, "path": asked.path, "query": asked.query, "request": asked.body},
            dict(self._placeholders()),
        )

    def _placeholders(self) -> Iterator[tuple[str, str]]:
        yield from ((TENANT, "{tenant}"), (CLIENT_ID, "{client id}"), (CLIENT_SECRET, "{client secret}"))
        yield from ((CALLER, "{caller}"), (GRAPH_SP, "{graph}"))
        for name, key, placeholder in (
            ("application", "objectId", "{application}"),
            ("application", "clientId", "{app id}"),
            ("service principal", "objectId", "{service principal}"),
            ("first secret", "keyId", "{key}"),
            ("second secret", "keyId", "{key}"),
        ):
            if name in self.resources:
                yield self.resources[name].outputs[key], placeholder


def recorded() -> dict[str, list[dict[str, Any]]]:
    steps: dict[str, list[dict[str, Any]]] = {}
    for line in RECORDED.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if "step" in entry:
            current = steps.setdefault(entry["step"], [])
        else:
            request = {name: entry[name] for name in ("method", "path", "query", "request")}
            current.append(with_placeholders(request, RECORDED_VALUES))
    return steps


def with_placeholders(request: dict[str, Any], placeholders: dict[str, str]) -> dict[str, Any]:
    text = json.dumps(request)
    for value, placeholder in placeholders.items():
        text = text.replace(value, placeholder)
    text = re.sub(r"TERRAFORM_UPDATE_[0-9a-f-]{36}", "TERRAFORM_UPDATE_{uuid}", text)
    text = re.sub(r"(appRoleAssignedTo/)[\w-]{43}", r"\1{grant}", text)
    return dict(json.loads(text))


def replay() -> Stack:
    """The steps of the recording, as the engine drives them."""
    stack = Stack()
    known = stack.resources
    with stack.step("up: create everything") as pulumi:
        known["application"] = pulumi.create(APPLICATION, **declared.application())
        known["first secret"] = declared.password(pulumi, known["application"], "2028-11-23")
        known["service principal"] = declared.service_principal(pulumi, known["application"])
        known["calendars"] = declared.grant(pulumi, known["service principal"], CALENDARS_READ_WRITE)
        known["directory"] = declared.grant(pulumi, known["service principal"], DIRECTORY_READ_ALL)
    with stack.step("preview: nothing changed") as pulumi:
        for resource in known.values():
            assert not pulumi.diff(resource, **resource.inputs).diffs
    with stack.step("preview --refresh: nothing changed") as pulumi:
        for resource in known.values():
            assert pulumi.read(resource).id == resource.resource_id
    with stack.step("up: display name changed") as pulumi:
        assert pulumi.diff(known["application"], **declared.application(displayName=RENAMED)).diffs == ["displayName"]
        known["application"] = pulumi.update(known["application"], **declared.application(displayName=RENAMED))
    with stack.step("up: second secret added") as pulumi:
        known["second secret"] = declared.password(pulumi, known["application"], "2029-11-23")
    with stack.step("up: first secret removed") as pulumi:
        pulumi.delete(known["first secret"])
    with stack.step("up: grants removed") as pulumi:
        pulumi.delete(known["directory"])
        pulumi.delete(known["calendars"])
    with stack.step("up: grants added again") as pulumi:
        known["calendars"] = declared.grant(pulumi, known["service principal"], CALENDARS_READ_WRITE)
        known["directory"] = declared.grant(pulumi, known["service principal"], DIRECTORY_READ_ALL)
    with stack.step("destroy", looks_up=False) as pulumi:
        for name in ("directory", "calendars", "service principal", "second secret", "application"):
            pulumi.delete(known[name])
    return stack


def in_lines(requests: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Requests in order, apart for each object, because the engine handles independent resources side by side."""
    lines: dict[str, list[dict[str, Any]]] = {"sign-in": [], "application": [], "service principal": []}
    for request in requests:
        path = request["path"]
        if path.startswith("/metadata") or path.endswith("/token"):
            lines["sign-in"].append(request)
        elif "/applications" in path:
            lines["application"].append(request)
        elif "{service principal}" in path or (request["method"] == "POST" and path.endswith("/servicePrincipals")):
            lines["service principal"].append(request)
    return lines


def counted(requests: list[dict[str, Any]]) -> Counter[str]:
    return Counter(unquote(json.dumps(request, sort_keys=True)) for request in requests)


def test_every_step_of_a_stacks_life_asks_what_the_official_plugin_asked() -> None:
    asked = replay().asked
    expected = recorded()

    assert list(asked) == list(expected)
    for step in expected:
        assert counted(asked[step]) == counted(expected[step]), step


def test_requests_on_one_object_come_in_the_recorded_order() -> None:
    asked = replay().asked

    for step, requests in recorded().items():
        if step != SIDE_BY_SIDE:
            assert in_lines(asked[step]) == in_lines(requests), step


def test_a_grant_is_made_between_a_look_at_its_resource_and_a_look_at_itself() -> None:
    asked = replay().asked["up: grants added again"]

    grants = [(one["method"], one["path"]) for one in asked if "{graph}" in one["path"] and "/v1.0/" in one["path"]]

    path = "/v1.0/servicePrincipals/{graph}"
    made = [("GET", path), ("POST", f"{path}/appRoleAssignedTo"), ("GET", f"{path}/appRoleAssignedTo/{{grant}}")]
    assert grants == made * 2
