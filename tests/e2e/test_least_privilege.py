"""Each identity's documented permissions are enough, and each of them is needed.

`docs/permissions.md` is generated from what is observed here: `python -m tests.e2e.least_privilege` rewrites it.
"""

import json

import pytest

from sandbox.seed.constants import CONTOSO
from tests.e2e.least_privilege import (
    DEPLOYER,
    PAGE,
    PREFLIGHT,
    WITH_OWNERS,
    deploy_as,
    deploy_with,
    new_identity,
    page,
    preflight_with,
    refused_step,
)
from tests.e2e.workplace import Workplace

pytestmark = pytest.mark.engine


def test_the_documented_permissions_deploy_and_destroy(workplace: Workplace) -> None:
    assert deploy_with(workplace, list(DEPLOYER)).exit_code == 0
    assert len(workplace.graph().named("applications")) == 1


@pytest.mark.parametrize("left_out", DEPLOYER)
def test_without_one_of_them_the_deployment_is_refused_at_the_documented_step(
    workplace: Workplace, left_out: str
) -> None:
    done = deploy_with(workplace, [name for name in DEPLOYER if name != left_out])
    assert done.exit_code != 0
    assert refused_step(done) == DEPLOYER[left_out].refused_at


def test_an_owner_other_than_the_deployer_takes_each_of_the_wider_permissions(workplace: Workplace) -> None:
    other = CONTOSO.identity("operator").service_principal_id
    for left_out in set(WITH_OWNERS) - set(DEPLOYER):
        held = [name for name in (*WITH_OWNERS, *DEPLOYER) if name != left_out]
        done = deploy_with(workplace, held, other_owner=other)
        assert done.exit_code != 0
        assert refused_step(done) == WITH_OWNERS[left_out].refused_at
    assert deploy_with(workplace, list(WITH_OWNERS), other_owner=other).exit_code == 0


def test_without_a_configured_domain_the_look_up_needs_its_own_permission(workplace: Workplace) -> None:
    workplace.run("pulumi", "config", "rm", "tenantDomain", "--stack", "dev")
    refused = deploy_with(workplace, list(DEPLOYER))
    assert refused.exit_code != 0
    assert "403" in refused.printed
    assert "the tenant's initial domain could not be looked up" in refused.printed
    assert "pulumi config set --stack dev tenantDomain" in refused.printed
    assert "Traceback" not in refused.printed
    assert workplace.graph().named("applications") == []
    assert deploy_with(workplace, [*DEPLOYER, "Domain.Read.All"]).exit_code == 0


@pytest.mark.parametrize(
    "changed",
    [{"displayName": "Another name"}, {"secrets[1].issued": "2026-11-01", "secrets[1].years": "1"}],
    ids=["of the app", "a secret alone"],
)
def test_a_refused_look_up_leaves_what_is_deployed_as_it_is(workplace: Workplace, changed: dict[str, str]) -> None:
    deployer = new_identity(workplace, list(DEPLOYER))
    workplace.configure("owners[0]", deployer["objectId"])
    assert deploy_as(workplace, deployer).exit_code == 0
    workplace.run("pulumi", "config", "rm", "tenantDomain", "--stack", "dev")
    for path, value in changed.items():
        workplace.configure(path, value)
    before = len(asked(workplace))
    assert "the tenant's initial domain could not be looked up" in deploy_as(workplace, deployer).printed
    assert {one["method"] for one in asked(workplace)[before:] if one["path"].startswith("/v1.0/")} == {"GET"}


def asked(workplace: Workplace) -> list[dict[str, str]]:
    return [json.loads(line) for line in workplace.sandbox("log", "--json").stdout.splitlines()]


def test_with_external_consent_granting_needs_no_permission(workplace: Workplace) -> None:
    workplace.configure("adminConsent", "external")
    assert deploy_with(workplace, ["Application.ReadWrite.OwnedBy"]).exit_code == 0


def test_preflight_needs_each_of_its_operators_permissions_for_one_check(workplace: Workplace) -> None:
    whole = preflight_with(workplace, list(PREFLIGHT))
    assert set(whole.values()) == {"PASS"}
    for left_out, row in PREFLIGHT.items():
        seen = preflight_with(workplace, [name for name in PREFLIGHT if name != left_out])
        assert seen == whole | dict.fromkeys(row.checks, "MANUAL")


def test_the_permissions_page_is_generated_from_this_data() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()
