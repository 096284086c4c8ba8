"""Entra's sign-in errors: number, status, OAuth error and text of each, as the token endpoint reports them.

Sources: learn.microsoft.com/entra/identity-platform/reference-error-codes and responses quoted in public issue
threads. The status of 7000112 and 50048 and the OAuth error of 7000112, 700022 and 50048 are guesses.
"""

from typing import Literal

_CERTIFICATES = (
    "Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials ."
)


class SignInError(Exception):
    """A refusal by number (`AADSTS…`)."""

    def __init__(self, number: int, status: int, error: str, text: str) -> None:
        super().__init__(f"AADSTS{number}")
        self.number = number
        self.status = status
        self.error = error
        """OAuth's `error`."""
        self.text = text
        """What `error_description` says after the number."""


def tenant_not_found(tenant: str, *, discovery: bool = False) -> SignInError:
    """90002. The OAuth error differs between the token endpoint and the OpenID configuration."""
    return SignInError(
        90002,
        400,
        "invalid_tenant" if discovery else "invalid_request",
        f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the "
        "correct cloud. Check with your subscription administrator, this may happen if there are no active "
        "subscriptions for the tenant.",
    )


def malformed_tenant(tenant: str) -> SignInError:
    return SignInError(
        900023,
        400,
        "invalid_request",
        f"Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain.",
    )


def wrong_verb() -> SignInError:
    return SignInError(
        900561, 400, "invalid_request", "The endpoint only accepts POST requests. Received a GET request."
    )


def malformed_request() -> SignInError:
    return SignInError(9002313, 400, "invalid_request", "Invalid request. Request is malformed or invalid.")


def missing_parameter(name: str) -> SignInError:
    return SignInError(
        900144, 400, "invalid_request", f"The request body must contain the following parameter: '{name}'."
    )


def unknown_grant(grant: str) -> SignInError:
    return SignInError(70003, 400, "unsupported_grant_type", f"The app requested an unsupported grant type '{grant}'.")


def no_application(app_id: str, directory: str) -> SignInError:
    """700016; `directory` is the tenant's display name."""
    return SignInError(
        700016,
        400,
        "unauthorized_client",
        f"Application with identifier '{app_id}' was not found in the directory '{directory}'. This can happen if "
        "the application has not been installed by the administrator of the tenant or consented to by any user in "
        "the tenant. You may have sent your authentication request to the wrong tenant.",
    )


def no_service_principal(app_id: str, tenant_id: str) -> SignInError:
    return SignInError(
        7000229,
        401,
        "invalid_client",
        f"The client application {app_id} is missing service principal in the tenant {tenant_id}. See instructions "
        "here: https://go.microsoft.com/fwlink/?linkid=2225119",
    )


def disabled(app_id: str, name: str) -> SignInError:
    return SignInError(7000112, 401, "unauthorized_client", f"Application '{app_id}'({name}) is disabled.")


def wrong_secret(app_id: str) -> SignInError:
    return SignInError(
        7000215,
        401,
        "invalid_client",
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
        f"not the client secret ID, for a secret added to app '{app_id}'.",
    )


def expired_secret(app_id: str) -> SignInError:
    return SignInError(
        7000222,
        401,
        "invalid_client",
        f"The provided client secret keys for app '{app_id}' are expired. Visit the Azure portal to create new "
        "keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added "
        "security: https://aka.ms/certCreds.",
    )


def no_proof() -> SignInError:
    return SignInError(
        7000216,
        401,
        "invalid_client",
        "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
    )


_KEYS = (
    "Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '{}'. "
    "Review the documentation at https://docs.microsoft.com/en-us/graph/deployments"
)


def unknown_certificate(app_id: str, thumbprint: str) -> SignInError:
    """700027: no key credential of the application has this thumbprint."""
    return SignInError(
        700027,
        401,
        "invalid_client",
        "The certificate with identifier used to sign the client assertion is not registered on application. "
        f"[Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}', {_KEYS.format(app_id)}]",
    )


def refused_certificate(
    app_id: str,
    thumbprint: str,
    lifetime: tuple[str, str],
    reason: Literal["The key used is expired.", "Key was found, but use of the key to verify the signature failed."],
) -> SignInError:
    """700027: a key credential has this thumbprint, and does not count."""
    begins, ends = lifetime
    return SignInError(
        700027,
        401,
        "invalid_client",
        f"Client assertion contains an invalid signature. [Reason - {reason}, Thumbprint of key used by client: "
        f"'{thumbprint}', Found key 'Start={begins}, End={ends}', {_KEYS.format(app_id)}]",
    )


def no_thumbprint() -> SignInError:
    return SignInError(
        50027, 400, "invalid_request", "Invalid JWT token. No certificate thumbprint specified in token header."
    )


def wrong_token_type() -> SignInError:
    return SignInError(
        5002727,
        400,
        "invalid_request",
        "Invalid JWT header type specified, must be 'JWT' or 'http://openid.net/specs/jwt/1.0'.",
    )


def unsupported_algorithm() -> SignInError:
    return SignInError(5002730, 400, "invalid_request", "Invalid JWT token. Unsupported key for the signing algorithm.")


def subject_is_not_issuer() -> SignInError:
    return SignInError(50048, 400, "invalid_request", "Subject must match the issuer claim in the client assertion.")


def other_client() -> SignInError:
    return SignInError(
        700021,
        401,
        "invalid_client",
        f"Client assertion application identifier doesn't match 'client_id' parameter. {_CERTIFICATES}",
    )


def wrong_assertion_audience() -> SignInError:
    return SignInError(
        700023, 401, "invalid_client", f"Client assertion audience claim does not match Realm issuer. {_CERTIFICATES}"
    )


def malformed_assertion() -> SignInError:
    return SignInError(50027, 400, "invalid_request", "JWT token is invalid or malformed.")


def unsigned_assertion() -> SignInError:
    """700027, too: signed by somebody else than the issuer it names, or with another algorithm."""
    return SignInError(700027, 401, "invalid_client", "Client assertion failed signature validation.")


def assertion_out_of_time() -> SignInError:
    return SignInError(700024, 401, "invalid_client", "Client assertion is not within its valid time range.")


def no_federated_credential(app_id: str) -> SignInError:
    return SignInError(
        70025, 401, "invalid_client", f"The client '{app_id}' has no configured federated identity credentials."
    )


def no_matching_claim(claim: Literal["issuer", "audience", "subject"], value: str) -> SignInError:
    return SignInError(
        {"issuer": 700211, "audience": 700212, "subject": 700213}[claim],
        401,
        "invalid_client",
        f"No matching federated identity record found for presented assertion {claim} '{value}'. Check your federated "
        "identity credential Subject, Audience and Issuer against the presented assertion. "
        "https://learn.microsoft.com/entra/workload-id/workload-identity-federation",
    )


def scope_without_default(scope: str) -> SignInError:
    return SignInError(
        1002012,
        400,
        "invalid_scope",
        f"The provided value for scope {scope} is not valid. Client credential flows must have a scope value with "
        "/.default suffixed to the resource identifier (application ID URI).",
    )


def bad_scope(scope: str) -> SignInError:
    return SignInError(
        70011,
        400,
        "invalid_scope",
        "The provided request must include a 'scope' input parameter. The provided value for the input parameter "
        f"'scope' is not valid. The scope {scope} is not valid.",
    )


def several_resources(scope: str) -> SignInError:
    return SignInError(
        700022,
        400,
        "invalid_request",
        "The provided value for the input parameter 'scope' is not valid because it contains more than one "
        f"resource. Scope {scope} is not valid.",
    )


def no_resource(resource: str, directory: str) -> SignInError:
    """500011; `directory` is the tenant's display name."""
    return SignInError(
        500011,
        400,
        "invalid_resource",
        f"The resource principal named {resource} was not found in the tenant named {directory}. This can happen "
        "if the application has not been installed by the administrator of the tenant or consented to by any user "
        "in the tenant. You might have sent your authentication request to the wrong tenant.",
    )
