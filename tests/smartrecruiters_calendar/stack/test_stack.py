"""Reading a stack and keeping its receipt, by the Automation API's command."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from components.arguments import SecretSource
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.receipt_log import ReceiptLog
from smartrecruiters_calendar.stack.receipts import Proof, Receipt
from smartrecruiters_calendar.stack.stack import Stack
from smartrecruiters_calendar.vault.address import VaultedSecret
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi, configure, exported, secret
from tests.smartrecruiters_calendar.receipt_values import delivery
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, DECLARED, KEY, OUTPUTS, SECRET

RECEIPT = Receipt(reason=Reason.SECRET_REFUSED, checked_at=datetime(2026, 12, 1, 8, tzinfo=UTC))
TAGS = dict(ReceiptLog({}).tags_for(RECEIPT))


def test_a_stack_tells_outputs_settings_and_receipt(pulumi: FakePulumi, tmp_path: Path) -> None:
    pulumi.answer(stack_tag_ls={"stdout": json.dumps({"other": "tag"} | TAGS)})
    facts = Stack(StackName.parse("dev"), tmp_path).read()
    assert facts.outputs.client_secret.get_secret_value() == SECRET
    assert facts.outputs.secret_key_id == KEY
    assert facts.outputs.requested_permissions == DECLARED
    assert list(facts.settings.expected_rooms) == CONFIGURATION["expectedRooms"]
    assert facts.receipt == RECEIPT


def test_reading_starts_the_cli_twice_and_keeping_writes_and_reads_the_tags(pulumi: FakePulumi, tmp_path: Path) -> None:
    """Each start costs about a fifth of a second."""
    stack = Stack(StackName.parse("dev"), tmp_path)
    stack.read()
    assert len(pulumi.starts) == 2
    stack.deliveries.keep(RECEIPT)
    assert [start[2:4] for start in pulumi.starts[2:]] == [["tag", "set"], ["tag", "ls"]]


def test_the_secret_is_on_no_command_line_and_in_no_text(pulumi: FakePulumi, tmp_path: Path) -> None:
    stack = Stack(StackName.parse("dev"), tmp_path)
    facts = stack.read()
    stack.deliveries.keep(RECEIPT)
    assert SECRET not in str(pulumi.starts)
    assert SECRET not in repr(facts) + str(facts)


VAULT: dict[str, Any] = {
    "subscriptionId": "5a1b9e0c-7d3f-4b52-9a61-0c4e8d2f7a10",
    "resourceGroup": "identity",
    "name": "contoso-identity",
}
URI = "https://contoso-identity.vault.azure.net/secrets/smartrecruiters-calendar-dev"


def in_a_vault(folder: Path, **vault: str) -> FakePulumi:
    outputs = OUTPUTS | {"vaultSecretUri": URI}
    return FakePulumi.install(folder, outputs, CONFIGURATION | {"vault": VAULT | vault})


@pytest.mark.parametrize("chosen", ["on the command line", "in the configuration"])
def test_from_a_vault_the_secret_comes_without_decrypting_the_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    by_option = chosen == "on the command line"
    pulumi = in_a_vault(tmp_path, **({} if by_option else {"deliverFrom": "vault"}))
    monkeypatch.setenv("PATH", pulumi.path)
    asked: list[VaultedSecret] = []

    def vault(wanted: VaultedSecret) -> SecretStr:
        asked.append(wanted)
        return SecretStr(SECRET)

    facts = Stack(StackName.parse("dev"), tmp_path).read(
        vault=vault, secret_from=SecretSource.VAULT if by_option else None
    )
    assert facts.outputs.client_secret.get_secret_value() == SECRET
    assert asked == [VaultedSecret(URI, "contoso-identity", KEY, "dev")]
    assert [start for start in pulumi.starts if "--show-secrets" in start] == []


def test_what_the_cli_decrypts_is_masked_wherever_the_state_holds_it(pulumi: FakePulumi, tmp_path: Path) -> None:
    kept = {"urn": "urn:pulumi:dev::p::kept", "type": "kept", "inputs": {"properties": [{"value": secret(SECRET)}]}}
    pulumi.answer(stack_export=exported(OUTPUTS, kept))
    deployment = Stack(StackName.parse("dev"), tmp_path).deployment(secrets=True)
    assert deployment.outputs["clientSecret"].get_secret_value() == SECRET
    assert SECRET not in repr([(one.inputs, one.outputs) for one in deployment.resources])


@pytest.mark.parametrize(
    ("plaintext", "reason"), [("no JSON", Reason.STACK_UNREADABLE), (7, Reason.STACK_NOT_DEPLOYED)], ids=str
)
def test_a_secret_that_no_cli_prints_so_is_told_without_it(
    pulumi: FakePulumi, tmp_path: Path, plaintext: object, reason: Reason
) -> None:
    odd = secret(SECRET) | {"plaintext": plaintext, "beside": SECRET}
    pulumi.answer(stack_export=exported(OUTPUTS | {"permissions": odd, "tenantId": odd}))
    with pytest.raises(Stopped) as stopped:
        Stack(StackName.parse("dev"), tmp_path).read()
    assert stopped.value.reason is reason
    assert SECRET not in str(stopped.value)


def test_the_command_line_wins_over_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pulumi = in_a_vault(tmp_path, deliverFrom="vault")
    monkeypatch.setenv("PATH", pulumi.path)

    def never(wanted: VaultedSecret) -> SecretStr:
        raise AssertionError(wanted)

    Stack(StackName.parse("dev"), tmp_path).read(vault=never, secret_from=SecretSource.STATE)
    assert [start[1:3] for start in pulumi.starts if "--show-secrets" in start] == [["stack", "export"]]


def test_a_stack_that_keeps_nothing_in_a_vault_says_how_to(pulumi: FakePulumi, tmp_path: Path) -> None:
    with pytest.raises(Stopped, match=r"docs/vault\.md") as stopped:
        Stack(StackName.parse("dev"), tmp_path).read(vault=lambda _: SecretStr(SECRET), secret_from=SecretSource.VAULT)
    assert stopped.value.reason is Reason.STACK_NOT_DEPLOYED


def test_the_receipt_is_kept_as_tags_of_the_stack(pulumi: FakePulumi, tmp_path: Path) -> None:
    Stack(StackName.parse("dev"), tmp_path).deliveries.keep(RECEIPT)
    (tag,) = TAGS.items()
    assert pulumi.starts[-2][1:] == ["stack", "tag", "set", *tag, "--stack", "dev"]


@pytest.mark.parametrize(
    ("backend", "tags"),
    [("file:///state", 1), ("azblob://states", 1), ("s3://states", 1), ("https://api.pulumi.com", 2)],
)
def test_an_event_is_one_start_of_the_cli_where_the_backend_limits_no_tag(
    pulumi: FakePulumi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: str, tags: int
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", backend)
    Stack(StackName.parse("dev"), tmp_path).deliveries.delivered(delivery(page="https://x.example/" + "x" * 200))
    assert len(pulumi.tags) == tags


def test_what_is_kept_already_is_not_written_again(pulumi: FakePulumi, tmp_path: Path) -> None:
    stack = Stack(StackName.parse("dev"), tmp_path)
    stack.deliveries.keep(RECEIPT)
    stack.deliveries.keep(RECEIPT)
    assert len(pulumi.tags) == 1


def test_after_a_failure_only_what_was_not_written_is_written(pulumi: FakePulumi, tmp_path: Path) -> None:
    proof = Proof(key_id=KEY, permissions=DECLARED, at=RECEIPT.checked_at)
    receipt = RECEIPT.model_copy(update={"proven": proof})
    stack = Stack(StackName.parse("dev"), tmp_path)
    event = "calendar-integration:0001-checked"
    pulumi.answer(**{f"stack tag set {event}": {"code": 1, "stderr": "error: disk full\n"}})
    with pytest.raises(Stopped):
        stack.deliveries.keep(receipt)
    pulumi.answer(**{f"stack tag set {event}": {}})
    stack.deliveries.keep(receipt)
    assert [name for name, _ in pulumi.tags] == [event, event]


@pytest.mark.parametrize(
    ("code", "stderr", "reason", "told"),
    [
        (6, "error: no stack named 'dev' found\n", Reason.STACK_UNKNOWN, "pulumi stack ls.*`pulumi stack init dev`"),
        (3, "error: PULUMI_ACCESS_TOKEN must be set\n", Reason.NOT_LOGGED_IN, "pulumi login"),
        (1, "error: incorrect passphrase\n", Reason.PASSPHRASE_REFUSED, "PULUMI_CONFIG_PASSPHRASE_FILE"),
        (1, "error: dial tcp: no such host\n", Reason.STACK_UNREADABLE, "no such host"),
    ],
    ids=["no stack", "no login", "passphrase", "backend away"],
)
def test_what_the_cli_refuses_is_told_without_what_it_printed(
    pulumi: FakePulumi, tmp_path: Path, code: int, stderr: str, reason: Reason, told: str
) -> None:
    pulumi.answer(stack_export=exported(OUTPUTS) | {"stderr": stderr, "code": code})
    with pytest.raises(Stopped, match=told) as stopped:
        Stack(StackName.parse("dev"), tmp_path).read()
    assert stopped.value.reason is reason
    assert SECRET not in str(stopped.value)
    assert stopped.value.__context__ is None


@pytest.mark.parametrize(
    "answer", [{"stdout": "{}"}, exported({"clientId": "c"})], ids=["never deployed", "half deployed"]
)
def test_a_stack_without_its_outputs_is_not_deployed(
    pulumi: FakePulumi, tmp_path: Path, answer: dict[str, str]
) -> None:
    pulumi.answer(stack_export=answer)
    with pytest.raises(Stopped, match=r"clientSecret.*pulumi up --stack dev") as stopped:
        Stack(StackName.parse("dev"), tmp_path).read()
    assert stopped.value.reason is Reason.STACK_NOT_DEPLOYED


def test_an_output_that_cannot_be_used_is_named_and_not_shown(pulumi: FakePulumi, tmp_path: Path) -> None:
    pulumi.answer(stack_export=exported(OUTPUTS | {"clientSecret": [SECRET]}))
    with pytest.raises(Stopped, match="clientSecret") as stopped:
        Stack(StackName.parse("dev"), tmp_path).read()
    assert SECRET not in str(stopped.value)


@pytest.mark.parametrize(
    ("value", "told"), [("not-a-guid", "not a directory ID"), ({"secure": "v1:x"}, "stored as a secret")]
)
def test_configuration_mistakes_are_told_as_the_program_tells_them(
    pulumi: FakePulumi, tmp_path: Path, value: Any, told: str
) -> None:
    configure(tmp_path, CONFIGURATION | {"directoryId": value})
    with pytest.raises(Stopped, match=told) as stopped:
        Stack(StackName.parse("dev"), tmp_path).read()
    assert stopped.value.reason is Reason.SETTINGS_REFUSED


def test_other_namespaces_do_not_matter(pulumi: FakePulumi, tmp_path: Path) -> None:
    configure(tmp_path, CONFIGURATION | {"aws:secretKey": {"secure": "v1:x"}})
    assert Stack(StackName.parse("dev"), tmp_path).read().settings.directory_id == OUTPUTS["directoryId"]


def test_a_receipt_that_cannot_be_kept_is_told(pulumi: FakePulumi, tmp_path: Path) -> None:
    pulumi.answer(stack_tag_set={"code": 1, "stderr": "error: disk full\n"})
    with pytest.raises(Stopped, match="disk full") as stopped:
        Stack(StackName.parse("dev"), tmp_path).deliveries.keep(RECEIPT)
    assert stopped.value.reason is Reason.RECEIPT_NOT_KEPT


def test_without_a_cli_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Stopped, match="on PATH") as stopped:
        Stack(StackName.parse("dev"), tmp_path)
    assert stopped.value.reason is Reason.CLI_MISSING


def test_a_tag_file_that_a_killed_process_cut_off_is_an_unknown_receipt(pulumi: FakePulumi, tmp_path: Path) -> None:
    pulumi.answer(stack_tag_ls={"stdout": "null"})
    assert Stack(StackName.parse("dev"), tmp_path).receipt_log().receipt is None


def test_an_output_that_is_not_known_yet_is_no_output(pulumi: FakePulumi, tmp_path: Path) -> None:
    """After an import alone the CLI stores a marker, which must not be taken for a secret and delivered."""
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    pulumi.answer(stack_export=exported(OUTPUTS | {"clientSecret": unknown, "secretKeyId": unknown}))
    with pytest.raises(Stopped, match="secretKeyId, clientSecret") as stopped:
        Stack(StackName.parse("dev"), tmp_path).read()
    assert stopped.value.reason is Reason.STACK_NOT_DEPLOYED
