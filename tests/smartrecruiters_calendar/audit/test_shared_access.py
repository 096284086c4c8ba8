"""What the audits of one pass share: each cloud is looked for once, and no two threads use the same connections."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError

import pytest

from smartrecruiters_calendar.audit import shared_access
from smartrecruiters_calendar.audit.shared_access import SharedAccess
from smartrecruiters_calendar.entra.cloud import PUBLIC, Cloud, CloudUnreachable
from smartrecruiters_calendar.entra.connections import Connections
from smartrecruiters_calendar.outcome import Reason, Stopped


@pytest.fixture
def looked_for(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """The environments that a cloud was looked for in; the host `silent` does not answer."""
    looked: list[dict[str, str]] = []
    two_at_once = Barrier(2)

    def find(environment: dict[str, str]) -> Cloud:
        looked.append(environment)
        with contextlib.suppress(BrokenBarrierError):
            two_at_once.wait(timeout=0.1)  # long enough for a second one to come in, if it could
        if environment.get("ARM_METADATA_HOSTNAME") == "silent":
            raise CloudUnreachable("silent does not answer.")
        return PUBLIC

    monkeypatch.setattr(shared_access, "find_cloud", find)
    return looked


def test_a_cloud_is_looked_for_once_whoever_else_the_variables_name(looked_for: list[dict[str, str]]) -> None:
    with SharedAccess() as access, ThreadPoolExecutor(4) as threads:
        tenants = [{"AZURE_TENANT_ID": str(number)} for number in range(20)]
        assert set(threads.map(access.cloud, tenants)) == {PUBLIC}
        access.cloud({"ARM_METADATA_HOSTNAME": "another"})
    assert len(looked_for) == 2


def test_a_cloud_that_does_not_answer_is_reported_for_every_stack_and_asked_once(
    looked_for: list[dict[str, str]],
) -> None:
    with SharedAccess() as access:
        for _ in range(3):
            with pytest.raises(Stopped, match="silent does not answer") as stopped:
                access.cloud({"ARM_METADATA_HOSTNAME": "silent"})
            assert stopped.value.reason is Reason.CLOUD_UNREACHABLE
    assert len(looked_for) == 1


def test_each_thread_has_connections_of_its_own_which_end_with_the_pass() -> None:
    together = Barrier(3)
    with SharedAccess() as access:

        def mine(_: int) -> tuple[Connections, Connections]:
            together.wait(timeout=30)
            return access.connections, access.connections

        with ThreadPoolExecutor(3) as threads:
            found = list(threads.map(mine, range(3)))
    assert all(first is second for first, second in found)
    assert len({id(first) for first, _ in found}) == 3
    assert all(first.graph.is_closed for first, _ in found)
