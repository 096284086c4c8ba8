"""Entra and Graph of the cloud that the environment names, found when first needed."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from pydantic import SecretStr

from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.entra.cloud import Cloud, find_cloud
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import Identity
from smartrecruiters_calendar.entra.mailbox import Mailbox
from smartrecruiters_calendar.entra.questions import (
    Account,
    CalendarAnswer,
    DirectoryRoom,
    account,
    calendars,
    organization_id,
    rooms,
)
from smartrecruiters_calendar.entra.tenant import Tenant, find_credential
from smartrecruiters_calendar.vault.address import VaultedSecret


class MicrosoftCloud:
    """What post-deploy asks of Microsoft. Any call may raise `CloudRefused` or `CloudUnreachable`."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    @cached_property
    def _cloud(self) -> Cloud:
        return find_cloud(self._environment)

    def fetch_token(self, tenant: str, client_id: str, client_secret: SecretStr) -> AppToken:
        # azure-identity takes a third of a second to load, which no usage mistake should cost.
        from smartrecruiters_calendar.entra.tokens import fetch_token

        return fetch_token(self._cloud, tenant, client_id, client_secret)

    def vault_secret(self, wanted: VaultedSecret) -> SecretStr:
        """A client secret from Key Vault, read as the operator."""
        from smartrecruiters_calendar.vault.reading import read_secret

        credential = find_credential(self._cloud, "", Identity.OPERATOR, self._environment)
        return read_secret(wanted, self._cloud, credential)

    def organization_id(self, token: AppToken) -> str:
        with Directory(self._cloud, token) as directory:
            return organization_id(directory)

    def account(self, token: AppToken, address: str) -> Account | None:
        with Directory(self._cloud, token) as directory:
            return account(directory, address)

    def calendars(
        self, token: AppToken, addresses: Sequence[str], opened: Callable[[int], None]
    ) -> list[CalendarAnswer]:
        with Directory(self._cloud, token) as directory:
            return calendars(directory, addresses, opened)

    def mailbox(self, token: AppToken, address: str) -> Mailbox:
        """One mailbox, as the integration app uses it; close it."""
        return Mailbox(Directory(self._cloud, token), address)

    def rooms_by_operator(self, directory_id: str) -> list[DirectoryRoom]:
        with Tenant.sign_in(self._environment, directory_id, Identity.OPERATOR) as tenant:
            return rooms(tenant.directory)
