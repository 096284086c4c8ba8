"""A whole sandbox with one integration app in it, for tests that deliver."""

from collections.abc import Callable, Sequence

from pydantic import SecretStr

from sandbox.graph import tenants
from sandbox.seed.constants import CONTOSO, SeededIdentity, SeededTenant
from sandbox.seed.directory import add_identity
from sandbox.server.application import Sandbox
from sandbox.smartrecruiters.accounts import ADMINISTRATOR
from smartrecruiters_calendar.page.channel import Credentials

GUIDE = ("Directory.Read.All", "Calendars.ReadWrite")


class Company:
    """A sandbox with one integration app in it, before its server runs."""

    def __init__(self, running: Sandbox, permissions: Sequence[str], seeded: SeededTenant = CONTOSO) -> None:
        self.sandbox = running
        tenant = tenants.find(running.context.store, seeded.id)
        assert tenant is not None
        self.tenant = tenant
        identity = SeededIdentity(
            "integration",
            "SmartRecruiters Calendar Integration",
            "5e0f1a2b-0000-4000-8000-000000000001",
            "5e0f1a2b-0000-4000-8000-000000000002",
            "5e0f1a2b-0000-4000-8000-000000000003",
            tuple(permissions),
        )
        made = add_identity(running.context.store, tenant, identity, running.context.clock.seconds())
        self.credentials = Credentials(made["clientId"], SecretStr(made["clientSecret"]), seeded.initial_domain)
        self.saver = ADMINISTRATOR


NewCompany = Callable[..., Company]
