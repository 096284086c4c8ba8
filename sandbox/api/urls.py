"""The one table of Microsoft Graph routes: what is emulated, who may call it, and how certain the answer is.

How a route is registered
-------------------------
A service's `urls` has a tuple `ROUTES` of `sandbox.graph.routing.Route` that is part of `ROUTES` below::

    Route("GET", "/users/{user}", users.read, allow("User.Read.All", "Directory.Read.All"), Grade.DOCUMENTED)
    Route("POST", "/users/{user}/calendar/getSchedule", schedules.query, by_handler("Calendars.ReadWrite"), ...)

* *Template*: relative to `/v1.0` (add `versions=BETA` or `versions=BOTH`). Literal segments match in any
  case, so `microsoft.graph.room`; give another spelling its own route (`graph.room`). `{user}` takes one segment,
  percent-decoded: `/users/x` and `/users('x')` are the same. `{application:appId}` also takes the alternate key,
  `/applications(appId='x')`. `/$count`, `/$ref` and `/$batch` are literal segments like any other. A literal wins
  over a parameter.
* *Permissions*: `allow(any, of, these)` for application permissions, `.also(any, of, these)` where Graph asks for a
  second one, `.delegated(any, of, these)` for tokens on behalf of a person (without it such tokens are refused),
  `.refusing(error)` where the service's refusal differs from the directory's. `by_handler(...)` documents names that
  the handler enforces itself. `OPEN` lets any valid token pass.
* *Grade*: of the evidence for the answer (`Grade`). `note` becomes the remark on the coverage page.

How a handler sees the request
------------------------------
`handler(call: Call) -> Reply`, a plain function. `Call` carries `tenant`, `caller` (`app_id`, `oid`, `roles`,
`idtyp`, `scopes`), `store`, `now` (sandbox time), `query` (decoded pairs, for `odata.read_options`), `header(name)`,
`json()` (400 unless an object), `key("user")` and `value("user")`, `url(path)` for absolute links. Raise
`sandbox.graph.errors.GraphError` or let an `ODataError` pass; envelope and headers come from outside. A handler of
anything but GET runs inside one transaction that is rolled back when it raises. Only `$batch` is a coroutine: it
awaits `call.dispatch(method, url, headers, body)`, runs outside any transaction, and must not touch the store.

Tables
------
A package with tables of its own has `SCHEMA` (SQL, every statement `IF NOT EXISTS`) and adds it to `SCHEMAS` below.
Users and groups are directory objects: keep them in `objects` through `sandbox.directory.models.objects`, with `kind`
"user" or "group", so that owners and grants can point to them. Seeding: see `sandbox.seed`.
"""

from sandbox.api import batch
from sandbox.azure import models as azure_tables
from sandbox.directory import urls as directory
from sandbox.directory.models import delegated_grants as delegated_grant_tables
from sandbox.directory.models import federated_credentials as federated_credential_tables
from sandbox.directory.models import grants as grant_tables
from sandbox.directory.models import machine_identities, objects, power, secret_policy, secrets, sign_ins
from sandbox.directory.models import owners as owner_tables
from sandbox.exchange import urls as exchange
from sandbox.exchange.models import schema as exchange_tables
from sandbox.graph import faults, tenants
from sandbox.graph.routing import BOTH, OPEN, Grade, Route

ROUTES: tuple[Route, ...] = (
    *directory.ROUTES,
    *exchange.ROUTES,
    Route(
        "POST",
        "/$batch",
        batch.run_batch,
        OPEN.delegated("User.Read", "User.Read.All", "User.ReadBasic.All", "Directory.Read.All"),
        Grade.DOCUMENTED,
        BOTH,
        "each inner request is authorised on its own; refusals are a guess",
    ),
)

SCHEMAS: tuple[str, ...] = (
    tenants.SCHEMA,
    objects.SCHEMA,
    owner_tables.SCHEMA,
    secrets.SCHEMA,
    federated_credential_tables.SCHEMA,
    grant_tables.SCHEMA,
    delegated_grant_tables.SCHEMA,
    sign_ins.SCHEMA,
    machine_identities.SCHEMA,
    secret_policy.SCHEMA,
    power.SCHEMA,
    faults.SCHEMA,
    exchange_tables.SCHEMA,
    azure_tables.SCHEMA,
)
