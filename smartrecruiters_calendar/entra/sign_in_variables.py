"""The deployer's variables, read as the azuread provider reads them: names, precedence, files next to values.

An empty variable counts as unset. Nothing is asked of anybody here.

The provider looks twice. Pulumi's part of it first wants to find any identity at all, and knows fewer variables; where
it finds none it turns to the Azure CLI, and without that it ends. Then Terraform's part reads all of them.

Sources: `preConfigureCallback` in pulumi/pulumi-azuread `provider/resources.go` (v6.10.0);
hashicorp/terraform-provider-azuread `internal/provider` (`provider.go`, `helpers.go`); and for the precedence
hashicorp/go-azure-sdk `sdk/auth/auth.go`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from smartrecruiters_calendar.outcome import Reason, Stopped

CLIENT_ID: Final = "ARM_CLIENT_ID"
CLIENT_ID_FILE: Final = "ARM_CLIENT_ID_FILE_PATH"
SECRET: Final = "ARM_CLIENT_SECRET"  # noqa: S105 (a name)
SECRET_FILE: Final = "ARM_CLIENT_SECRET_FILE_PATH"  # noqa: S105 (a name)
CERTIFICATE: Final = "ARM_CLIENT_CERTIFICATE"
CERTIFICATE_FILE: Final = "ARM_CLIENT_CERTIFICATE_PATH"
ASSERTION: Final = "ARM_OIDC_TOKEN"
ASSERTION_FILE: Final = "ARM_OIDC_TOKEN_FILE_PATH"
USE_ASSERTIONS: Final = "ARM_USE_OIDC"
USE_WORKLOAD_IDENTITY: Final = "ARM_USE_AKS_WORKLOAD_IDENTITY"
USE_MANAGED_IDENTITY: Final = "ARM_USE_MSI"
REQUEST_URLS: Final = ("ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", "SYSTEM_OIDCREQUESTURI")
REQUEST_TOKENS: Final = ("ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN")
SERVICE_CONNECTIONS: Final = ("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID")

_FIRST_LOOK: Final = slice(2)
"""Of the variables above, those that Pulumi's part of the provider knows."""

_YES: Final = frozenset({"1", "t", "true"})
_NO: Final = frozenset({"0", "f", "false"})


def value(environment: Mapping[str, str], *names: str) -> str:
    """The first of the variables that is set, without blanks around it; empty: none is."""
    return next((text for name in names if (text := environment.get(name, "").strip())), "")


def switched_on(environment: Mapping[str, str], *names: str) -> bool:
    """Whether one of the switches, which are off by default, is on."""
    return any(value(environment, name).lower() in _YES for name in names)


def switched_off(environment: Mapping[str, str], name: str) -> bool:
    """Whether a switch, which is on by default, is off."""
    return value(environment, name).lower() in _NO


def has_token_service(environment: Mapping[str, str]) -> bool:
    """Whether the job's own token service is at hand, which makes an assertion each time it is asked."""
    return bool(value(environment, *REQUEST_URLS) and value(environment, *REQUEST_TOKENS))


def check_first_look(environment: Mapping[str, str]) -> None:
    """Check that the provider's first look finds the deployer, whom these variables name in full.

    Raises:
        Stopped: it does not.
    """
    federated = value(environment, ASSERTION) or (
        value(environment, *REQUEST_URLS[_FIRST_LOOK]) and value(environment, *REQUEST_TOKENS[_FIRST_LOOK])
    )
    proof = value(environment, SECRET, CERTIFICATE_FILE) or (switched_on(environment, USE_ASSERTIONS) and federated)
    if (value(environment, CLIENT_ID) and proof) or switched_on(environment, USE_MANAGED_IDENTITY):
        return
    raise incomplete(
        "Pulumi's azuread provider does not find the deployer by these variables. Type: "
        + " && ".join(_for_first_look(environment))
    )


def _for_first_look(environment: Mapping[str, str]) -> Iterator[str]:
    """Commands that say by variables which the first look knows what others say now."""
    for name, file in ((CLIENT_ID, CLIENT_ID_FILE), (SECRET, SECRET_FILE), (ASSERTION, ASSERTION_FILE)):
        if value(environment, file) and not value(environment, name):
            yield f'export {name}="$(cat "${file}")" && unset {file}'
    if value(environment, CERTIFICATE) and not value(environment, CERTIFICATE_FILE):
        decoded = f'echo "${CERTIFICATE}" | base64 -d > "${CERTIFICATE_FILE}"'
        yield f'export {CERTIFICATE_FILE}="$(mktemp)" && {decoded}'  # a file of mode 600
    for names in (REQUEST_URLS, REQUEST_TOKENS):
        if value(environment, *names) and not value(environment, *names[_FIRST_LOOK]):
            yield f'export {names[0]}="${names[-1]}"'
    if switched_on(environment, USE_WORKLOAD_IDENTITY) and not switched_on(environment, USE_ASSERTIONS):
        yield f"export {USE_ASSERTIONS}=true"


def value_or_file(environment: Mapping[str, str], name: str, path_name: str) -> str:
    """A value, or the content of the file that another variable names; empty: neither is set.

    Raises:
        Stopped: the file cannot be read, or value and file contradict each other.
    """
    given = value(environment, name)
    if not (path := value(environment, path_name)):
        return given
    content = read_file(path, path_name).decode(errors="replace").strip()
    if given and given != content:
        raise incomplete(f"{name} and the file that {path_name} names differ: unset one of the two.")
    return content


def read_file(path: str, named_by: str) -> bytes:
    """The content of a file that a variable names; it is read again each time, since what it holds may be renewed.

    Raises:
        Stopped: it cannot be read.
    """
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise incomplete(
            f"{path}, named by {named_by}, cannot be read ({getattr(error, 'strerror', None) or error}): write the "
            f"file, or unset {named_by}."
        ) from None


def incomplete(sentence: str) -> Stopped:
    return Stopped(Reason.IDENTITY_INCOMPLETE, sentence)
