"""Registrations that somebody made in the portal, adopted on the real engine: the same app, the same working secret."""

import contextlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from sandbox.core.home import Home
from sandbox.core.store import Store
from sandbox.directory.models import secrets
from sandbox.graph import tenants
from sandbox.seed.constants import CONTOSO
from tests.e2e.pages import commands
from tests.e2e.workplace import PYTHON, Directory, Done, Workplace
from tests.remedies.printed import Remedy

pytestmark = pytest.mark.engine

URL = "https://www.smartrecruiters.com/"
HAND = "SmartRecruiters Calendar ({})"

OTHERS, RECOVERY = "smartrecruiters_calendar/stack/other_stacks.py", "smartrecruiters_calendar/recovery/run.py"
OWN_NAME = Remedy(OTHERS, "pulumi config set --stack {} displayName {}")
FORGET = Remedy(OTHERS, "pulumi stack rm --stack {} --force --preserve-config --yes")
TAKE_OVER = Remedy(OTHERS, "smartrecruiters-calendar recover --stack {} {} --client-id {}")
CONFIRMED = Remedy("smartrecruiters_calendar/cli/recover.py", "smartrecruiters-calendar {} --yes")
TAKEN_OVER = [
    Remedy(RECOVERY, "pulumi up --stack {}"),
    Remedy(RECOVERY, "smartrecruiters-calendar post-deploy --stack {}"),
    Remedy(RECOVERY, "smartrecruiters-calendar adopt --stack {}"),
]

ADOPTION = "smartrecruiters_calendar/adoption/run.py"
ADOPTED = [
    Remedy(ADOPTION, "smartrecruiters-calendar post-deploy --stack {}"),
    Remedy(ADOPTION, "pulumi up --stack {}"),
]


@dataclass(frozen=True)
class Crooked:
    """A seeded registration, and what must be told about it."""

    name: str
    kinds: set[str] = field(default_factory=set)
    """Differences beside its name, its one foreign secret and the missing owners."""
    urls: list[str] = field(default_factory=lambda: [URL])
    """Redirect URLs right after the adoption."""
    left: set[str] = field(default_factory=lambda: {"secret-foreign"})
    """What is left for a person after the next `pulumi up`."""
    sampled: bool = True
    """Whether `make test` adopts it; `make test-full` adopts all."""


REGISTRATIONS = [
    Crooked("no consent", {"grant-missing"}, sampled=False),  # half done has it too
    Crooked("too much", {"grant-foreign"}, sampled=False),
    Crooked("half done", {"service-principal-missing", "grant-missing"}),
    Crooked("as in the guide", {"redirect-url-without-path", "request-foreign"}, sampled=False),
    Crooked("shared", {"redirect-url-foreign", "audience-differs"}, [URL, "https://hr.example/callback"]),
]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    with contextlib.closing(Workplace.open(tmp_path_factory.mktemp("adoption"))) as opened:
        yield opened


def adopt(workplace: Workplace, stack: str, *arguments: str, expect: int = 0) -> Done:
    return workplace.run(PYTHON, "scripts/adopt.py", "--stack", stack, "--json", *arguments, expect=expect)


def new_stack(workplace: Workplace, stack: str, display_name: str) -> None:
    shutil.copy(workplace.checkout / "Pulumi.dev.yaml", workplace.checkout / f"Pulumi.{stack}.yaml")
    workplace.run("pulumi", "stack", "init", stack)
    workplace.run("pulumi", "config", "set", "displayName", display_name, "--stack", stack)


def give_secret(workplace: Workplace, application: dict[str, Any]) -> str:
    """What SmartRecruiters holds before the adoption: a secret made by hand, whose value only it knows."""
    store, value = Store(Home(workplace.home).store), secrets.new_value()
    try:
        tenant = tenants.find(store, CONTOSO.id)
        assert tenant is not None
        secrets.add(store, tenant, application["id"], value, display_name="held", starts=0, ends=4e9)
    finally:
        store.close()
    return value


def opens(workplace: Workplace, client_id: str, secret: str) -> bool:
    """Whether Entra gives a token for these credentials."""
    directory = workplace.graph()
    address = f"https://{workplace.environment['ARM_METADATA_HOSTNAME']}"
    answer = directory.client.post(
        f"{address}/{CONTOSO.id}/oauth2/v2.0/token",
        data={
            "client_id": client_id,
            "client_secret": secret,
            "grant_type": "client_credentials",
            "scope": f"{address}/.default",
        },
    )
    return answer.is_success


def kinds(done: Done) -> set[str]:
    return {difference["kind"] for difference in done.json()["differences"]}


@pytest.mark.parametrize(
    "crooked",
    [pytest.param(one, id=one.name, marks=[] if one.sampled else [pytest.mark.full]) for one in REGISTRATIONS],
)
def test_a_crooked_registration_is_adopted_as_it_is_and_put_right_by_the_next_up(
    workplace: Workplace, crooked: Crooked
) -> None:
    stack, declared = crooked.name.replace(" ", "-"), f"Adopted {crooked.name}"
    new_stack(workplace, stack, declared)
    (before,) = workplace.graph().named("applications", HAND.format(crooked.name))
    held = give_secret(workplace, before)
    workplace.sandbox("own", before["appId"])

    adopted = adopt(workplace, stack, "--client-id", before["appId"])
    expected = crooked.kinds | {"name-differs", "secret-foreign"}
    made_good = {"grant-missing", "service-principal-missing", "redirect-url-without-path"}
    assert kinds(adopted) == expected - made_good
    (after,) = workplace.graph().named("applications", HAND.format(crooked.name))
    kept = ("id", "appId", "signInAudience", "requiredResourceAccess")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert sorted(after["web"]["redirectUris"]) == sorted(crooked.urls)
    old = {key["keyId"] for key in before["passwordCredentials"]}
    new = [key for key in after["passwordCredentials"] if key["keyId"] not in old and key["displayName"] != "held"]
    assert [key["displayName"] for key in new] == [f"{stack} 2026-12-01"]
    assert opens(workplace, before["appId"], held)

    deployer = Directory.sign_in(workplace, "contoso", "deployer").client
    for difference in adopted.json()["differences"]:
        if difference["settledBy"] == "before-delivery":
            (revoked,) = re.findall("^az rest --method DELETE --uri '([^']+)'$", difference["command"])
            deployer.delete(revoked).raise_for_status()
    for line in (one.in_(adopted.json()["sentence"]) for one in ADOPTED):
        workplace.run("bash", "-euc", line, environment={"PULUMI_SKIP_CONFIRMATIONS": "true"})
    (declared_now,) = workplace.graph().named("applications", declared)
    assert (declared_now["id"], declared_now["appId"]) == (before["id"], before["appId"])
    assert declared_now["web"]["redirectUris"] == [URL]
    assert declared_now["signInAudience"] == "AzureADMyOrg"
    assert opens(workplace, before["appId"], held)
    assert [text for text in workplace.printed if held in text] == []
    again = adopt(workplace, stack)
    assert again.json()["outcome"] == "adopted-before"
    assert kinds(again) == crooked.left


def test_the_pages_commands_adopt_deliver_and_tell_what_is_left(workplace: Workplace) -> None:
    (before,) = workplace.graph().named("applications", HAND.format("portal"))
    workplace.sandbox("own", before["appId"])
    *_, last = [workplace.run("bash", "-euc", line) for line in commands("adoption.md")]
    (after,) = workplace.graph().named("applications")
    assert (after["id"], after["appId"]) == (before["id"], before["appId"])
    (old,) = before["passwordCredentials"]
    assert f"--key-id {old['keyId']}" in last.stdout
    assert "After the delivery, by pulumi up" not in last.stdout
    held, secret = workplace.post_deploy().json()["receipt"]["held"], workplace.outputs()["clientSecret"]
    assert [text for text in workplace.printed if secret in text] == []
    assert (held["clientId"], held["keyId"]) == (before["appId"], workplace.outputs()["secretKeyId"])
    assert held["keyId"] != old["keyId"]


def test_of_two_with_the_same_name_none_is_taken(workplace: Workplace) -> None:
    new_stack(workplace, "twice", "Adopted twice")
    told = adopt(workplace, "twice", "--name", HAND.format("twice"), expect=4).json()
    assert told["reason"] == "application-ambiguous"
    listed = {candidate["clientId"] for candidate in told["candidates"]}
    assert listed == {found["appId"] for found in workplace.graph().named("applications", HAND.format("twice"))}


def test_one_that_the_deployer_does_not_own_waits_for_an_administrator_and_is_not_touched(workplace: Workplace) -> None:
    new_stack(workplace, "expired", "Adopted expired")
    (before,) = workplace.graph().named("applications", HAND.format("expired"))
    told = adopt(workplace, "expired", "--name", HAND.format("expired"), expect=4).json()
    assert told["reason"] == "administrator-needed"
    assert {"deployer-not-owner", "service-principal-not-owned"} <= {one["kind"] for one in told["differences"]}
    assert workplace.graph().named("applications", HAND.format("expired")) == [before]
    exported = workplace.run("pulumi", "stack", "export", "--stack", "expired").stdout
    assert not json.loads(exported)["deployment"].get("resources")


def second_stack(workplace: Workplace) -> tuple[dict[str, Any], str]:
    """Another stack with the same configuration; returns the first one's app, and the secret that is in use."""
    workplace.run("pulumi", "stack", "init", "second")
    shutil.copy(workplace.checkout / "Pulumi.dev.yaml", workplace.checkout / "Pulumi.second.yaml")
    (app,) = workplace.graph().named("applications")
    return app, workplace.outputs()["clientSecret"]


def test_the_live_app_of_another_stack_is_neither_adopted_nor_removed_nor_are_its_secrets_nobodys(
    delivered_workplace: Workplace,
) -> None:
    workplace = delivered_workplace
    app, secret = second_stack(workplace)
    told = workplace.run(PYTHON, "scripts/preflight.py", "--stack", "second", "--json", expect=1).json()["findings"]
    (twin,) = [one for one in told if one["check"] == "no-twin"]
    assert f"{app['appId']} belongs to the stack dev" in twin["sentence"]
    assert "adopt" not in twin["remedy"]

    for chosen in ((), ("--client-id", app["appId"]), ("--dry-run",)):
        refused = adopt(workplace, "second", *chosen, expect=1)
        assert refused.json()["reason"] == "application-of-another-stack"
        assert "az ad app" not in refused.printed
    lost = ("--stack", "second", "--from-stack", "dev", "--json", "--yes")
    assert workplace.run(PYTHON, "scripts/recover.py", *lost, expect=1).json()["reason"] == (
        "application-of-another-stack"
    )
    assert opens(workplace, app["appId"], secret)

    workplace.run("bash", "-euc", OWN_NAME.in_(twin["remedy"]))
    workplace.run("pulumi", "up", "--stack", "second", "--yes", "--skip-preview", "--non-interactive")
    workplace.run(PYTHON, "scripts/offboard.py", "--stack", "second", "--yes", "--json")
    assert opens(workplace, app["appId"], secret)


def test_an_app_in_two_states_is_not_removed_and_the_remedy_leaves_it_to_the_other(
    delivered_workplace: Workplace,
) -> None:
    workplace = delivered_workplace
    app, secret = second_stack(workplace)
    state = workplace.run("pulumi", "stack", "export", "--stack", "dev").stdout
    (workplace.checkout / "copied.json").write_text(state.replace("urn:pulumi:dev::", "urn:pulumi:second::"))
    workplace.run("pulumi", "stack", "import", "--stack", "second", "--file", "copied.json", "--force")
    refused = workplace.run(PYTHON, "scripts/offboard.py", "--stack", "second", "--yes", "--json", expect=1).json()
    assert refused["reason"] == "application-of-another-stack"
    workplace.run("bash", "-euc", FORGET.in_(refused["sentence"]))
    assert opens(workplace, app["appId"], secret)
    assert workplace.run(PYTHON, "scripts/recover.py", "--stack", "dev", "--json").json()["steps"] == []


def test_the_app_of_a_stack_whose_state_is_lost_for_good_is_taken_over_as_printed_without_a_gap(
    delivered_workplace: Workplace,
) -> None:
    workplace = delivered_workplace
    app, secret = second_stack(workplace)
    workplace.run("pulumi", "stack", "rm", "--stack", "dev", "--force", "--preserve-config", "--yes")
    refused = adopt(workplace, "second", expect=1).json()
    unconfirmed = workplace.run("bash", "-euc", f"{TAKE_OVER.in_(refused['sentence'])} --json </dev/null", expect=4)
    assert unconfirmed.json()["reason"] == "confirmation-needed"
    taken = workplace.run("bash", "-euc", CONFIRMED.in_(unconfirmed.json()["sentence"]))
    for line in (one.in_(taken.stdout) for one in TAKEN_OVER):
        workplace.run("bash", "-euc", line, environment={"PULUMI_SKIP_CONFIRMATIONS": "true"})
        assert opens(workplace, app["appId"], secret)
    (after,) = workplace.graph().named("applications")
    assert (after["id"], after["appId"]) == (app["id"], app["appId"])
    left = adopt(workplace, "second").json()
    assert [one["kind"] for one in left["differences"]] == ["secret-foreign"]
    workplace.run(PYTHON, "scripts/audit.py", "--stack", "second", "--json", expect=1)
    assert "is foreign" not in workplace.printed[-1]
    assert [text for text in workplace.printed if secret in text] == []
