"""Refusals of Azure Resource Manager and of Key Vault, in the form of each.

Sources: learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors,
learn.microsoft.com/azure/key-vault/general/rest-error-codes, and answers quoted in public issue threads
(Azure/terraform-provider-azapi#879, pulumi/pulumi-azure-native#2374, piyushsachdeva/Terraform_AKS#2).
"""

from typing import Any


class AzureError(Exception):
    def __init__(
        self, status: int, code: str, message: str, *, inner: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.inner = inner
        """Code of `error.innererror`, which only Key Vault has."""
        self.headers = headers or {}

    @property
    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        return {"error": error | ({"innererror": {"code": self.inner}} if self.inner else {})}


def not_emulated(path: str) -> AzureError:
    return AzureError(404, "InvalidResourceType", f"The sandbox does not emulate {path}.")


def no_api_version() -> AzureError:
    return AzureError(
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
    )


def unknown_api_version(version: str) -> AzureError:
    return AzureError(
        400,
        "NoRegisteredProviderFound",
        f"No registered resource provider found for API version '{version}' for type 'vaults/secrets'.",
    )


def no_token() -> AzureError:
    return AzureError(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")


def bad_token() -> AzureError:
    """401 of Resource Manager for a token that is none, or has ended."""
    return AzureError(401, "InvalidAuthenticationToken", "The access token is invalid.")


def wrong_audience(found: str, wanted: str) -> AzureError:
    return AzureError(
        401,
        "InvalidAuthenticationTokenAudience",
        f"The access token has been obtained for wrong audience or resource '{found}'. It should exactly match with "
        f"one of the allowed audiences '{wanted}','{wanted}/'.",
    )


def wrong_tenant(found: str, wanted: str) -> AzureError:
    """401 of Resource Manager: the subscription belongs to another directory."""
    return AzureError(
        401,
        "InvalidAuthenticationTokenTenant",
        f"The access token is from the wrong issuer 'https://sts.windows.net/{found}/'. It must match the tenant "
        f"'https://sts.windows.net/{wanted}/' associated with this subscription.",
    )


def no_authorization(app_id: str, object_id: str, action: str, scope: str) -> AzureError:
    return AzureError(
        403,
        "AuthorizationFailed",
        f"The client '{app_id}' with object id '{object_id}' does not have authorization to perform action '{action}' "
        f"over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your "
        "credentials.",
    )


def no_subscription(subscription: str) -> AzureError:
    return AzureError(404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found.")


def no_resource_group(name: str) -> AzureError:
    return AzureError(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")


def no_parent(vault: str) -> AzureError:
    return AzureError(
        404,
        "ParentResourceNotFound",
        f"Failed to perform 'write' on resource(s) of type 'vaults/secrets', because the parent resource '{vault}' "
        "could not be found.",
    )


def no_resource(vault: str, secret: str, group: str) -> AzureError:
    return AzureError(
        404,
        "ResourceNotFound",
        f"The Resource 'Microsoft.KeyVault/vaults/{vault}/secrets/{secret}' under resource group '{group}' was not "
        "found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    )


def no_delete() -> AzureError:
    """400: Resource Manager writes secrets and does not delete them."""
    return AzureError(
        400, "DisallowedResourceOperation", "The operation 'delete' on resource type 'vaults/secrets' is disallowed."
    )


def bad_request(message: str) -> AzureError:
    return AzureError(400, "InvalidRequestContent", message)


def deleted_but_recoverable(name: str) -> AzureError:
    """409: a deleted secret keeps its name until it is recovered or purged."""
    return AzureError(
        409,
        "Conflict",
        f"Secret {name} is currently in a deleted but recoverable state, and its name cannot be reused; in this "
        "state, the secret can only be recovered or purged.",
        inner="ObjectIsDeletedButRecoverable",
    )


def vault_without_token(login: str, resource: str) -> AzureError:
    """401 of Key Vault, with the challenge that its own clients start from."""
    return AzureError(
        401,
        "Unauthorized",
        "AKV10000: Request is missing a Bearer or PoP token.",
        headers={"WWW-Authenticate": f'Bearer authorization="{login}", resource="{resource}"'},
    )


def vault_bad_token() -> AzureError:
    """401 of Key Vault for a token that is none, or has ended."""
    return AzureError(401, "Unauthorized", "AKV10001: Token is invalid or expired.")


def vault_wrong_audience(found: str, wanted: str) -> AzureError:
    return AzureError(401, "Unauthorized", f"AKV10022: Invalid audience. Expected {wanted}, found: {found}.")


def vault_wrong_tenant(found: str, wanted: str) -> AzureError:
    """401 of Key Vault: the vault belongs to another directory."""
    return AzureError(
        401,
        "Unauthorized",
        f"AKV10032: Invalid issuer. Expected one of https://sts.windows.net/{wanted}/, found "
        f"https://sts.windows.net/{found}/.",
    )


def forbidden_by_rbac(app_id: str, object_id: str, action: str, resource: str) -> AzureError:
    return AzureError(
        403,
        "Forbidden",
        "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role "
        "definitions were changed recently, please observe propagation time.\r\n"
        f"Caller: appid={app_id};oid={object_id}\r\nAction: '{action}'\r\nResource: '{resource}'\r\n"
        "Assignment: (not found)",
        inner="ForbiddenByRbac",
    )


def secret_disabled() -> AzureError:
    return AzureError(403, "Forbidden", "Operation get is not allowed on a disabled secret.", inner="SecretDisabled")


def no_vault(name: str) -> AzureError:
    """404. In Azure the vault's host name would not resolve."""
    return AzureError(404, "VaultNotFound", f"There is no vault {name} in this sandbox.")


def no_secret(name: str) -> AzureError:
    return AzureError(
        404,
        "SecretNotFound",
        f"A secret with (name/id) {name} was not found in this key vault. If you recently deleted this secret you may "
        "be able to recover it using the correct recovery command.",
    )
