"""The entity types of the directory and of Exchange, as far as they are emulated. Data only.

Sources: property names from Graph's v1.0 metadata; the support of `$filter` and `$orderby` by property from Graph's
pages "Advanced query capabilities on Microsoft Entra ID objects" and the reference page of each type. A property that
names no operators does not support `$filter`.
"""

from sandbox.odata.entity import EntityType, Kind, Property, Rules

EXCHANGE_UNKNOWN_PROPERTY = "RequestBroker--ParseUri"


def _property(
    name: str,
    kind: Kind = Kind.STRING,
    default: str = "",
    advanced: str = "",
    order_by: str | None = None,
    *,
    searchable: bool = False,
) -> Property:
    return Property(name, kind, frozenset(default.split()), frozenset(advanced.split()), order_by, searchable)


def _plain(kind: Kind, names: str) -> list[Property]:
    return [Property(name, kind) for name in names.split()]


_ID = _property("id", Kind.STRING, "eq in", "ne")
_DELETED = _property("deletedDateTime", Kind.DATE_TIME, "eq ge le null", "ne in", "advanced")

APPLICATION = EntityType.of(
    "microsoft.graph.application",
    [
        _ID,
        _DELETED,
        _property("appId", Kind.STRING, "eq in", "ne"),
        _property("createdDateTime", Kind.DATE_TIME, "eq ge le", "ne in null", "advanced"),
        _property("displayName", Kind.STRING, "eq in startswith ge le", "ne null", "advanced", searchable=True),
        _property("description", Kind.STRING, "", "eq ne ge le startswith", searchable=True),
        _property("identifierUris", Kind.STRINGS, "eq startswith ge le", "ne"),
        _property("publisherDomain", Kind.STRING, "eq in startswith ge le", "ne"),
        _property("signInAudience", Kind.STRING, "eq in", "ne"),
        _property("tags", Kind.STRINGS, "eq startswith ge le", "ne", searchable=True),
        _property("uniqueName", Kind.STRING, "eq in"),
        _property("requiredResourceAccess", Kind.OBJECTS, "eq", "ne"),
        _property("keyCredentials", Kind.OBJECTS, "eq", "ne"),
        _property("passwordCredentials", Kind.OBJECTS, "eq", "ne"),
        _property("info", Kind.COMPLEX, "eq startswith", "ne null"),
        _property("web", Kind.COMPLEX, "", "eq ne"),
        *_plain(
            Kind.STRING,
            "applicationTemplateId createdByAppId defaultRedirectUri disabledByMicrosoftStatus groupMembershipClaims "
            "nativeAuthenticationApisEnabled notes samlMetadataUrl serviceManagementReference",
        ),
        *_plain(Kind.GUID, "tokenEncryptionKeyId"),
        *_plain(Kind.BOOLEAN, "isDeviceOnlyAuthSupported isDisabled isFallbackPublicClient oauth2RequirePostResponse"),
        *_plain(
            Kind.COMPLEX,
            "api certification optionalClaims parentalControlSettings publicClient requestSignatureVerification "
            "servicePrincipalLockConfiguration spa verifiedPublisher",
        ),
        *_plain(Kind.OBJECTS, "addIns appRoles"),
    ],
    expandable=frozenset({"owners"}),
)

SERVICE_PRINCIPAL = EntityType.of(
    "microsoft.graph.servicePrincipal",
    [
        _ID,
        _DELETED,
        _property("accountEnabled", Kind.BOOLEAN, "eq in", "ne"),
        _property("alternativeNames", Kind.STRINGS, "eq startswith ge le", "ne"),
        _property("appId", Kind.STRING, "eq in startswith", "ne"),
        _property("appOwnerOrganizationId", Kind.GUID, "eq in ge le", "ne"),
        _property("applicationTemplateId", Kind.STRING, "eq startswith", "ne"),
        _property("createdDateTime", Kind.DATE_TIME, "", "eq ne ge le in", "advanced"),
        _property("displayName", Kind.STRING, "eq in startswith ge le", "ne null", "advanced", searchable=True),
        _property("description", Kind.STRING, "", "eq ne ge le startswith", searchable=True),
        _property("homepage", Kind.STRING, "eq startswith", "ne"),
        _property("servicePrincipalNames", Kind.STRINGS, "eq startswith ge le", "ne"),
        _property("servicePrincipalType", Kind.STRING, "eq in startswith", "ne"),
        _property("tags", Kind.STRINGS, "eq startswith ge le", "ne"),
        _property("preferredSingleSignOnMode", Kind.STRING, "", "eq ne"),
        *_plain(
            Kind.STRING,
            "appDescription appDisplayName disabledByMicrosoftStatus loginUrl logoutUrl notes "
            "preferredTokenSigningKeyThumbprint samlMetadataUrl signInAudience",
        ),
        *_plain(Kind.GUID, "tokenEncryptionKeyId"),
        *_plain(Kind.BOOLEAN, "appRoleAssignmentRequired isDisabled"),
        *_plain(Kind.STRINGS, "notificationEmailAddresses replyUrls"),
        *_plain(Kind.COMPLEX, "customSecurityAttributes info samlSingleSignOnSettings verifiedPublisher"),
        *_plain(
            Kind.OBJECTS,
            "addIns appRoles keyCredentials oauth2PermissionScopes passwordCredentials "
            "resourceSpecificApplicationPermissions",
        ),
    ],
    expandable=frozenset({"owners"}),
)

APP_ROLE_ASSIGNMENT = EntityType.of(
    "microsoft.graph.appRoleAssignment",
    [
        *_plain(Kind.STRING, "id resourceDisplayName principalType"),
        _property("deletedDateTime", Kind.DATE_TIME),
        _property("createdDateTime", Kind.DATE_TIME),
        _property("appRoleId", Kind.GUID, "eq"),
        _property("principalDisplayName", Kind.STRING, "eq startswith"),
        _property("principalId", Kind.GUID, "eq"),
        _property("resourceId", Kind.GUID, "eq"),
    ],
)

DOMAIN = EntityType.of(
    "microsoft.graph.domain",
    [
        *_plain(Kind.STRING, "id authenticationType availabilityStatus manufacturer model"),
        *_plain(Kind.BOOLEAN, "isAdminManaged isDefault isInitial isRoot isVerified"),
        *_plain(Kind.NUMBER, "passwordNotificationWindowInDays passwordValidityPeriodInDays"),
        *_plain(Kind.STRINGS, "supportedServices"),
        *_plain(Kind.COMPLEX, "state"),
    ],
)

ORGANIZATION = EntityType.of(
    "microsoft.graph.organization",
    [
        *_plain(
            Kind.STRING,
            "id displayName tenantType countryLetterCode country city state street postalCode preferredLanguage "
            "defaultUsageLocation mobileDeviceManagementAuthority partnerTenantType",
        ),
        *_plain(Kind.DATE_TIME, "createdDateTime deletedDateTime onPremisesLastSyncDateTime"),
        *_plain(Kind.BOOLEAN, "onPremisesSyncEnabled"),
        *_plain(
            Kind.STRINGS,
            "businessPhones technicalNotificationMails marketingNotificationEmails securityComplianceNotificationMails "
            "securityComplianceNotificationPhones",
        ),
        *_plain(Kind.OBJECTS, "verifiedDomains assignedPlans provisionedPlans"),
        *_plain(Kind.COMPLEX, "privacyProfile"),
    ],
)

USER = EntityType.of(
    "microsoft.graph.user",
    [
        _ID,
        _DELETED,
        _property("accountEnabled", Kind.BOOLEAN, "eq in", "ne"),
        _property("businessPhones", Kind.STRINGS, "eq startswith"),
        _property("city", Kind.STRING, "eq ge le in startswith", "ne null"),
        _property("companyName", Kind.STRING, "", "eq ne ge le in startswith null"),
        _property("country", Kind.STRING, "eq ge le in startswith", "ne null"),
        _property("createdDateTime", Kind.DATE_TIME, "eq ge le", "ne in null", "advanced"),
        _property("department", Kind.STRING, "eq ge le in startswith", "ne null"),
        _property("displayName", Kind.STRING, "eq ge le in startswith", "ne null", "default", searchable=True),
        _property("employeeId", Kind.STRING, "eq ge le in startswith", "ne null"),
        _property("givenName", Kind.STRING, "eq ge le in startswith", "ne null", searchable=True),
        _property("jobTitle", Kind.STRING, "eq ge le in startswith", "ne null"),
        _property("mail", Kind.STRING, "eq ge le in startswith", "ne null endswith", searchable=True),
        _property("mailNickname", Kind.STRING, "eq ge le in startswith", "ne null"),
        _property("mobilePhone", Kind.STRING, "", "eq ne ge le in startswith null"),
        _property("officeLocation", Kind.STRING, "", "eq ne ge le in startswith null"),
        _property("otherMails", Kind.STRINGS, "eq startswith", "ne endswith"),
        _property("preferredLanguage", Kind.STRING, "", "eq ne ge le in startswith null"),
        _property("proxyAddresses", Kind.STRINGS, "eq startswith", "ne endswith"),
        _property("surname", Kind.STRING, "eq ge le in startswith", "ne null", searchable=True),
        _property("usageLocation", Kind.STRING, "eq ge le in startswith", "ne null"),
        _property(
            "userPrincipalName", Kind.STRING, "eq ge le in startswith", "ne endswith", "default", searchable=True
        ),
        _property("userType", Kind.STRING, "eq in", "ne null"),
        _property("assignedLicenses", Kind.OBJECTS, "eq", "ne"),
        _property("onPremisesSyncEnabled", Kind.BOOLEAN, "eq in", "ne ge le null"),
    ],
    default_select=(
        "businessPhones",
        "displayName",
        "givenName",
        "jobTitle",
        "mail",
        "mobilePhone",
        "officeLocation",
        "preferredLanguage",
        "surname",
        "userPrincipalName",
        "id",
    ),
)

GROUP = EntityType.of(
    "microsoft.graph.group",
    [
        _ID,
        _DELETED,
        _property("createdDateTime", Kind.DATE_TIME, "eq ge le in", "ne", "advanced"),
        _property("description", Kind.STRING, "", "eq ne ge le startswith", searchable=True),
        _property("displayName", Kind.STRING, "eq ge le in startswith", "ne null", "default", searchable=True),
        _property("groupTypes", Kind.STRINGS, "eq", "ne"),
        _property("mail", Kind.STRING, "eq ge le in startswith", "ne null endswith", searchable=True),
        _property("mailEnabled", Kind.BOOLEAN, "eq", "ne"),
        _property("mailNickname", Kind.STRING, "eq ge le in startswith", "ne", searchable=True),
        _property("proxyAddresses", Kind.STRINGS, "eq startswith ge le", "ne endswith"),
        _property("securityEnabled", Kind.BOOLEAN, "eq in", "ne"),
        *_plain(
            Kind.STRING,
            "classification membershipRule membershipRuleProcessingState onPremisesDomainName onPremisesNetBiosName "
            "onPremisesSamAccountName onPremisesSecurityIdentifier preferredDataLocation preferredLanguage "
            "securityIdentifier theme visibility",
        ),
        *_plain(Kind.BOOLEAN, "isAssignableToRole onPremisesSyncEnabled"),
        *_plain(Kind.DATE_TIME, "expirationDateTime onPremisesLastSyncDateTime renewedDateTime"),
        *_plain(Kind.STRINGS, "creationOptions resourceBehaviorOptions resourceProvisioningOptions"),
        *_plain(Kind.OBJECTS, "onPremisesProvisioningErrors serviceProvisioningErrors"),
    ],
)

DIRECTORY_OBJECT = EntityType.of(
    "microsoft.graph.directoryObject",
    [_ID, _DELETED, _property("displayName", Kind.STRING, "eq startswith", "ne", "advanced", searchable=True)],
)
"""What owners and members are when their own types differ. `$select` accepts more there: `DIRECTORY_OBJECT_LISTED`."""

DIRECTORY_ROLE = EntityType.of(
    "microsoft.graph.directoryRole",
    [
        *_plain(Kind.STRING, "id displayName description"),
        Property("roleTemplateId", Kind.STRING, frozenset({"eq"})),
        Property("deletedDateTime", Kind.DATE_TIME),
    ],
)

DIRECTORY_OBJECT_LISTED = EntityType(
    DIRECTORY_OBJECT.name,
    {
        **DIRECTORY_ROLE.properties,
        **GROUP.properties,
        **SERVICE_PRINCIPAL.properties,
        **APPLICATION.properties,
        **USER.properties,
    },
)
"""The same for collections of mixed types, where `$select` may name properties of any of them."""

_PLACES = Rules(page_size=100, max_page_size=999, directory=False, skip=True)

_PLACE = [
    *_plain(Kind.STRING, "id displayName label parentId phone placeId"),
    *_plain(Kind.COMPLEX, "address geoCoordinates"),
    *_plain(Kind.BOOLEAN, "isWheelChairAccessible"),
    *_plain(Kind.STRINGS, "tags"),
]

ROOM = EntityType.of(
    "microsoft.graph.room",
    [
        *_PLACE,
        *_plain(
            Kind.STRING,
            "audioDeviceName bookingType building displayDeviceName emailAddress floorLabel nickname teamsEnabledState "
            "videoDeviceName",
        ),
        *_plain(Kind.NUMBER, "capacity floorNumber"),
    ],
    rules=_PLACES,
)

ROOM_LIST = EntityType.of("microsoft.graph.roomList", [*_PLACE, *_plain(Kind.STRING, "emailAddress")], rules=_PLACES)

CALENDAR = EntityType.of(
    "microsoft.graph.calendar",
    [
        *_plain(Kind.STRING, "id name color hexColor changeKey defaultOnlineMeetingProvider"),
        *_plain(Kind.BOOLEAN, "isDefaultCalendar canShare canViewPrivateItems canEdit isTallyingResponses isRemovable"),
        *_plain(Kind.STRINGS, "allowedOnlineMeetingProviders"),
        *_plain(Kind.COMPLEX, "owner"),
    ],
    rules=Rules(10, 1_000, directory=False, skip=True, unknown_property_code=EXCHANGE_UNKNOWN_PROPERTY),
)

_EVENT_TEXTS = (
    "id subject bodyPreview iCalUId importance sensitivity showAs type webLink changeKey transactionId "
    "originalStartTimeZone originalEndTimeZone seriesMasterId onlineMeetingProvider onlineMeetingUrl"
)

EVENT = EntityType.of(
    "microsoft.graph.event",
    [
        *(_property(name, Kind.STRING, order_by="default") for name in _EVENT_TEXTS.split()),
        _property("createdDateTime", Kind.DATE_TIME, order_by="default"),
        _property("lastModifiedDateTime", Kind.DATE_TIME, order_by="default"),
        *_plain(
            Kind.BOOLEAN,
            "hasAttachments isAllDay isCancelled isDraft isOnlineMeeting isOrganizer isReminderOn "
            "responseRequested allowNewTimeProposals hideAttendees",
        ),
        *_plain(Kind.NUMBER, "reminderMinutesBeforeStart"),
        *_plain(Kind.STRINGS, "categories"),
        *_plain(Kind.COMPLEX, "body start end location organizer recurrence responseStatus onlineMeeting"),
        *_plain(Kind.OBJECTS, "attendees locations"),
    ],
    rules=Rules(10, 1_000, directory=False, skip=True, unknown_property_code=EXCHANGE_UNKNOWN_PROPERTY),
)
