"""`begin` declares one secret more, and nothing where a rotation is under way."""

from datetime import UTC, date, datetime
from pathlib import Path

from components.client_secrets import ClientSecret
from components.issue_day import IssueDay
from smartrecruiters_calendar.outcome import Reason
from smartrecruiters_calendar.rotation.begin import begin
from tests.smartrecruiters_calendar.rotation.stands import A, B, deployed, situation, stack_in


def test_the_next_secret_stands_beside_the_current_one_and_lives_as_long(tmp_path: Path) -> None:
    stack, pulumi = stack_in(tmp_path, [A])
    result = begin(stack, situation([A], [deployed(A)], A))
    assert stack.file.declared() == [ClientSecret(A, years=1), ClientSecret(B, years=1)]
    assert pulumi.asked == []
    assert result.next == "pulumi up --stack acme"


def test_the_lifetime_can_be_shorter(tmp_path: Path) -> None:
    stack, _ = stack_in(tmp_path, [A])
    begin(stack, situation([A], [deployed(A)], A), days=180)
    assert stack.file.declared()[1] == ClientSecret(B, days=180)


def test_begun_twice_it_changes_nothing_and_says_what_is_due(tmp_path: Path) -> None:
    stack, _ = stack_in(tmp_path, [A, B])
    before = stack.file.path.read_text()
    for in_state, due in (([deployed(A)], "pulumi up"), ([deployed(A), deployed(B)], "post-deploy --stack acme")):
        for now in (datetime(2027, 11, 10, tzinfo=UTC), datetime(2027, 11, 20, tzinfo=UTC)):
            result = begin(stack, situation([A, B], in_state, A, now=now))
            assert (result.done, result.exit_code, result.reason) == ((), 4, Reason.ROTATION_IN_PROGRESS)
            assert due in (result.next or "")
    assert stack.file.path.read_text() == before


def test_on_the_day_of_issue_nothing_is_begun_unless_asked_for(tmp_path: Path) -> None:
    stack, _ = stack_in(tmp_path, [B])
    result = begin(stack, situation([B], [deployed(B)], B))
    assert (result.done, result.exit_code, result.reason) == ((), 4, Reason.ISSUED_TODAY)
    assert result.next == "smartrecruiters-calendar rotate begin --now --stack acme"
    begun = begin(stack, situation([B], [deployed(B)], B), now=True)
    second = IssueDay.parse("2027-11-10.2")
    assert stack.file.declared() == [ClientSecret(B, years=1), ClientSecret(second, years=1)]
    assert (begun.exit_code, begun.next) == (0, "pulumi up --stack acme")
    assert "a secret issued on 2027-11-10.2" in begun.done[-1]


def test_another_lifetime_for_the_days_second_secret_keeps_the_first(tmp_path: Path) -> None:
    second = IssueDay.parse("2027-11-10.2")
    stack, _ = stack_in(tmp_path, [B, second])
    begin(stack, situation([B, second], [deployed(B)], B), days=180)
    assert stack.file.declared() == [ClientSecret(B, years=1), ClientSecret(second, days=180)]


def test_a_secret_that_is_not_deployed_yet_can_get_another_lifetime(tmp_path: Path) -> None:
    stack, _ = stack_in(tmp_path, [A, B])
    now = datetime(2027, 11, 12, tzinfo=UTC)
    begin(stack, situation([A, B], [deployed(A)], A, now=now), days=180)
    assert stack.file.declared() == [ClientSecret(A, years=1), ClientSecret(date(2027, 11, 12), days=180)]
    begin(stack, situation([A, B], [deployed(A), deployed(B)], A, now=now), days=90)
    assert stack.file.declared()[1] == ClientSecret(date(2027, 11, 12), days=180)


def test_nothing_is_begun_before_the_rotation_before_is_over(tmp_path: Path) -> None:
    stack, _ = stack_in(tmp_path, [B])
    now = datetime(2027, 11, 20, tzinfo=UTC)
    result = begin(stack, situation([B], [deployed(A), deployed(B)], B, now=now))
    assert result.done == ()
    assert "smartrecruiters-calendar rotate finish" in (result.next or "")


def test_one_that_ended_before_it_was_ever_deployed_is_declared_no_longer(tmp_path: Path) -> None:
    stack, _ = stack_in(tmp_path, [A])
    today = datetime(2028, 12, 1, tzinfo=UTC)
    result = begin(stack, situation([A], [], None, now=today))
    assert [secret.issued for secret in stack.file.declared()] == [date(2028, 12, 1)]
    assert "never deployed" in result.done[-1]


def test_secrets_that_have_ended_give_up_their_place(tmp_path: Path) -> None:
    stack, pulumi = stack_in(tmp_path, [A, B])
    today = datetime(2028, 12, 1, tzinfo=UTC)
    begin(stack, situation([A, B], [deployed(A), deployed(B)], B, now=today))
    assert [secret.issued for secret in stack.file.declared()] == [B, date(2028, 12, 1)]
    assert any(f"state unprotect {deployed(A).urn}" in asked for asked in pulumi.asked)
    assert not any(deployed(B).urn in asked for asked in pulumi.asked)
