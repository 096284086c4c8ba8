"""A declared secret that has ended is never asked of Entra, and may stay where it is deployed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pulumi
import pytest

from components import clock
from components.arguments import SecretArgs
from components.client_secrets import ClientSecret
from tests.components.declared import Recorder, changed
from tests.components.test_calendar_integration import ARGS, deploy

SECRET = "azuread:index/applicationPassword:ApplicationPassword"
NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
ENDED, VALID = ClientSecret(date(2025, 12, 1), years=1), ClientSecret(date(2027, 1, 1), years=1)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_TENANT_ID", raising=False)
    monkeypatch.setattr(clock, "now", lambda: NOW)


def written(secret: ClientSecret) -> SecretArgs:
    lifetime: SecretArgs = (
        {"issued": "", "years": secret.years} if secret.years else {"issued": "", "days": secret.days or 0}
    )
    return lifetime | {"issued": secret.issued.isoformat()}


def declare(secrets: Sequence[ClientSecret], *deployed: ClientSecret, preview: bool = False) -> Recorder:
    in_state = {f"urn:pulumi:dev::p::{SECRET}::{one.resource_name('sr')}": SECRET for one in deployed}
    recorder = Recorder(in_state=in_state | {"urn:pulumi:dev::p::pulumi:pulumi:Stack::dev": "pulumi:pulumi:Stack"})
    try:
        deploy(changed(ARGS, secrets=[written(one) for one in secrets]), recorder, preview=preview)
    except pulumi.RunError:
        assert recorder.entra_writes == []
        raise
    return recorder


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize(("secrets", "index"), [([VALID, ENDED], 1), ([ENDED, VALID], 0)])
def test_one_that_was_never_deployed_is_refused_with_the_entry_to_remove(
    secrets: list[ClientSecret], index: int, preview: bool
) -> None:
    with pytest.raises(pulumi.RunError, match="ended on 2026-12-01 and is not deployed") as refused:
        declare(secrets, VALID, preview=preview)
    assert str(refused.value).endswith(f"pulumi config rm --stack dev --path 'secrets[{index}]'")


def test_one_that_is_deployed_may_stay() -> None:
    assert len(declare([VALID, ENDED], VALID, ENDED).of("ApplicationPassword")) == 2


def test_the_newest_one_is_judged_by_its_end_as_well() -> None:
    short = ClientSecret(date(2027, 5, 1), days=20)
    with pytest.raises(pulumi.RunError, match=r"secrets\[1\], issued on 2027-05-01"):
        declare([VALID, short], VALID)


def test_where_all_have_ended_a_new_one_is_the_remedy() -> None:
    with pytest.raises(pulumi.RunError) as refused:
        declare([ENDED])
    assert str(refused.value).endswith("smartrecruiters-calendar rotate begin --stack dev")


@pytest.mark.parametrize(("now", "refused"), [(VALID.ends - timedelta(seconds=1), False), (VALID.ends, True)])
def test_the_very_end_counts_as_ended(monkeypatch: pytest.MonkeyPatch, now: datetime, refused: bool) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    try:
        declare([VALID])
    except pulumi.RunError:
        assert refused
    else:
        assert not refused


def test_without_an_engine_the_declaration_alone_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.ended_secrets.resource_types", lambda: None)
    assert len(declare([VALID, ENDED]).of("ApplicationPassword")) == 2
