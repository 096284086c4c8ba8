"""A recording holds what was asked and how it was answered, without ids, names and values."""

from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.live.recording import QUESTIONS, MaskedAnswer, Recording, ask, contradictions

RECORDED = Path(__file__).resolve().parents[2] / "recordings" / "live-check.json"
NAMES = {
    "application": "d0000000-0000-4000-8000-00000000000d",
    "servicePrincipal": "e0000000-0000-4000-8000-00000000000e",
    "name": "Calendar integration live check 00ff",
    "graph": "00000003-0000-0000-c000-000000000000",
    "nothing": "f0000000-0000-4000-8000-00000000000f",
    "nobody": "nobody@contoso.com",
}


def answered(request: httpx.Request) -> httpx.Response:
    if "places" in request.url.path:
        return httpx.Response(403, json={"error": {"code": "ErrorAccessDenied", "message": "Not you, 12345."}})
    return httpx.Response(200, json={"id": NAMES["application"], "displayName": "Confidential"})


def recording(*answers: MaskedAnswer) -> Recording:
    return Recording(cloud="other", answers=answers)


def masked(status: int = 200, code: str | None = None, shape: Any = None) -> MaskedAnswer:
    return MaskedAnswer(caller="app", question="organization", status=status, error_code=code, shape=shape)


def test_neither_a_value_nor_an_id_is_kept() -> None:
    asked: list[str] = []

    def remember(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return answered(request)

    cloud = Cloud("https://login.example", "https://graph.example", public=False)
    token = AppToken(SecretStr("t"), "d", "c", frozenset())
    with Directory(cloud, token, httpx.MockTransport(remember)) as directory:
        answers = ask({"deployer": directory, "app": directory}, NAMES)
    text = recording(*answers).model_dump_json()
    assert [(answer.caller, answer.question) for answer in answers] == list(QUESTIONS)
    assert any(NAMES["application"] in url for url in asked)
    for value in (*NAMES.values(), "Confidential", "12345"):
        assert value not in text
    refused = next(answer for answer in answers if answer.question.startswith("places"))
    assert (refused.status, refused.error_code, refused.shape) == (403, "ErrorAccessDenied", None)


def test_equal_recordings_do_not_contradict() -> None:
    known = Recording.model_validate_json(RECORDED.read_text())
    assert list(contradictions(known, known)) == []


def test_another_status_shape_or_question_is_told() -> None:
    ours = recording(masked(shape={"id": "guid"}))
    assert list(contradictions(ours, recording(masked(403, "Denied")))) == [
        "app: GET organization: 200  in ours and 403 Denied in theirs"
    ]
    assert list(contradictions(ours, recording(masked(shape={"id": "guid", "x": "string"})))) == [
        "app: GET organization: x is only in theirs"
    ]
    assert list(contradictions(ours, recording())) == ["app: GET organization: only ours was asked"]
    assert list(contradictions(recording(), ours)) == ["app: GET organization: only theirs was asked"]


def test_the_committed_recording_answers_every_question_of_today() -> None:
    known = Recording.model_validate_json(RECORDED.read_text())
    assert [(answer.caller, answer.question) for answer in known.answers] == list(QUESTIONS)
