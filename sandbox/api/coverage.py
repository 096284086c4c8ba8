"""The page that says what of Microsoft Graph and Entra is emulated.

Generated from the route table, so it cannot lag behind.
"""

import functools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from sandbox.api import evidence
from sandbox.api.urls import ROUTES
from sandbox.azure import coverage as azure
from sandbox.graph.routing import BOTH, V1, Grade, Route

Key = TypeVar("Key", bound=Hashable)

SIGN_IN = (
    (
        ("GET /metadata/endpoints",),
        "",
        Grade.CLIENT,
        "`api-version` 2015-01-01, 2018-01-01, 2019-05-01 and 2022-09-01; others are refused",
    ),
    (
        ("POST /{tenant}/oauth2/v2.0/token",),
        "a secret, a certificate, or an assertion of the sandbox's OIDC issuer",
        Grade.DOCUMENTED,
        "certificates by `x5t#S256`, `x5t` or `kid`, PS256 or RS256; refusals of assertions as in issue threads; the "
        "OAuth error of 7000112, 700022 and 50048 is a guess",
    ),
    (
        ("GET /{tenant}/v2.0/.well-known/openid-configuration",),
        "",
        Grade.DOCUMENTED,
        "also of `common` and `organizations`",
    ),
    (("GET /{tenant}/.well-known/openid-configuration",), "", Grade.DOCUMENTED, "likewise"),
    (("GET /{tenant}/discovery/v2.0/keys", "GET /{tenant}/discovery/keys"), "", Grade.DOCUMENTED, ""),
    (("GET /common/discovery/instance",), "", Grade.DOCUMENTED, "clients usually ask Microsoft's own host"),
    (("GET /oidc/.well-known/openid-configuration", "GET /oidc/keys"), "", Grade.GUESS, "the sandbox's own issuer"),
    (
        ("GET /oidc/token",),
        "the home's request token",
        Grade.CLIENT,
        "GitHub's way; lives 5 minutes; `repository=owner/name` gives a subject with IDs",
    ),
    (("POST /oidc/token",), "the home's request token", Grade.CLIENT, "Azure DevOps' way; lives 10 minutes"),
    (
        ("GET /metadata/identity/oauth2/token",),
        "an attached identity",
        Grade.DOCUMENTED,
        "`api-version` 2018-02-01, by https; texts of refusals are guesses",
    ),
)

_GUESSES = (
    "the order of checks at the token endpoint beyond *application before secret*",
    "the status of AADSTS7000112 (401 here) and 50048 (400 here)",
    "that an assertion by certificate is accepted without `jti`, and again with the same one",
    "that a key credential is accepted whatever its `key` holds",
    "*Invalid value specified for property* as the text for every property value that is refused",
    "the text for an unknown or read-only property in a body",
    "the code of a 429 of the directory (`TooManyRequests` here)",
    "the 400 for a `uniqueName` or a number of federated credentials",
)
"""What nobody confirmed and no row says."""

_NOT_EMULATED = (
    ("Sign-in of people: authorization code, device code, refresh tokens", "AADSTS70003, or 400 for the address"),
    ("Federated credentials with other issuers than the sandbox's", "AADSTS700027"),
    ("The token endpoint of v1.0 (`/oauth2/token`)", "400"),
    ("`$expand` of anything but `owners`, `$batch` inside `$batch`, `$metadata`, delta queries", "400"),
    ("Any effect of a policy assigned to an app", "as without it"),
    ("Changing or removing a policy over HTTP", "405; `python -m sandbox policy` sets the tenant's own"),
    ("Changing a delegated grant, and any effect of one", "405"),
    ("Creating or changing users and rooms, changing groups", "405; `python -m sandbox seed`"),
    ("Replication lag of changes (only of creation and deletion), quotas, resource units as limits", "none"),
    ("`Strict-Transport-Security`", "not sent: a browser would apply it to all of localhost"),
    ("Every other address of Graph or Entra", "400 `BadRequest`"),
)


def markdown() -> str:
    requests = counts()
    lines = [
        "# What the sandbox emulates",
        "",
        "`python -m sandbox coverage > docs/sandbox-coverage.md` writes this page from the table that enforces it.",
        "Anything else gets a 4xx in Graph's form and is listed by `python -m sandbox log --not-emulated`.",
        "",
        "## Grades of evidence",
        "",
        *(f"- {g.name.lower()} ({requests[g.name.lower()]} requests): {_meaning(g)}" for g in Grade),
        "",
        "A recorded or measured request has the number of the recording, or the real client's test, that shows it.",
        "The others are documented, unless another grade is named.",
        "",
        *(f"{number}. `{shown_by}`" for shown_by, number in _numbers().items()),
        "",
        "## Microsoft Graph",
        "",
        "By the permissions of which the caller needs one; v1.0 unless *beta* or *both* is named. With "
        "Application.ReadWrite.OwnedBy a caller changes only what it owns.",
        "",
        *_graph_lists(),
        "## Signing in",
        "",
        "By anybody, unless it says by whom.",
        "",
        *_plain_list(SIGN_IN),
        "",
        "## Azure Resource Manager and Key Vault",
        "",
        "By anybody with a token of the tenant, unless it says by whom.",
        "",
        *_plain_list(azure.ROWS),
        "",
        "## Guesses that no row names",
        "",
        *(f"- {guess}" for guess in _GUESSES),
        "",
        "## Not emulated",
        "",
        *(f"- {what}: {happens}" for what, happens in (*_NOT_EMULATED, *azure.NOT_EMULATED)),
        "",
    ]
    return "\n".join(lines)


Row = tuple[tuple[str, ...], str, Grade, str]
"""Requests that share a row (the first stands for all), who may send them, evidence, remark.

Who is empty where it is as the section says.
"""


def counts() -> dict[str, int]:
    """The number of requests of every grade; those outside Graph that share a row count as one."""
    found = [evidence.of_route(route).grade for route in ROUTES]
    found += [evidence.of_row(requests[0], grade).grade for requests, _, grade, _ in (*SIGN_IN, *azure.ROWS)]
    return {grade.name.lower(): found.count(grade) for grade in Grade}


def _meaning(grade: Grade) -> str:
    return grade.value.partition(": ")[2] or grade.value


def _plain_list(rows: Iterable[Row]) -> Iterator[str]:
    """An item for each row."""
    for requests, who, grade, remark in rows:
        shown = evidence.of_row(requests[0], grade)
        named = ", ".join(f"{method} `{path}`" for method, _, path in (request.partition(" ") for request in requests))
        by_whom = who and f"by {who}"
        yield _item((_named(shown),), f"{named}{_reference(shown)}", "; ".join(filter(None, (by_whom, remark))))


def _graph_lists() -> Iterator[str]:
    """Each set of permissions, followed by an item for all requests that are known in the same way."""
    for permissions, routes in _grouped(ROUTES, _permissions):
        yield from (f"**{permissions}**", "")
        for (version, grade, note), alike in _grouped(routes, _known):
            requests = "; ".join(_requests(method, same) for method, same in _grouped(alike, lambda one: one.method))
            yield _item((version, grade), requests, note)
        yield ""


def _item(marks: Iterable[str], requests: str, remark: str) -> str:
    marked = ", ".join(filter(None, marks))
    return f"- {marked and f'{marked}: '}{requests}{remark and f' ({remark})'}"


def _grouped(routes: Iterable[Route], key: Callable[[Route], Key]) -> Iterator[tuple[Key, list[Route]]]:
    """By address, and the groups by their first one."""
    groups: dict[Key, list[Route]] = {}
    for route in sorted(routes, key=lambda route: (route.template.lower(), route.method, route.versions)):
        groups.setdefault(key(route), []).append(route)
    yield from groups.items()


def _known(route: Route) -> tuple[str, str, str]:
    version = {V1: "", BOTH: "both"}.get(route.versions, "beta")
    return version, _named(evidence.of_route(route)), route.note


def _named(shown: evidence.Evidence) -> str:
    """The grade, where neither a number nor its absence says it."""
    return "" if shown.shown_by or shown.grade is Grade.DOCUMENTED else shown.grade.name.lower()


def _requests(method: str, routes: Iterable[Route]) -> str:
    return f"{method} {', '.join(f'`{one.template}`{_reference(evidence.of_route(one))}' for one in routes)}"


def _reference(shown: evidence.Evidence) -> str:
    return f"[{_numbers()[shown.shown_by]}]" if shown.shown_by else ""


@functools.cache
def _numbers() -> Mapping[str, int]:
    """What shows any of the rows, numbered in the order of its name."""
    rows = (evidence.of_row(requests[0], grade) for requests, _, grade, _ in (*SIGN_IN, *azure.ROWS))
    shown = {one.shown_by for one in (*map(evidence.of_route, ROUTES), *rows)}
    return {shown_by: number for number, shown_by in enumerate(sorted(filter(None, shown)), 1)}


def _permissions(route: Route) -> str:
    permissions = route.permissions
    application = "any token" if permissions.anyone else ", ".join(permissions.application)
    if permissions.also_one_of:
        application = f"{application}; and one of {', '.join(permissions.also_one_of)}"
    if permissions.handler_decides and "Calendars" in application:
        application = f"{application}, or an Exchange scope"
    delegated = ", ".join(permissions.delegated_one_of)
    return "; ".join(filter(None, (application, delegated and f"on behalf of a person: {delegated}")))
