"""The post-deploy check on the real engine: the whole way, and each way it goes wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.workplace import PYTHON, Directory, Workplace

pytestmark = pytest.mark.engine

ALL_CLAIMS = ["provisioned", "graph-ready", "delivered", "rooms-loaded", "support-notified"]
UP_TO_PROVISIONED, UP_TO_GRAPH, UP_TO_DELIVERY = ALL_CLAIMS[:1], ALL_CLAIMS[:2], ALL_CLAIMS[:3]


def reached(result: dict[str, Any]) -> list[str]:
    return [claim["claim"] for claim in result["claims"] if claim["status"] == "reached"]


def saves(workplace: Workplace) -> int:
    """How often SmartRecruiters was asked to save, by the sandbox's own request log."""
    log = (workplace.home / "requests.jsonl").read_text().splitlines()
    return len([line for line in log if '"PUT"' in line and "/smartrecruiters/" in line])


def test_the_first_run_delivers_and_the_second_only_verifies(deployed_workplace: Workplace) -> None:
    first = deployed_workplace.post_deploy().json()
    assert (first["exitCode"], first["delivery"], reached(first)) == (0, "made", ALL_CLAIMS)
    key = deployed_workplace.outputs()["secretKeyId"]
    assert first["receipt"]["held"]["keyId"] == key
    assert saves(deployed_workplace) == 1

    second = deployed_workplace.post_deploy().json()
    assert (second["exitCode"], second["delivery"], reached(second)) == (0, "not-needed", ALL_CLAIMS)
    assert saves(deployed_workplace) == 1
    (rooms,) = [claim["evidence"]["rooms"] for claim in second["claims"] if claim["claim"] == "rooms-loaded"]
    assert {"boardroom@contoso.example", "atrium@contoso.example"} <= set(rooms["matched"])
    assert rooms["missing"] == []


def test_the_operators_list_of_rooms_is_compared_and_named_as_the_source(deployed: Workplace) -> None:
    result = deployed.post_deploy("--expect-from-operator").json()
    evidence = {claim["claim"]: claim["evidence"] for claim in result["claims"]}
    rooms = evidence["rooms-loaded"]["rooms"]
    assert rooms["expectedFrom"]["source"] == evidence["graph-ready"]["expectedFrom"]["source"] == "operator"
    assert rooms["expectedFrom"]["count"] == len(evidence["graph-ready"]["calendars"]) == len(rooms["matched"]) > 1
    assert rooms["renamed"] == []
    assert evidence["graph-ready"]["saver"]["enabled"]
    assert "saw" in deployed.run(PYTHON, "scripts/receipt.py", "--stack", "dev").stdout


def test_the_receipt_outlives_the_runner(deployed: Workplace) -> None:
    deployed.post_deploy()
    tags = deployed.run("pulumi", "stack", "tag", "ls", "--stack", "dev", "--json").json()
    assert any(name.startswith("calendar-integration:") for name in tags)
    key = deployed.outputs()["secretKeyId"]
    told = deployed.run(PYTHON, "scripts/receipt.py", "--stack", "dev", "--json").json()
    assert (told["exitCode"], told["receipt"]["held"]["keyId"], told["receipt"]["seen"]["keyId"]) == (0, key, key)


def _secret_removed(workplace: Workplace) -> None:
    outputs = workplace.outputs()
    deployer = Directory.sign_in(workplace, "contoso", "deployer")
    deployer.client.post(
        f"applications/{outputs['applicationObjectId']}/removePassword", json={"keyId": outputs["secretKeyId"]}
    ).raise_for_status()


def _grant_removed(workplace: Workplace) -> None:
    service_principal = workplace.outputs()["servicePrincipalObjectId"]
    deployer = Directory.sign_in(workplace, "contoso", "deployer")
    (grant,) = [
        grant
        for grant in deployer.get(f"servicePrincipals/{service_principal}/appRoleAssignments")
        if grant["appRoleId"] == "ef54d2bf-783f-4e0f-bca1-3210c0444d99"
    ]
    deployer.client.delete(f"servicePrincipals/{service_principal}/appRoleAssignments/{grant['id']}").raise_for_status()


def _unknown_tenant(workplace: Workplace) -> None:
    workplace.configure("tenantDomain", "nowhere.onmicrosoft.com")
    workplace.deploy()


def _page_refuses(workplace: Workplace) -> None:
    workplace.sandbox("fault", "page", "refuse-save")


def _page_is_down(workplace: Workplace) -> None:
    workplace.sandbox("fault", "page", "maintenance")


def _expects_a_persons_mailbox(workplace: Workplace) -> None:
    workplace.configure("expectedRooms[0]", "recruiting.admin@contoso.example")


def _expects_an_unknown_room(workplace: Workplace) -> None:
    workplace.configure("expectedRooms[0]", "nowhere@contoso.example")


def _microsoft_is_down(workplace: Workplace) -> None:
    workplace.sandbox("fault", "set", "--unavailable", "1")


def _signed_out(workplace: Workplace) -> None:
    (workplace.home / "smartrecruiters-session.json").unlink()


@dataclass(frozen=True)
class WayItGoesWrong:
    """What happens after the deployment, and how it must be told."""

    happens: Callable[[Workplace], None]
    exit_code: int
    reason: str
    names: str
    claims: list[str]
    sampled: bool = False
    """Whether `make test` plays it: one for each exit code. Without the engine every cause is always played."""


WAYS = [
    WayItGoesWrong(_secret_removed, 1, "secret-refused", "declare a newer secret", UP_TO_PROVISIONED, sampled=True),
    WayItGoesWrong(
        _grant_removed, 1, "grant-missing", "Calendars.ReadWrite is declared and not granted", UP_TO_PROVISIONED
    ),
    WayItGoesWrong(_unknown_tenant, 1, "tenant-unknown", "nowhere.onmicrosoft.com", UP_TO_PROVISIONED),
    WayItGoesWrong(_page_refuses, 1, "delivery-refused", "SmartRecruiters", UP_TO_GRAPH),
    WayItGoesWrong(
        _expects_a_persons_mailbox, 1, "room-not-loaded", "recruiting.admin@contoso.example", UP_TO_DELIVERY
    ),
    WayItGoesWrong(_expects_an_unknown_room, 1, "room-unknown", "nowhere@contoso.example", UP_TO_PROVISIONED),
    WayItGoesWrong(_page_is_down, 3, "smartrecruiters-unreachable", "SmartRecruiters", UP_TO_GRAPH, sampled=True),
    WayItGoesWrong(_microsoft_is_down, 3, "entra-unreachable", "Entra", UP_TO_PROVISIONED),
    WayItGoesWrong(_signed_out, 4, "sign-in-needed", "ign in", UP_TO_GRAPH, sampled=True),
]


@pytest.mark.parametrize(
    "way", [pytest.param(way, id=way.reason, marks=[] if way.sampled else [pytest.mark.full]) for way in WAYS]
)
def test_what_goes_wrong_is_told_with_its_cause_and_claims_only_what_was_reached(
    deployed_workplace: Workplace, way: WayItGoesWrong
) -> None:
    way.happens(deployed_workplace)
    done = deployed_workplace.post_deploy("--wait", "1", expect=way.exit_code)
    result = done.json()
    assert (result["exitCode"], result["reason"]) == (way.exit_code, way.reason)
    assert way.names in result["sentence"]
    assert reached(result) == way.claims
    assert (result["receipt"] or {"claims": []})["claims"] == way.claims
    assert (result["receipt"] is not None and result["receipt"]["held"] is not None) == ("delivered" in way.claims)
    assert "Traceback" not in done.printed


def test_a_failure_after_the_delivery_does_not_forget_which_key_is_held(deployed_workplace: Workplace) -> None:
    held = deployed_workplace.post_deploy().json()["receipt"]["held"]
    _grant_removed(deployed_workplace)
    failed = deployed_workplace.post_deploy(expect=1).json()
    assert failed["reason"] == "grant-missing"
    assert failed["receipt"]["held"] == held
    deployed_workplace.pulumi("refresh", "--yes")
    deployed_workplace.deploy()
    healed = deployed_workplace.post_deploy().json()
    assert (healed["exitCode"], healed["delivery"]) == (0, "not-needed")
    assert saves(deployed_workplace) == 1


def test_an_unknown_stack_is_a_usage_error(workplace: Workplace) -> None:
    result = workplace.post_deploy("--stack", "nobody", expect=2).json()
    assert result["reason"] == "stack-unknown"


def test_a_moved_clock_ends_the_secret(deployed_workplace: Workplace) -> None:
    deployed_workplace.post_deploy()
    deployed_workplace.sandbox("fault", "clock", "--forward", "366d")
    assert deployed_workplace.post_deploy(expect=1).json()["reason"] == "secret-expired"
    refused = deployed_workplace.pulumi("preview", expect=None)
    assert refused.exit_code != 0
    assert "no declared secret is valid any more; the newest ended on 2027-12-01" in refused.printed
