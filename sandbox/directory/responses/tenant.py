"""`/organization`, `/domains` and `/policies`: the tenant itself."""

from typing import Any

from sandbox.directory.models import secret_policy
from sandbox.graph import timestamps
from sandbox.graph.errors import not_found
from sandbox.graph.listing import one, page
from sandbox.graph.routing import Call, Reply
from sandbox.graph.tenants import Domain, domains_of
from sandbox.odata import EntityType, Kind, Property, fetch_from
from sandbox.odata.entity_types import DOMAIN, ORGANIZATION

_POLICY = EntityType.of(
    "microsoft.graph.tenantAppManagementPolicy",
    [
        *[Property(name) for name in ("id", "displayName", "description")],
        Property("deletedDateTime", Kind.DATE_TIME),
        Property("isEnabled", Kind.BOOLEAN),
        Property("applicationRestrictions", Kind.COMPLEX),
        Property("servicePrincipalRestrictions", Kind.COMPLEX),
    ],
)


def list_domains(call: Call) -> Reply:
    shown = [_show_domain(item) for item in domains_of(call.store, call.tenant)]
    return page(call, DOMAIN, "domains", lambda options: fetch_from(shown, options.order_by))


def read_domain(call: Call) -> Reply:
    name = call.value("domain").lower()
    found = next((item for item in domains_of(call.store, call.tenant) if item.name == name), None)
    if found is None:
        raise not_found(call.value("domain"))
    return one(call, DOMAIN, "domains", _show_domain(found))


def list_organization(call: Call) -> Reply:
    return page(call, ORGANIZATION, "organization", lambda _: fetch_from([_show_organization(call)]))


def read_organization(call: Call) -> Reply:
    if call.value("organization").lower() != call.tenant.id:
        raise not_found(call.value("organization"))
    return one(call, ORGANIZATION, "organization", _show_organization(call))


def read_default_policy(call: Call) -> Reply:
    shown = secret_policy.show(secret_policy.of(call.store, call.tenant))
    return one(call, _POLICY, "policies/defaultAppManagementPolicy", shown)


def _show_domain(domain: Domain) -> dict[str, Any]:
    return {
        "authenticationType": "Managed",
        "availabilityStatus": None,
        "id": domain.name,
        "isAdminManaged": True,
        "isDefault": domain.is_default,
        "isInitial": domain.is_initial,
        "isRoot": True,
        "isVerified": True,
        "supportedServices": list(domain.services),
        "manufacturer": None,
        "model": None,
        "passwordNotificationWindowInDays": None,
        "passwordValidityPeriodInDays": 2147483647,
        "state": None,
    }


def _show_organization(call: Call) -> dict[str, Any]:
    tenant = call.tenant
    return {
        "id": tenant.id,
        "deletedDateTime": None,
        "businessPhones": [],
        "city": None,
        "country": None,
        "countryLetterCode": "DE",
        "createdDateTime": timestamps.text(tenant.created),
        "defaultUsageLocation": None,
        "displayName": tenant.display_name,
        "marketingNotificationEmails": [],
        "mobileDeviceManagementAuthority": "unknown",
        "onPremisesLastSyncDateTime": None,
        "onPremisesSyncEnabled": None,
        "partnerTenantType": None,
        "postalCode": None,
        "preferredLanguage": "en",
        "securityComplianceNotificationMails": [],
        "securityComplianceNotificationPhones": [],
        "state": None,
        "street": None,
        "technicalNotificationMails": [],
        "tenantType": "AAD",
        "privacyProfile": None,
        "assignedPlans": [],
        "provisionedPlans": [],
        "verifiedDomains": [
            {
                "capabilities": ", ".join(domain.services),
                "isDefault": domain.is_default,
                "isInitial": domain.is_initial,
                "name": domain.name,
                "type": "Managed",
            }
            for domain in domains_of(call.store, tenant)
        ],
    }
