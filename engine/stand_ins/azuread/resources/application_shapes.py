"""An application between Graph's form and Pulumi's properties. The requests are in `application`."""

from typing import Any

from engine.stand_ins.azuread.graph import Json
from engine.stand_ins.azuread.resources import shapes
from engine.stand_ins.azuread.resources.shapes import flag, or_null, text, text_set
from engine.stand_ins.provider.properties import Properties

_INFO = ("marketingUrl", "privacyStatementUrl", "supportUrl", "termsOfServiceUrl")
_OPTIONAL_CLAIMS = {"accessTokens": "accessToken", "idTokens": "idToken", "saml2Tokens": "saml2Token"}
DEFAULT_TOKEN_VERSION = 1


def changeable(planned: Properties, tags: list[str]) -> Json:
    """The properties that creating and updating both send; unset ones go out as explicit nulls and empty lists."""
    web = planned["web"] or {}
    grant = web.get("implicitGrant") or {}
    claims = ",".join(claim.strip() for claim in planned["groupMembershipClaims"])
    return {
        "@odata.type": "#microsoft.graph.application",
        "api": api(planned),
        "description": or_null(planned["description"]),
        "displayName": planned["displayName"],
        "groupMembershipClaims": or_null(claims),
        "info": {name: or_null(planned[name]) for name in _INFO},
        "isDeviceOnlyAuthSupported": planned["deviceOnlyAuthEnabled"],
        "isFallbackPublicClient": planned["fallbackPublicClientEnabled"],
        "notes": or_null(planned["notes"]),
        "publicClient": {"redirectUris": _redirect_uris(planned["publicClient"])},
        "serviceManagementReference": or_null(planned["serviceManagementReference"]),
        "signInAudience": planned["signInAudience"],
        "spa": {"redirectUris": _redirect_uris(planned["singlePageApplication"])},
        "tags": tags,
        "web": {
            "homePageUrl": or_null(web.get("homepageUrl") or ""),
            "implicitGrantSettings": {
                "enableAccessTokenIssuance": flag(grant, "accessTokenIssuanceEnabled"),
                "enableIdTokenIssuance": flag(grant, "idTokenIssuanceEnabled"),
            },
            "logoutUrl": or_null(web.get("logoutUrl") or ""),
            "redirectUris": _redirect_uris(web),
        },
    }


def api(planned: Properties) -> Json:
    given = planned["api"] or {}
    return {
        "acceptMappedClaims": flag(given, "mappedClaimsEnabled"),
        "knownClientApplications": list(given.get("knownClientApplications") or []),
        "requestedAccessTokenVersion": given.get("requestedAccessTokenVersion") or DEFAULT_TOKEN_VERSION,
    }


def required_resource_access(planned: Properties) -> list[Json]:
    return [
        {
            "resourceAccess": [{"id": role["id"], "type": role["type"]} for role in wanted["resourceAccesses"]],
            "resourceAppId": wanted["resourceAppId"],
        }
        for wanted in planned["requiredResourceAccesses"]
    ]


def outputs(application: Json) -> Properties:
    info = application.get("info")
    claims = text(application, "groupMembershipClaims")
    found: Properties = {
        "appRoleIds": shapes.ids_by_value(application.get("appRoles") or []),
        "appRoles": shapes.app_roles(application),
        "clientId": text(application, "appId"),
        "description": text(application, "description"),
        "deviceOnlyAuthEnabled": flag(application, "isDeviceOnlyAuthSupported"),
        "disabledByMicrosoft": text(application, "disabledByMicrosoftStatus"),
        "displayName": text(application, "displayName"),
        "fallbackPublicClientEnabled": flag(application, "isFallbackPublicClient"),
        "featureTags": shapes.feature_tags(application.get("tags") or []),
        "groupMembershipClaims": [claim.strip() for claim in claims.split(",")] if claims else [],
        "identifierUris": text_set(application, "identifierUris"),
        "logoUrl": text(info, "logoUrl"),
        "notes": text(application, "notes"),
        "oauth2PermissionScopeIds": shapes.ids_by_value(
            (application.get("api") or {}).get("oauth2PermissionScopes") or []
        ),
        "objectId": text(application, "id"),
        "publisherDomain": text(application, "publisherDomain"),
        "requiredResourceAccesses": _requested(application),
        "serviceManagementReference": text(application, "serviceManagementReference"),
        "signInAudience": text(application, "signInAudience"),
        "tags": text_set(application, "tags"),
        **{name: text(info, name) for name in _INFO},
    }
    for name, value in _blocks(application).items():
        if value is not None:
            found[name] = value
    return found


def _blocks(application: Json) -> dict[str, Any]:
    own_api, claims, web = (application.get(name) for name in ("api", "optionalClaims", "web"))
    return {
        "api": own_api
        and {
            "knownClientApplications": text_set(own_api, "knownClientApplications"),
            "mappedClaimsEnabled": flag(own_api, "acceptMappedClaims"),
            "oauth2PermissionScopes": shapes.permission_scopes(own_api),
            "requestedAccessTokenVersion": int(own_api.get("requestedAccessTokenVersion") or DEFAULT_TOKEN_VERSION),
        },
        "optionalClaims": claims
        and {ours: [_claim(claim) for claim in claims.get(theirs) or []] for ours, theirs in _OPTIONAL_CLAIMS.items()},
        "publicClient": _native(application.get("publicClient")),
        "singlePageApplication": _native(application.get("spa")),
        "web": web
        and {
            "homepageUrl": text(web, "homePageUrl"),
            "implicitGrant": {
                "accessTokenIssuanceEnabled": flag(web.get("implicitGrantSettings"), "enableAccessTokenIssuance"),
                "idTokenIssuanceEnabled": flag(web.get("implicitGrantSettings"), "enableIdTokenIssuance"),
            },
            "logoutUrl": text(web, "logoutUrl"),
            "redirectUris": text_set(web, "redirectUris"),
        },
    }


def _native(source: Json | None) -> Properties | None:
    return source and {"redirectUris": text_set(source, "redirectUris")}


def _claim(claim: Json) -> Properties:
    return {
        "additionalProperties": list(claim.get("additionalProperties") or []),
        "essential": flag(claim, "essential"),
        "name": text(claim, "name"),
        "source": text(claim, "source"),
    }


def _requested(application: Json) -> list[Properties]:
    return [
        {
            "resourceAccesses": [
                {"id": text(role, "id"), "type": text(role, "type")} for role in wanted.get("resourceAccess") or []
            ],
            "resourceAppId": text(wanted, "resourceAppId"),
        }
        for wanted in application.get("requiredResourceAccess") or []
    ]


def _redirect_uris(given: Properties | None) -> list[str]:
    return list((given or {}).get("redirectUris") or [])
