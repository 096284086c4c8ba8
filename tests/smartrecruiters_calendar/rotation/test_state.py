"""What the CLI prints is read into a state; the secret's value is not among it."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

from smartrecruiters_calendar.rotation.state import read_state
from smartrecruiters_calendar.stack.receipt_log import ReceiptLog
from tests.smartrecruiters_calendar.rotation.stands import NOW, delivery, stack_in

PREFIX = "urn:pulumi:acme::smartrecruiters-calendar::a$b::"
EXPORT = {
    "deployment": {
        "resources": [
            {
                "urn": f"{PREFIX}smartrecruiters-calendar-acme",
                "type": "pulumi:pulumi:Stack",
                "outputs": {"secretKeyId": "the-key"},
            },
            {
                "urn": f"{PREFIX}smartrecruiters-secret-2026-12-01",
                "type": "azuread:index/applicationPassword:ApplicationPassword",
                "id": "the-object/password/the-key",
                "protect": True,
                "outputs": {"keyId": "the-key", "endDate": "2027-12-01T00:00:00Z", "value": {"ciphertext": "v1:x"}},
            },
            {
                "urn": f"{PREFIX}smartrecruiters-application",
                "type": "azuread:index/application:Application",
                "id": "/applications/the-object",
            },
        ]
    }
}


def test_a_deployed_stack_is_read(tmp_path: Path) -> None:
    stack, pulumi = stack_in(tmp_path, [date(2026, 12, 1)])
    pulumi.answers = {
        "stack export": json.dumps(EXPORT),
        "stack tag ls": json.dumps(dict(ReceiptLog({}).tags_of(delivery(date(2026, 12, 1))))),
    }
    state = read_state(stack, NOW)
    assert state.deployment.current_key_id == "the-key"
    assert state.deployment.application == "the-object"
    (secret,) = state.deployed
    assert (secret.issued, secret.key_id, secret.protected) == (date(2026, 12, 1), "the-key", True)
    assert secret.ends == datetime(2027, 12, 1, tzinfo=UTC)
    assert state.receipt is not None
    assert state.receipt.held is not None
    assert "--show-secrets" not in " ".join(pulumi.asked)


def test_a_stack_that_was_never_deployed_has_no_secrets(tmp_path: Path) -> None:
    stack, pulumi = stack_in(tmp_path, [date(2026, 12, 1)])
    pulumi.answers = {"stack export": '{"deployment": {"manifest": {}}}'}
    state = read_state(stack, NOW)
    assert (state.deployed, state.deployment.current_key_id, state.receipt) == ((), None, None)
