"""Plain httpx against the running sandbox: links, batches, and what a token is good for."""

from tests.sandbox.clients.running import Running


def test_next_links_are_absolute_and_work_as_they_are(running: Running) -> None:
    with running.as_identity(running.operator) as client:
        url = f"{running.address}/v1.0/users?$select=id&$top=100&$filter=startswith(displayName,'Room%20')"
        seen: list[str] = []
        while url:
            assert url.startswith(f"{running.address}/v1.0/users?")
            answer = client.get(url)
            answer.raise_for_status()
            seen += [user["id"] for user in answer.json()["value"]]
            url = answer.json().get("@odata.nextLink", "")
    assert len(seen) == len(set(seen)) == 116


def test_without_a_token_there_is_a_challenge(running: Running) -> None:
    with running.http() as client:
        answer = client.get("/v1.0/users")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"
    assert answer.headers["www-authenticate"].startswith("Bearer realm=")


def test_requests_in_a_batch_are_authorised_each_on_its_own(running: Running) -> None:
    requests = [
        {"id": "rooms", "method": "GET", "url": "/places/microsoft.graph.room"},
        {"id": "calendar", "method": "GET", "url": "/users/boardroom@contoso.example/calendar"},
        {"id": "user", "method": "GET", "url": "/users/boardroom@contoso.example?$select=mail"},
    ]
    with running.as_identity(running.operator) as client:
        answer = client.post("/v1.0/$batch", json={"requests": requests})
    assert answer.status_code == 200
    statuses = {item["id"]: item["status"] for item in answer.json()["responses"]}
    assert statuses == {"rooms": 200, "calendar": 403, "user": 200}


def test_client_request_ids_come_back(running: Running) -> None:
    mine = "6f9619ff-8b86-d011-b42d-00c04fc964ff"
    with running.as_identity(running.operator) as client:
        answer = client.get("/v1.0/users/nobody@contoso.example", headers={"client-request-id": mine})
    assert answer.headers["client-request-id"] == mine
    assert answer.json()["error"]["innerError"]["client-request-id"] == mine
    assert answer.headers["request-id"] != mine
