"""Profiles made of recordings: each make of page is described so that the channel can send what the page sent."""

import json
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from ruamel.yaml import YAML

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page.profile import load_profile
from smartrecruiters_calendar.page.recording import har
from smartrecruiters_calendar.page.recording.making import RecordingInput, make_profile
from tests.smartrecruiters_calendar.page.recording import har_files
from tests.smartrecruiters_calendar.page.recording.pages import (
    FIELDS,
    HOST,
    ROOMS,
    SECRET,
    TAB,
    TOKEN,
    TYPED,
    exchange,
    load,
    made,
    save,
    tab,
)

refuses = partial(pytest.raises, Stopped, check=lambda stopped: stopped.reason is Reason.RECORDING_REFUSED)

PLACEHOLDERS = {"clientId": "{clientId}", "clientSecret": "{clientSecret}", "tenantId": "{tenantId}"}


def described(*entries: dict[str, Any], **said: Any) -> dict[str, Any]:
    document: dict[str, Any] = YAML(typ="safe").load(made(*entries, **said).text)
    return document


def test_a_plain_page_is_described_whole(tmp_path: Path) -> None:
    profile = made(tab(), save(), load())
    path = tmp_path / "profile.yaml"
    path.write_text(profile.text)
    assert load_profile(path) == profile.profile
    document = YAML(typ="safe").load(profile.text)
    assert document["settingsPage"] == TAB
    assert document["antiForgery"] == {"token": {"metaName": "csrf-token"}}
    assert document["save"] == {
        "method": "PUT",
        "path": TAB,
        "headers": {"x-csrf-token": "{antiForgery}"},
        "jsonBody": PLACEHOLDERS,
        "accepted": [200],
        "errors": {"code": "/code", "message": "/message"},
    }
    assert document["loadResources"]["rooms"] == {
        "items": "/rooms",
        "name": "/name",
        "address": "/email",
        "kind": "/type",
        "kinds": {"MEETING_ROOM": "room", "EQUIPMENT": "equipment"},
    }
    assert "job" not in document["loadResources"]


def test_what_was_not_seen_is_said_in_the_file_and_in_the_result() -> None:
    profile = made(tab(), save(), load())
    assert len(profile.notes) == 2
    for note in profile.notes:
        assert f"# - {note}" in profile.text


def test_a_form_with_a_hidden_token(tmp_path: Path) -> None:
    hidden = tab(f'<form><input type="hidden" name="_csrf" value="{TOKEN}"><input name="clientId"></form>')
    document = described(
        hidden,
        save(json=None, data={**FIELDS, "_csrf": TOKEN, "provider": "OFFICE_365", "notify": ""}, headers={}),
        load(headers={}, data={"_csrf": TOKEN}),
    )
    assert document["antiForgery"] == {"token": {"inputName": "_csrf"}}
    assert document["save"]["form"] == {
        **PLACEHOLDERS,
        "_csrf": "{antiForgery}",
        "provider": "OFFICE_365",
        "notify": "",
    }
    assert document["loadResources"]["form"] == {"_csrf": "{antiForgery}"}


def test_a_token_that_travels_from_cookie_to_header() -> None:
    sent = {"X-XSRF-TOKEN": TOKEN, "Cookie": f"XSRF-TOKEN={TOKEN}; other=1"}
    document = described(tab(""), save(headers=sent), load(headers=sent))
    assert document["antiForgery"] == {"token": {"cookieName": "XSRF-TOKEN"}}
    assert document["save"]["headers"] == {"x-xsrf-token": "{antiForgery}"}


def test_a_token_of_its_own_address() -> None:
    fetched = exchange("GET", "/api/session", answer={"user": {"csrfToken": TOKEN}})
    document = described(tab(""), fetched, save(), load())
    assert document["antiForgery"] == {"page": "/api/session", "token": {"jsonPointer": "/user/csrfToken"}}


def test_a_page_without_tokens() -> None:
    document = described(tab(""), save(headers={}), load(headers={"X-Requested-With": "XMLHttpRequest"}))
    assert "antiForgery" not in document
    assert document["loadResources"]["headers"] == {"x-requested-with": "XMLHttpRequest"}


def test_nested_fields_keep_their_places() -> None:
    body = {"query": "save", "variables": {"input": {**FIELDS, "kind": 365, "active": True, "alias": None}}}
    document = described(tab(), save(json=body), load())
    assert document["save"]["jsonBody"]["variables"]["input"] == {
        **PLACEHOLDERS,
        "kind": 365,
        "active": True,
        "alias": None,
    }


def test_a_job_with_its_id_in_the_path() -> None:
    job = "7c0e3f1a-77aa-4b2e-9c55-0d4c2f4f9a10"
    document = described(
        tab(),
        save(),
        load(status=202, answer={"job": {"id": job, "state": "queued"}}),
        exchange("GET", f"/api/jobs/{job}", answer={"job": {"id": job, "state": "running"}}),
        exchange("GET", f"/api/jobs/{job}", answer={"job": {"id": job, "state": "finished"}, "rooms": ROOMS}),
    )
    told = document["loadResources"]["job"]
    assert (told["id"], told["path"], told["status"]) == ("/job/id", "/api/jobs/{job}", "/job/state")
    assert (sorted(told["running"]), told["done"], told["failed"]) == (
        ["queued", "running"],
        ["finished"],
        ["failed", "error"],
    )
    assert told["everySeconds"] == 1.0
    assert document["loadResources"]["accepted"] == [202]


def test_a_job_with_its_id_in_the_query() -> None:
    document = described(
        tab(),
        save(),
        load(answer={"id": 4711}),
        exchange("GET", "/api/jobs?v=2&id=4711", answer={"status": "DONE", "rooms": ROOMS}),
    )
    assert document["loadResources"]["job"]["path"] == "/api/jobs?v=2&id={job}"


def test_a_load_whose_list_is_fetched_from_one_address() -> None:
    document = described(
        tab(),
        save(),
        exchange("POST", "/api/events", answer={"ok": True}, json={"event": "click"}),
        load(status=204, answer=None),
        exchange("GET", f"{TAB}/rooms", answer=ROOMS),
    )
    told = document["loadResources"]
    assert (told["method"], told["path"], told["accepted"]) == ("POST", f"{TAB}/load", [204])
    assert told["job"] == {"path": f"{TAB}/rooms", "everySeconds": 2.0}
    assert told["rooms"]["items"] == ""


def test_a_load_that_only_reads() -> None:
    document = described(tab(), save(), exchange("GET", f"{TAB}/rooms", answer={"data": {"rooms": ROOMS}}))
    assert (document["loadResources"]["method"], document["loadResources"]["path"]) == ("GET", f"{TAB}/rooms")
    assert "job" not in document["loadResources"]


def test_the_longest_list_is_the_loaded_one_and_what_was_not_loaded_never_is() -> None:
    answer = {"unavailable": [*ROOMS, *ROOMS], "loaded": ROOMS, "warnings": [{"text": "none"}]}
    document = described(tab(), save(), load(answer=answer))
    assert document["loadResources"]["rooms"]["items"] == "/loaded"


def test_reasons_are_read_off_recorded_refusals() -> None:
    wrong = {"error": {"errorCode": "INVALID", "detail": "No."}, "problems": [{"property": "tenantId", "message": "?"}]}
    job = "7c0e3f1a-77aa-4b2e-9c55-0d4c2f4f9a10"
    other = "9d1e3f1a-77aa-4b2e-9c55-0d4c2f4f9a11"
    failed = {"id": other, "status": "FAILED", "why": {"code": "AUTH", "description": "Microsoft said no."}}
    document = described(
        tab(),
        save(json={**FIELDS, "tenantId": "acme"}, status=422, answer=wrong),
        save(),
        load(answer={"id": other, "status": "RUNNING"}),
        exchange("GET", f"{TAB}/load/{other}", answer=failed),
        save(),
        load(answer={"id": job, "status": "RUNNING"}),
        exchange("GET", f"{TAB}/load/{job}", answer={"id": job, "status": "DONE", "rooms": ROOMS}),
    )
    assert document["save"]["errors"] == {
        "code": "/error/errorCode",
        "message": "/error/detail",
        "fields": {"items": "/problems", "field": "/property", "message": "/message"},
    }
    assert document["loadResources"]["job"]["errors"] == {"code": "/why/code", "message": "/why/description"}


def test_saved_fields_are_found_where_the_page_shows_them() -> None:
    shown = f'<input name="id" value="{TYPED.client_id.upper()}"><input name="tenant" value="{TYPED.tenant_id}">'
    document = described(tab(), save(), load(), tab(shown))
    assert document["savedFields"] == {"clientId": {"inputName": "id"}, "tenantId": {"inputName": "tenant"}}
    answer = {"azure": {"app": TYPED.client_id, "domain": TYPED.tenant_id}}
    document = described(tab(), exchange("GET", "/api/calendar", answer=answer), save(), load())
    assert document["savedFields"]["page"] == "/api/calendar"
    assert document["savedFields"]["clientId"] == {"jsonPointer": "/azure/app"}


def test_a_recorded_sign_in_tells_what_a_signed_out_person_meets() -> None:
    before = [exchange("GET", TAB, status=302), exchange("GET", "/login/password?next=x", html="<form></form>")]
    profile = made(*before, tab(), save(), load())
    assert profile.profile.signed_out.redirects_to == ["/login"]
    assert not any("signed out" in note for note in profile.notes)


def test_an_address_with_a_path_is_cut_off() -> None:
    document = described(tab(), save(), load(), address=httpx.URL(f"{HOST}/settings"))
    assert document["settingsPage"] == TAB.removeprefix("/settings")
    assert document["save"]["path"] == TAB.removeprefix("/settings")


def test_the_last_accepted_save_is_described() -> None:
    first = exchange("POST", "/old/save", json=FIELDS, answer={}, headers={"X-CSRF-Token": TOKEN})
    assert described(tab(), first, save(), load())["save"]["path"] == TAB


def test_a_room_that_was_shown_chooses_among_lists() -> None:
    people = exchange("GET", "/api/people", answer=[{"name": "Ann", "email": "ann@acme.example"}])
    with refuses(match="--room"):
        made(tab(), save(), people, load())
    for room in ("boardroom", "BOARDROOM@acme.example"):
        assert described(tab(), save(), people, load(), room=room)["loadResources"]["path"] == f"{TAB}/load"


def test_what_may_be_private_is_copied_only_when_a_person_says_so() -> None:
    company = "5f3aa0c1d2e94b7788aabbcc"
    body = {**FIELDS, "companyId": company}
    with refuses(match=r"--keep '/companyId'") as refused:
        made(tab(), save(json=body), load())
    assert company not in str(refused.value)
    assert described(tab(), save(json=body), load(), keep=["/companyId"])["save"]["jsonBody"]["companyId"] == company
    without = described(tab(), save(json=body), load(), leave_out=["/companyId"])
    assert without["save"]["jsonBody"] == PLACEHOLDERS
    query = exchange("POST", f"{TAB}/load?sid={company}", answer={"rooms": ROOMS}, headers={"X-CSRF-Token": TOKEN})
    with refuses(match=r"--leave-out '\?sid'"):
        made(tab(), save(), query)


def test_a_secret_in_the_recording_stays_there() -> None:
    assert SECRET not in made(tab(), save(), load()).text
    with refuses(match="value of the Client Secret"):
        made(tab(), save(json={**FIELDS, "again": f"is {SECRET}"}), load(), keep=["/again"])


@pytest.mark.parametrize("word", ["no", "yes", "on", "null", "1", "365", "1.0", "true", "OFFICE_365", ""])
def test_words_that_yaml_would_take_for_something_else_stay_words(tmp_path: Path, word: str) -> None:
    profile = made(tab(), save(json={**FIELDS, "kind": word}), load())
    path = tmp_path / "profile.yaml"
    path.write_text(profile.text)
    assert load_profile(path) == profile.profile
    assert YAML(typ="safe").load(profile.text)["save"]["jsonBody"]["kind"] == word


def test_browsers_write_one_thing_in_different_ways() -> None:
    """Forms as parameters only, pseudo-headers, times without a zone, entries out of order, bodies in clear."""
    opened, saved, loaded = tab(), save(json=None, data=FIELDS), load()
    saved["request"]["postData"] = {
        "mimeType": "application/x-www-form-urlencoded",
        "params": [{"name": name, "value": value} for name, value in FIELDS.items()],
    }
    saved["request"]["headers"] += [{"name": ":authority", "value": "acme.smartrecruiters.example"}]
    loaded["response"]["content"] = {"mimeType": "application/json; charset=UTF-8", "text": json.dumps(ROOMS)}
    for number, one in enumerate((opened, saved, loaded)):
        one["startedDateTime"] = f"2026-11-25T09:00:0{number}.5" + ("Z" if number else "")
    read = har.exchanges(har_files.har([loaded, saved, opened]))
    document = YAML(typ="safe").load(make_profile(read, RecordingInput(TYPED), date(2026, 11, 25)).text)
    assert document["save"]["form"] == PLACEHOLDERS
    assert document["loadResources"]["rooms"]["items"] == ""
