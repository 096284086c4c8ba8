"""An app with a mailbox scope: what is in scope answers, everything else is refused, and post-deploy says which."""

from typing import Any

import pytest

from tests.e2e.pages import commands
from tests.e2e.workplace import PYTHON, Workplace
from tests.remedies.printed import Remedy

pytestmark = pytest.mark.engine

INSIDE, OUTSIDE = "boardroom@contoso.example", "former.admin@contoso.example"
NOT_DEPLOYED = Remedy("smartrecruiters_calendar/exchange/scope_script.py", "pulumi up --stack {}")
WRITE = Remedy(
    "smartrecruiters_calendar/post_deploy/mailbox_scope.py", "smartrecruiters-calendar exchange-scope --stack {}"
)
GROUP = "interviewers@contoso.example"
"""Holds the named rooms and the recruiters, and no equipment."""


def claims(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {claim["claim"]: claim for claim in result["claims"]}


def as_written(workplace: Workplace, *, up_to_deployment: bool) -> list[str]:
    """The page's commands, for this stack and these mailboxes."""
    told = {"acme-scope.ps1": str(workplace.home / "scope.ps1"), "acme": "dev", "scheduling@contoso.com": GROUP}
    told |= {"boardroom@contoso.com": INSIDE, "chief.executive@contoso.com": OUTSIDE}
    lines = commands("mailbox-scope.md")
    for written, meant in told.items():
        lines = [line.replace(written, meant) for line in lines]
    first = next(number for number, line in enumerate(lines) if line.startswith("smartrecruiters-calendar"))
    return lines[:first] if up_to_deployment else lines[first:]


def assert_only_the_scope_loads(result: dict[str, Any]) -> None:
    scope = claims(result)["graph-ready"]["evidence"]["scope"]
    assert scope["inside"] == {"address": INSIDE, "error": None}
    assert "ErrorAccessDenied" in scope["outside"]["error"]
    loaded = {room["address"] for room in claims(result)["rooms-loaded"]["evidence"]["rooms"]["loaded"]}
    assert INSIDE in loaded
    assert "projector@contoso.example" not in loaded


def test_exchange_rbac_then_an_access_policy_open_only_the_scope(workplace: Workplace) -> None:
    for line in as_written(workplace, up_to_deployment=True):
        workplace.run("bash", "-euc", line, environment={"PULUMI_SKIP_CONFIRMATIONS": "true"})
    workplace.pulumi("preview", "--policy-pack", "policy", "--expect-no-changes")
    outputs = workplace.outputs()
    assert outputs["permissions"] == outputs["requestedPermissions"] == ["Directory.Read.All"]
    assert outputs["exchangePermissions"] == ["Calendars.ReadWrite"]

    waiting = workplace.post_deploy(expect=4).json()
    assert waiting["reason"] == "exchange-scope-needed"
    shown = workplace.run("bash", "-euc", WRITE.in_(waiting["sentence"])).stdout
    assert outputs["servicePrincipalObjectId"] in shown
    write, prove = as_written(workplace, up_to_deployment=False)
    workplace.run("bash", "-euc", write)
    assert f"$ObjectId = '{outputs['servicePrincipalObjectId']}'" in (workplace.home / "scope.ps1").read_text()

    workplace.sandbox("mailbox", "assign", "--client-id", outputs["clientId"], "--scope", GROUP)
    scoped = workplace.run("bash", "-euc", f"{prove} --json").json()
    ready = claims(scoped)["graph-ready"]["evidence"]
    assert ready["roles"] == ready["declared"] == ["Directory.Read.All"]
    assert_only_the_scope_loads(scoped)
    audited = workplace.run(PYTHON, "scripts/audit.py", "--stack", "dev", "--json").json()
    (reach,) = [finding for finding in audited["findings"] if finding["check"] == "mailbox-scope"]
    assert GROUP in reach["sentence"]
    assert audited["counts"]["failed"] == 0

    workplace.sandbox("mailbox", "assign", "--client-id", outputs["clientId"], "--scope", "everything")
    assert workplace.post_deploy(expect=1).json()["reason"] == "exchange-scope-too-wide"
    workplace.sandbox("mailbox", "withdraw", "--client-id", outputs["clientId"])

    workplace.configure("calendarAccess", "access-policy")
    script = ("smartrecruiters-calendar", "exchange-scope", "--stack", "dev")
    early = workplace.run(*script, expect=2).printed
    up = NOT_DEPLOYED.in_(early)
    workplace.run("bash", "-euc", up, environment={"PULUMI_SKIP_CONFIRMATIONS": "true"})
    assert "New-ApplicationAccessPolicy" in workplace.run(*script).stdout
    assert set(workplace.outputs()["permissions"]) == {"Directory.Read.All", "Calendars.ReadWrite"}
    assert workplace.post_deploy(expect=4).json()["reason"] == "exchange-scope-needed"
    workplace.sandbox("mailbox", "restrict", "--client-id", outputs["clientId"], "--group", GROUP)
    assert_only_the_scope_loads(workplace.post_deploy().json())
