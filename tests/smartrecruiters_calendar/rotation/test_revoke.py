"""`revoke` says which outage follows before anything is revoked, and configuration and state follow."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.rotation.result import RotationResult
from smartrecruiters_calendar.rotation.revoke import revoke
from smartrecruiters_calendar.rotation.state import RotationState
from tests.smartrecruiters_calendar.rotation.stands import A, B, NotingPulumi, deployed, key, situation, stack_in

BOTH = [deployed(A), deployed(B)]
FOREIGN = "f0000000-0000-4000-8000-00000000000f"


@dataclass
class Tenant:
    keys: list[str] = field(default_factory=lambda: [key(A), key(B), FOREIGN])
    removed: list[str] = field(default_factory=list)

    def get(self, path: str) -> dict[str, Any]:
        assert path == "applications/app-object?$select=passwordCredentials"
        return {"passwordCredentials": [{"keyId": one} for one in self.keys]}

    def post(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        assert path == "applications/app-object/removePassword"
        self.removed.append(body["keyId"])
        return {}


def revoked(
    folder: Path, stands: RotationState, key_id: str, tenant: Tenant, *, agreed: bool = True
) -> tuple[RotationResult, NotingPulumi, list[object]]:
    stack, pulumi = stack_in(folder, [secret.issued for secret in stands.declared])
    result = revoke(stack, lambda: stands, cast(Directory, tenant), key_id, agreed=agreed, wait=lambda _: None)
    return result, pulumi, [secret.issued for secret in stack.file.declared()]


OUTAGES = {
    "the held one, and the outgoing still works": (
        B,
        B,
        "cannot read or book calendars, until",
        "rotate rollback --stack",
    ),
    "the outgoing one, still held": (A, A, "cannot read or book calendars, until", "post-deploy --stack acme"),
    "the outgoing one, no longer held": (B, A, "no outage follows", ""),
    "nobody knows": (None, A, "It is unknown which secret SmartRecruiters holds", ""),
}


@pytest.mark.parametrize("case", OUTAGES)
def test_the_outage_is_told_before_anything_is_revoked(case: str, tmp_path: Path) -> None:
    held, leaked, outage, way = OUTAGES[case]
    tenant = Tenant()
    with pytest.raises(Stopped) as stopped:
        revoked(tmp_path, situation([A, B], BOTH, held), key(leaked), tenant, agreed=False)
    assert stopped.value.reason is Reason.CONFIRMATION_NEEDED
    assert outage in stopped.value.sentence
    assert way in stopped.value.sentence
    assert tenant.removed == []


def test_with_a_single_secret_the_way_without_outage_is_a_rotation(tmp_path: Path) -> None:
    with pytest.raises(Stopped, match="rotate auto --now --stack acme"):
        revoked(tmp_path, situation([B], [deployed(B)], B), key(B), Tenant(), agreed=False)


def test_an_outgoing_key_leaves_tenant_file_and_state(tmp_path: Path) -> None:
    tenant = Tenant()
    result, pulumi, declared = revoked(tmp_path, situation([A, B], BOTH, B), key(A), tenant)
    assert tenant.removed == [key(A)]
    assert declared == [B]
    assert f"refresh --yes --skip-preview --target {deployed(A).urn}" in pulumi.asked
    assert any("0001-revoked" in asked for asked in pulumi.asked)
    assert "no outage follows" in result.sentence


def test_the_current_key_stays_declared_so_that_the_next_update_issues_another(tmp_path: Path) -> None:
    result, _, declared = revoked(tmp_path, situation([A, B], BOTH, B), key(B), Tenant())
    assert declared == [B, A]
    assert any("issues another secret" in done for done in result.done)


def test_a_key_that_is_gone_already_only_leaves_file_and_state(tmp_path: Path) -> None:
    tenant = Tenant(keys=[key(B)])
    _, pulumi, declared = revoked(tmp_path, situation([A, B], BOTH, B), key(A), tenant)
    assert (tenant.removed, declared) == ([], [B])
    assert any(asked.startswith("refresh") for asked in pulumi.asked)


def test_a_foreign_key_can_be_revoked_and_an_unknown_one_cannot(tmp_path: Path) -> None:
    tenant = Tenant()
    result, _, _ = revoked(tmp_path, situation([B], [deployed(B)], B), FOREIGN, tenant)
    assert tenant.removed == [FOREIGN]
    assert "not one of this stack's secrets" in result.sentence
    with pytest.raises(Stopped) as stopped:
        revoked(tmp_path, situation([B], [deployed(B)], B), "0" * 36, tenant)
    assert stopped.value.reason is Reason.KEY_UNKNOWN


def test_what_another_run_delivers_meanwhile_is_told_before_its_key_can_be_revoked(tmp_path: Path) -> None:
    stack, tenant = stack_in(tmp_path, [A, B])[0], Tenant()
    stands = [situation([A, B], BOTH, held) for held in (B, A)]
    with pytest.raises(Stopped, match=f"delivered meanwhile.* SmartRecruiters holds {key(A)}") as stopped:
        revoke(stack, iter(stands).__next__, cast(Directory, tenant), key(A), agreed=True, wait=lambda _: None)
    assert stopped.value.reason is Reason.CONFIRMATION_NEEDED
    assert tenant.removed == []
