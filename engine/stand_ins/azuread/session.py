"""A configured provider: the signed-in Graph client and what else every resource needs."""

import threading
import time
from collections import defaultdict
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from engine.stand_ins.azuread.graph import V1, Graph, quoted
from engine.stand_ins.provider.configuration import Configuration
from engine.stand_ins.provider.errors import PluginError
from engine.stand_ins.provider.http_retry import open_client
from engine.stand_ins.provider.polling import Waiting
from engine.stand_ins.provider.sign_in import Tokens, find_cloud

if TYPE_CHECKING:
    import httpx

_LOOK_UP_SECONDS = 300.0


class Session:
    def __init__(
        self, configuration: Configuration, waiting: Waiting, transport: "httpx.BaseTransport | None" = None
    ) -> None:
        """Find the cloud, sign in, and learn who the caller is.

        Raises:
            PluginError: the cloud is not the sandbox's, or the sign-in was refused.
        """
        client = open_client(transport)
        cloud = find_cloud(client, configuration, waiting)
        tokens = Tokens(client, cloud, cloud.graph, configuration, waiting)
        self.tenant = configuration.tenant
        self.client_id = configuration.client_id
        self.waiting = waiting
        self.graph = Graph(client, cloud, tokens, waiting)
        self.caller = str(tokens.claims().get("oid") or "") or self._look_up_caller()
        """Object ID of the signed-in service principal."""
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def locked(self, application_object_id: str) -> AbstractContextManager[bool]:
        """One change of an application at a time: Graph answers parallel ones with a concurrency violation."""
        return self._locks[application_object_id]

    def _look_up_caller(self) -> str:
        deadline = time.monotonic() + _LOOK_UP_SECONDS
        found = self.graph.list(f"{V1}/servicePrincipals", deadline, filter=f"appId eq {quoted(self.client_id)}")
        if len(found) != 1:
            raise PluginError(
                "attempting to discover object ID for authenticated service principal: "
                f"unexpected number of results, expected 1, received {len(found)}"
            )
        return str(found[0]["id"])
