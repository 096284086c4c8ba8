"""Consent that moves between the pipeline and an administrator, on the real engine: no working grant is lost.

Every command that is typed here is typed as it was printed.
"""

import contextlib
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.graph_permissions import GRAPH_APP_ID, PERMISSIONS
from smartrecruiters_calendar.stack.state import GRANT, Deployment, Resource
from tests.e2e.crash import Point, killed, killed_between
from tests.e2e.pages import commands
from tests.e2e.workplace import PYTHON, Directory, Done, Workplace
from tests.remedies.printed import Remedy

pytestmark = pytest.mark.engine

GUIDE = ("Directory.Read.All", "Calendars.ReadWrite")
ROLES = {PERMISSIONS[name].app_role_id for name in GUIDE}
RECOVERY = (PYTHON, "scripts/recover.py", "--stack", "dev")
RECOVER = "smartrecruiters-calendar recover --stack dev"
PRINTED = Remedy("components/consent.py", "smartrecruiters-calendar recover --stack {}")
CHECKED_BY = Remedy("components/calendar_integration.py", "smartrecruiters-calendar post-deploy --stack {}")
FOUND = Remedy("smartrecruiters_calendar/preflight/checks/grants.py", "smartrecruiters-calendar recover --stack {}")


def grants(workplace: Workplace) -> dict[str, str]:
    """ID to role of what the integration app is granted."""
    directory = workplace.graph()
    (principal,) = directory.named("servicePrincipals")
    found = directory.get(f"servicePrincipals/{principal['id']}/appRoleAssignments")
    return {grant["id"]: grant["appRoleId"] for grant in found}


def tenant(workplace: Workplace) -> dict[str, object]:
    """All of the integration app in the tenant."""
    directory = workplace.graph()
    kinds = ("applications", "servicePrincipals")
    return {"grants": grants(workplace), **{kind: directory.named(kind) for kind in kinds}}


def consent(workplace: Workplace, *names: str) -> None:
    """What an administrator does by clicking *Grant admin consent*."""
    directory = Directory.sign_in(workplace, "contoso", "deployer")
    (principal,) = directory.named("servicePrincipals")
    (graph,) = directory.get(f"servicePrincipals?$filter=appId eq '{GRAPH_APP_ID}'")
    for name in names:
        body = {"principalId": principal["id"], "resourceId": graph["id"], "appRoleId": PERMISSIONS[name].app_role_id}
        directory.client.post(f"servicePrincipals/{principal['id']}/appRoleAssignments", json=body).raise_for_status()


def up(workplace: Workplace, expect: int | None = 0) -> Done:
    return workplace.pulumi("up", "--yes", "--skip-preview", expect=expect)


def in_state(workplace: Workplace) -> set[str]:
    """IDs of the grants that the state holds."""
    return {grant.last_part for grant in _held(workplace)}


def _held(workplace: Workplace) -> list[Resource]:
    return Deployment.read(workplace.pulumi("stack", "export").json()).of_type(GRANT)


def remedy(workplace: Workplace) -> str:
    """Of preflight's finding about the grants."""
    found = workplace.run(PYTHON, "scripts/preflight.py", "--stack", "dev", "--json", expect=1).json()
    return FOUND.in_(next(str(one["remedy"]) for one in found["findings"] if one["check"] == "grants-known"))


def type_printed(workplace: Workplace, printed: str) -> Done:
    return workplace.run("bash", "-c", PRINTED.in_(printed))


def check_whole(workplace: Workplace) -> None:
    """`up` has nothing to do, audit and preflight agree with the grants, and rooms load."""
    workplace.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
    audit = workplace.run(PYTHON, "scripts/audit.py", "--stack", "dev", "--json", expect=None).json()
    preflight = workplace.run(PYTHON, "scripts/preflight.py", "--stack", "dev", "--json", expect=None).json()
    verdicts = {one["check"]: one["status"] for one in audit["findings"]}
    verdicts |= {one["check"]: one["outcome"] for one in preflight["findings"]}
    assert verdicts["granted-as-declared"] == verdicts["grants-known"] == "PASS"
    assert workplace.post_deploy().json()["exitCode"] == 0


@pytest.fixture(params=[pytest.param("unprotected", marks=pytest.mark.full), "protected"])
def with_grants(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workplace]:
    opened = Workplace.open_delivered if request.param == "protected" else Workplace.open_deployed
    with contextlib.closing(opened(tmp_path)) as workplace:
        yield workplace


def test_from_declared_to_external_nothing_is_revoked(with_grants: Workplace) -> None:
    before = tenant(with_grants)
    with_grants.configure("adminConsent", "external")
    assert remedy(with_grants) == RECOVER
    for refused in (with_grants.pulumi("preview", expect=None), up(with_grants, expect=None)):
        assert refused.exit_code != 0
        assert RECOVER in " ".join(refused.printed.split())
    assert tenant(with_grants) == before
    type_printed(with_grants, refused.printed)
    assert in_state(with_grants) == set()
    for line in commands("recovery.md", "When consent moves"):
        with_grants.run("bash", "-euc", line)
    assert tenant(with_grants) == before
    check_whole(with_grants)


def test_from_external_to_declared_an_administrators_grants_are_taken_over(workplace: Workplace) -> None:
    workplace.configure("adminConsent", "external")
    waits = up(workplace)
    consent(workplace, *GUIDE)
    workplace.run("bash", "-c", CHECKED_BY.in_(waits.printed))
    before = tenant(workplace)
    workplace.configure("adminConsent", "declared")
    assert remedy(workplace) == RECOVER
    refused = up(workplace, expect=None)
    assert refused.exit_code != 0
    assert "already exists on the object" not in refused.printed
    assert tenant(workplace) == before
    type_printed(workplace, refused.printed)
    assert in_state(workplace) == set(grants(workplace))
    up(workplace)
    assert tenant(workplace) == before
    check_whole(workplace)


@pytest.mark.full  # the two tests above with one grant each; without the engine it is always played
def test_only_some_of_the_permissions_may_be_granted_already(workplace: Workplace) -> None:
    workplace.configure("adminConsent", "external")
    up(workplace)
    consent(workplace, "Calendars.ReadWrite")
    (granted,) = grants(workplace)
    workplace.configure("adminConsent", "declared")
    type_printed(workplace, up(workplace, expect=None).printed)
    up(workplace)
    assert granted in grants(workplace)
    assert set(grants(workplace).values()) == ROLES
    check_whole(workplace)


STEPS = pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.full)])


def check_killed(workplace: Workplace, step: int) -> None:
    """Each time recovery is killed so many steps later, the grants are as they were, and it is typed again."""
    before = grants(workplace)
    for at in itertools.count(step, step):
        if not killed_between(workplace, at, *RECOVERY):
            break
        assert grants(workplace) == before
    assert at > 3
    up(workplace)
    assert grants(workplace) == before
    workplace.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")


@STEPS
def test_a_release_that_is_killed_at_any_step_is_completed_by_the_same_command(
    deployed_workplace: Workplace, step: int
) -> None:
    deployed_workplace.configure("adminConsent", "external")
    check_killed(deployed_workplace, step)
    assert in_state(deployed_workplace) == set()


@STEPS
def test_a_takeover_that_is_killed_at_any_step_is_completed_by_the_same_command(
    workplace: Workplace, step: int
) -> None:
    workplace.configure("adminConsent", "external")
    up(workplace)
    consent(workplace, *GUIDE)
    workplace.configure("adminConsent", "declared")
    # First in the middle of the import, where the plugin reads the first grant.
    killed(workplace, Point(matching=r"GET /v1.0/servicePrincipals/[^/]+/appRoleAssignedTo/"), *RECOVERY)
    check_killed(workplace, step)
    assert in_state(workplace) == set(grants(workplace))
