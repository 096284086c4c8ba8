"""A pipeline's own assertion, which proves an identity without any secret: given, in a file, or from its token service.

An assertion lives for minutes (GitHub 5, Azure DevOps 10) and a job for up to an hour. So it is looked for again each
time one is needed, and where the job's token service is at hand an ended one is replaced by a new one.

How a token service is asked: GitHub by GET with an audience, Azure DevOps by POST with the service connection
(https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create).
"""

import base64
import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import httpx
from pydantic import SecretStr

from components import clock
from smartrecruiters_calendar.entra.bodies import Unusable, json_in
from smartrecruiters_calendar.entra.client import client_of_microsoft
from smartrecruiters_calendar.entra.errors import EntraUnreachable
from smartrecruiters_calendar.entra.patience import patiently, raise_if_busy
from smartrecruiters_calendar.entra.sign_in_variables import (
    ASSERTION,
    ASSERTION_FILE,
    REQUEST_TOKENS,
    REQUEST_URLS,
    SERVICE_CONNECTIONS,
    USE_ASSERTIONS,
    USE_WORKLOAD_IDENTITY,
    has_token_service,
    incomplete,
    read_file,
    switched_on,
    value,
    value_or_file,
)
from smartrecruiters_calendar.plain_text import printable
from smartrecruiters_calendar.private_files import write_private

FEDERATED_FILE: Final = "AZURE_FEDERATED_TOKEN_FILE"
"""Where azure-identity, the Azure Blob state backend and the Key Vault secrets provider find an assertion."""
_AUDIENCE: Final = "api://AzureADTokenExchange"
_ADO_VERSION: Final = "7.1"
_LEFT_SECONDS: Final = 120.0
"""What an assertion must have left to be used: a sign-in, and a CLI invocation up to its first one."""


def uses_assertions(environment: Mapping[str, str]) -> bool:
    return switched_on(environment, USE_ASSERTIONS, USE_WORKLOAD_IDENTITY)


def has_assertion(environment: Mapping[str, str]) -> bool:
    """Whether there is one for the deployer, or a token service that gives one."""
    return bool(value(environment, ASSERTION, ASSERTION_FILE)) or has_token_service(environment)


def pipeline_assertion(environment: Mapping[str, str]) -> SecretStr:
    """The deployer's: the given one, the one in the provider's file, else a new one of the token service.

    Raises:
        Stopped: there is none.
        EntraUnreachable: the token service gave none.
    """
    given = value_or_file(environment, ASSERTION, ASSERTION_FILE)
    if given and not (has_ended(given) and has_token_service(environment)):
        return SecretStr(given)
    if has_token_service(environment):
        return new_assertion(environment)
    raise incomplete(
        "ARM_USE_OIDC is set, and there is no assertion: set ARM_OIDC_TOKEN; or give the GitHub job `permissions: "
        "id-token: write`, and a step in Azure Pipelines ARM_OIDC_REQUEST_URL and ARM_OIDC_REQUEST_TOKEN."
    )


def operators_assertion(environment: Mapping[str, str]) -> SecretStr:
    """The operator's: the one in azure-identity's file, else as the deployer's, of the same pipeline.

    Raises:
        Stopped: there is none.
        EntraUnreachable: the token service gave none.
    """
    if path := value(environment, FEDERATED_FILE):
        held = read_file(path, FEDERATED_FILE).decode(errors="replace").strip()
        if not (has_ended(held) and has_token_service(environment)):
            return SecretStr(held)
    return pipeline_assertion(environment)


def renew_files(environment: Mapping[str, str]) -> None:
    """Replace ended assertions in the files that the `pulumi` command and its plugins sign in with.

    To be called only where the job's token service is at hand; elsewhere somebody else renews them.

    Raises:
        Stopped: a file cannot be read or written.
        EntraUnreachable: the token service gave none.
    """
    for name in (FEDERATED_FILE, ASSERTION_FILE):
        path = value(environment, name)
        if path and has_ended(read_file(path, name).decode(errors="replace").strip()):
            _write(path, name, new_assertion(environment))


def _write(path: str, named_by: str, assertion: SecretStr) -> None:
    try:
        write_private(Path(path), assertion.get_secret_value())
    except OSError as error:
        raise incomplete(
            f"{path}, named by {named_by}, cannot be replaced ({error.strerror}), and the assertion in it has ended: "
            "name a file that this job may write."
        ) from None


def has_ended(assertion: str) -> bool:
    """Whether it ends before it could be used; one whose end cannot be read counts as valid, and Entra decides."""
    with contextlib.suppress(KeyError, TypeError, ValueError):
        return clock.now().timestamp() > float(str(_claims(assertion)["exp"])) - _LEFT_SECONDS
    return False


def known_as(assertion: SecretStr) -> str | None:
    """Whom an assertion presents, which a federated credential has to name to the letter; None: it cannot be read."""
    with contextlib.suppress(KeyError, TypeError, ValueError):
        claims = _claims(assertion.get_secret_value())
        return printable(f"subject {claims['sub']} of issuer {claims['iss']}")
    return None


def _claims(assertion: str) -> Mapping[str, object]:
    """What an assertion says, unverified.

    Raises:
        TypeError, ValueError: it says nothing that can be read.
    """
    parts = assertion.split(".")
    if len(parts) < 2:
        raise ValueError("it is not a JSON Web Token")
    claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    if not isinstance(claims, dict):
        raise TypeError("its claims are not an object")
    return claims


def new_assertion(environment: Mapping[str, str]) -> SecretStr:
    """One that the job's token service makes for this moment.

    Raises:
        Stopped: the token service has no usable address, or is Azure DevOps' and no service connection is named.
        EntraUnreachable: it gave none.
    """
    connection = value(environment, *SERVICE_CONNECTIONS)
    if not connection and value(environment, *REQUEST_URLS) == value(environment, REQUEST_URLS[-1]):
        raise incomplete(
            "The job's token service is Azure DevOps', and no service connection is named: set "
            f"{SERVICE_CONNECTIONS[0]} to its ID."
        )
    asked = {"api-version": _ADO_VERSION, "serviceConnectionId": connection} if connection else {"audience": _AUDIENCE}
    try:
        url = httpx.URL(value(environment, *REQUEST_URLS))
        url = url.copy_merge_params({name: text for name, text in asked.items() if not url.params.get(name)})
    except httpx.InvalidURL:
        raise incomplete(f"{REQUEST_URLS[0]} is not a valid address: write https://host/path.") from None
    if url.scheme != "https" or not url.host:
        raise incomplete(
            f"The job's token service is at {url.scheme or 'no scheme'}://{url.host}, which is not an https address, "
            f"and an assertion is a secret: correct {REQUEST_URLS[0]}, or unset it to use the job's own."
        )
    headers = {"Authorization": f"Bearer {value(environment, *REQUEST_TOKENS)}"}
    method, field = ("POST", "oidcToken") if connection else ("GET", "value")
    with client_of_microsoft() as http:
        answer = patiently(lambda: raise_if_busy(http.request(method, url, headers=headers)), EntraUnreachable)
    return _assertion_in(answer, field)


def _assertion_in(answer: httpx.Response, field: str) -> SecretStr:
    if not answer.is_success:
        raise EntraUnreachable(f"the pipeline's token service gave no assertion: it answered {answer.status_code}")
    with contextlib.suppress(Unusable, KeyError, TypeError):
        assertion = json_in(answer)[field]
        if isinstance(assertion, str) and assertion:
            return SecretStr(assertion)
    raise EntraUnreachable("the pipeline's token service answered, and not with an assertion")
