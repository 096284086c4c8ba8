"""Every check: what makes it pass, what makes it fail, and what leaves it to a person."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from components.graph_permissions import GRAPH_APP_ID, PERMISSIONS
from sandbox.azure import models as vaults
from sandbox.azure.seeding import subscription_of
from sandbox.directory.models import owners as owner_table
from sandbox.directory.models import secret_policy as policies
from sandbox.seed.constants import CONTOSO, FABRIKAM
from smartrecruiters_calendar.entra.cloud import CloudRefused
from smartrecruiters_calendar.entra.errors import EntraUnreachable, Identity
from smartrecruiters_calendar.outcome import Reason, Status, Stopped
from smartrecruiters_calendar.preflight.checks import (
    CHECKS,
    cloud,
    configuration,
    deployer,
    grants,
    names,
    owners,
    redirect_url,
    saver,
    secret_dates,
    secret_policy,
    state_backend,
    tenant_domain,
    vault,
    versions,
)
from smartrecruiters_calendar.preflight.checks import operator as operators
from smartrecruiters_calendar.preflight.finding import AnsweredBy
from smartrecruiters_calendar.preflight.situation import Deployed, PreflightCheck
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.other_stacks import OtherStack
from tests.smartrecruiters_calendar.preflight.world import DEPLOYER, WELL, World, kept, known
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, DIRECTORY

PASS, FAIL, MANUAL = Status
NOBODY = "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca0ffff"
FABRIKAM_DOMAIN = "fabrikam.onmicrosoft.com"
RECOVER = "smartrecruiters-calendar recover --stack dev"
LONG_AGO: dict[str, Any] = {"issued": "2023-12-01", "years": 1}
SAVER = "recruiting.admin@contoso.example"


@dataclass(frozen=True)
class Case:
    """What is so, and how the check must end."""

    check: PreflightCheck
    name: str
    so: Callable[[World], object]
    outcome: Status
    tells: str
    """Part of the sentence, or of the remedy."""
    asked_as: AnsweredBy | None = AnsweredBy.THIS_MACHINE


def nothing_special(world: World) -> None:
    pass


def facts(**changed: object) -> Callable[[World], object]:
    return lambda world: world.facts.update(changed)


def configured(**changed: object) -> Callable[[World], object]:
    return lambda world: world.configuration.update(changed)


def machine(**changed: object) -> Callable[[World], object]:
    return facts(machine=known(replace(WELL, **changed)))  # type: ignore[arg-type]


def stopped(reason: Reason, sentence: str = "The CLI says no.") -> object:
    return kept(Stopped(reason, sentence))


def operator(*permissions: str) -> Callable[[World], None]:
    def change(world: World) -> None:
        world.operator = world.entra.identity(*permissions, name="The operator")

    return change


def both(*changes: Callable[[World], object]) -> Callable[[World], None]:
    def change(world: World) -> None:
        for one in changes:
            one(world)

    return change


def deployer_with(*permissions: str) -> Callable[[World], None]:
    def change(world: World) -> None:
        world.deployer = world.entra.identity(*permissions, name="Another deployer")

    return change


def no_deployer(world: World) -> None:
    world.deployer = None


def named_operator(world: World) -> None:
    world.names_operator = True


def another_owner(world: World) -> None:
    assert world.deployer is not None
    world.configuration["owners"] = [world.deployer.object_id, CONTOSO.identity("operator").service_principal_id]


def owned_by_both(world: World, *, whole: bool = True) -> None:
    """The app is there, and an administrator added the second owner."""
    deployed = world.deploy()
    ids = [deployed.application_object_id, *([deployed.service_principal_object_id or ""] if whole else [])]
    for object_id in ids:
        owner_table.add(
            world.entra.store, world.entra.contoso, object_id, CONTOSO.identity("operator").service_principal_id
        )


def application_owned_by_both(world: World) -> None:
    owned_by_both(world, whole=False)


def app_of_another(world: World) -> None:
    """The app exists, and another identity than the present deployer owns it."""
    world.deploy()
    deployer_with(*DEPLOYER)(world)


def half_way(world: World) -> None:
    """A first run made the app, and nothing after it."""
    world.deployed = replace(world.deploy(), service_principal_object_id=None)


def state_without_app(world: World) -> None:
    deployed = world.deploy()
    assert world.deployer is not None
    world.entra.signed_in(world.deployer).made("DELETE", f"/applications/{deployed.application_object_id}")


def consented(world: World) -> None:
    """An administrator granted one of the declared permissions, and one that is not declared."""
    deployed = world.deploy()
    administrator = world.entra.caller("AppRoleAssignment.ReadWrite.All", "Application.Read.All")
    (graph,) = administrator.made("GET", f"/servicePrincipals?$filter=appId eq '{GRAPH_APP_ID}'")["value"]
    for name in ("Calendars.ReadWrite", "Place.Read.All"):
        administrator.made(
            "POST",
            f"/servicePrincipals/{deployed.service_principal_object_id}/appRoleAssignments",
            {
                "principalId": deployed.service_principal_object_id,
                "resourceId": graph["id"],
                "appRoleId": PERMISSIONS[name].app_role_id,
            },
        )


def knows_its_grants(world: World) -> None:
    consented(world)
    assert world.deployer is not None
    assert world.deployed is not None
    path = f"/servicePrincipals/{world.deployed.service_principal_object_id}/appRoleAssignments"
    found = world.entra.signed_in(world.deployer).made("GET", path)["value"]
    world.deployed = replace(world.deployed, grants=frozenset(grant["id"] for grant in found))


def deployed_long_ago(world: World) -> None:
    world.deployed = Deployed("app", secrets_issued=frozenset({date.fromisoformat(LONG_AGO["issued"])}))


def app_by_hand(name: str) -> Callable[[World], None]:
    def change(world: World) -> None:
        world.entra.caller("Application.ReadWrite.All").made("POST", "/applications", {"displayName": name})

    return change


def app_with_key(name: str) -> Callable[[World], None]:
    def change(world: World) -> None:
        caller = world.entra.caller("Application.ReadWrite.All")
        made = caller.made("POST", "/applications", {"displayName": "SmartRecruiters Calendar Integration"})
        caller.made("POST", f"/applications/{made['id']}/addPassword", {"passwordCredential": {"displayName": name}})

    return change


def app_of_another_stack(world: World) -> None:
    caller = world.entra.caller("Application.ReadWrite.All")
    made = caller.made("POST", "/applications", {"displayName": "SmartRecruiters Calendar Integration"})
    world.facts["others"] = known((OtherStack(StackName.parse("first"), frozenset({made["id"]})),))


def app_in_two_states(world: World) -> None:
    """As a killed `pulumi stack rename` leaves it: its key bears the old name."""
    made = world.deploy()
    assert world.deployer
    caller = world.entra.signed_in(world.deployer)
    key = {"passwordCredential": {"displayName": "first 2026-12-01"}}
    caller.made("POST", f"/applications/{made.application_object_id}/addPassword", key)
    world.facts["others"] = known((OtherStack(StackName.parse("first"), frozenset({made.application_object_id})),))


def others_unread(world: World) -> None:
    world.facts["others"] = kept(
        Stopped(Reason.STACK_UNREADABLE, "The state cannot be read: smartrecruiters-calendar recover --stack first.")
    )


def policy(**restrictions: object) -> Callable[[World], None]:
    def change(world: World) -> None:
        policies.put(world.entra.store, world.entra.contoso, policies.SecretPolicy(**restrictions))  # type: ignore[arg-type]

    return change


def deployed_and_gone(world: World) -> None:
    world.deployed = Deployed("0e9b6c2a-5a3f-4a0b-8f1d-5f0a7f3c1b2d")


def own_policy(*, enabled: bool) -> Callable[[World], None]:
    """The app is deployed, and has a policy of its own that names new secrets."""

    def change(world: World) -> None:
        admin = world.entra.caller(
            "Policy.ReadWrite.ApplicationConfiguration", "Application.ReadWrite.All", "Application.Read.All"
        )
        made = admin.made("POST", "/applications", {"displayName": "SmartRecruiters Calendar Integration"})
        restriction = {"restrictionType": "passwordAddition", "state": "enabled" if enabled else "disabled"}
        body = {"displayName": "x", "isEnabled": True, "restrictions": {"passwordCredentials": [restriction]}}
        assigned = admin.made("POST", "/policies/appManagementPolicies", body)["id"]
        reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/policies/appManagementPolicies/{assigned}"}
        admin.made("POST", f"/applications/{made['id']}/appManagementPolicies/$ref", reference)
        world.deployed = Deployed(made["id"])

    return change


def disabled_saver(world: World) -> None:
    saved_by(SAVER)(world)
    store = world.entra.store
    with store.transaction():
        changed = store.execute(
            "UPDATE objects SET body = json_set(body, '$.accountEnabled', json('false')) WHERE key = ?", (SAVER,)
        )
    assert changed == 1


def saved_by(address: str) -> Callable[[World], object]:
    return configured(smartrecruiters={"savedBy": address})


VAULT = {"subscriptionId": subscription_of(DIRECTORY), "resourceGroup": "identity", "name": "contoso-identity"}


def with_vault(**changes: str) -> Callable[[World], object]:
    return configured(vault=VAULT | changes)


def roles(*names: str) -> Callable[[World], None]:
    """Roles on the vault, for the operator if there is one, else for the deployer."""

    def change(world: World) -> None:
        identity = world.operator or world.deployer
        assert identity is not None
        with world.entra.store.transaction():
            for name in names:
                vaults.allow(world.entra.store, VAULT["name"], identity.object_id, name)

    return change


DELIVERS = with_vault(deliverFrom="vault")
EXTERNAL = configured(adminConsent="external")
BY_DEPLOYER, BY_OPERATOR = AnsweredBy.DEPLOYER, AnsweredBy.OPERATOR
READS_POLICIES, READS_PEOPLE = operator("Policy.Read.All"), operator("User.Read.All")

CASES = [
    Case(versions.ENGINE, "as tried", nothing_special, PASS, "3.259.0"),
    Case(versions.ENGINE, "the oldest one", facts(engine=known("3.217.0")), PASS, "3.217.0"),
    Case(versions.ENGINE, "older", facts(engine=known("3.216.9")), FAIL, "needs 3.217.0"),
    Case(versions.ENGINE, "none", facts(engine=stopped(Reason.CLI_MISSING)), FAIL, "The CLI says no"),
    Case(versions.PACKAGES, "as pinned", nothing_special, PASS, "1 packages"),
    Case(versions.PACKAGES, "older", machine(installed={"pulumi-azuread": "6.9.0"}), FAIL, "6.9.0 (asked: 6.10.0)"),
    Case(versions.PACKAGES, "missing", machine(installed={}), FAIL, "missing (asked: 6.10.0)"),
    Case(versions.PLUGINS, "there", nothing_special, PASS, "azuread 6.10.0 is installed"),
    Case(versions.PLUGINS, "fetched later", machine(plugins={}, downloads_plugins=True), PASS, "will download"),
    Case(versions.PLUGINS, "missing for good", machine(plugins={}), FAIL, "pulumi plugin install resource azuread"),
    Case(versions.PLUGINS, "another version", machine(plugins={"azuread": ("6.9.0",)}), FAIL, "azuread 6.10.0"),
    Case(state_backend.BACKEND, "before the first up", nothing_special, PASS, "holds nothing yet"),
    Case(state_backend.BACKEND, "after it", World.deploy, PASS, "holds the integration app"),
    Case(state_backend.BACKEND, "down", facts(backend=stopped(Reason.STACK_UNREADABLE)), FAIL, "The CLI says no"),
    Case(
        state_backend.BACKEND, "no stack", facts(deployed=stopped(Reason.STACK_UNKNOWN)), FAIL, "pulumi stack init dev"
    ),
    Case(state_backend.SECRETS_PROVIDER, "encrypts", nothing_special, PASS, "(passphrase)"),
    Case(
        state_backend.SECRETS_PROVIDER,
        "wrong passphrase",
        facts(secrets_provider=stopped(Reason.PASSPHRASE_REFUSED)),
        FAIL,
        "PULUMI_CONFIG_PASSPHRASE_FILE",
    ),
    Case(configuration.CONFIGURATION, "whole", nothing_special, PASS, "SmartRecruiters Calendar Integration"),
    Case(configuration.CONFIGURATION, "mistakes", configured(owners=[], secrets=[]), FAIL, "no owner is configured"),
    Case(
        configuration.CONFIGURATION,
        "stored as a secret",
        facts(settings=stopped(Reason.SETTINGS_REFUSED)),
        FAIL,
        "The CLI says no",
    ),
    Case(redirect_url.REDIRECT_URL, "as in the guide", nothing_special, PASS, "https://www.smartrecruiters.com/ is"),
    Case(
        redirect_url.REDIRECT_URL,
        "without a slash",
        configured(redirectUrl="https://www.smartrecruiters.com"),
        PASS,
        "is deployed as https://www.smartrecruiters.com/",
    ),
    Case(redirect_url.REDIRECT_URL, "plain http", configured(redirectUrl="http://a.com/"), FAIL, "not an https URL"),
    Case(redirect_url.REDIRECT_URL, "wildcard", configured(redirectUrl="https://*.a.com/"), FAIL, "a wildcard"),
    Case(deployer.SIGN_IN, "of this tenant", nothing_special, PASS, "signs in to directory", BY_DEPLOYER),
    Case(deployer.SIGN_IN, "no token", no_deployer, FAIL, "no identity is configured", BY_DEPLOYER),
    Case(deployer.PERMISSIONS, "the documented ones", nothing_special, PASS, "Application.Read.All", BY_DEPLOYER),
    Case(
        deployer.PERMISSIONS,
        "wider ones",
        deployer_with(
            "Application.ReadWrite.All", "Directory.Read.All", "AppRoleAssignment.ReadWrite.All", "Mail.Send"
        ),
        PASS,
        "Application.ReadWrite.All, Directory.Read.All, Mail.Send is wider than this stack needs",
        BY_DEPLOYER,
    ),
    Case(
        deployer.PERMISSIONS,
        "another owner asks for more",
        another_owner,
        FAIL,
        "lacks Application.ReadWrite.All (add owners other than the deployer",
        BY_DEPLOYER,
    ),
    Case(
        deployer.PERMISSIONS,
        "another owner whom the app has already",
        both(another_owner, owned_by_both),
        PASS,
        "holds Application.ReadWrite.OwnedBy",
        BY_DEPLOYER,
    ),
    Case(
        deployer.PERMISSIONS,
        "another owner whom only the application has",
        both(another_owner, application_owned_by_both),
        FAIL,
        "lacks Application.ReadWrite.All",
        BY_DEPLOYER,
    ),
    Case(
        deployer.PERMISSIONS,
        "external consent asks for one",
        both(configured(adminConsent="external"), deployer_with("Application.ReadWrite.OwnedBy")),
        PASS,
        "holds Application.ReadWrite.OwnedBy.",
        BY_DEPLOYER,
    ),
    Case(
        deployer.PERMISSIONS,
        "no configured domain asks for one more",
        configured(tenantDomain=""),
        FAIL,
        "lacks Domain.Read.All",
        BY_DEPLOYER,
    ),
    *(
        Case(
            deployer.PERMISSIONS,
            f"without {left_out}",
            deployer_with(*(name for name in DEPLOYER if name != left_out)),
            FAIL,
            f"lacks {left_out} ",
            BY_DEPLOYER,
        )
        for left_out in DEPLOYER
    ),
    Case(cloud.CLOUD, "usable", nothing_special, PASS, "Graph at"),
    Case(cloud.CLOUD, "not usable", facts(cloud=kept(CloudRefused("It is another one: set it."))), FAIL, "set it."),
    Case(operators.SIGN_IN, "of this tenant", READS_PEOPLE, PASS, "signs in to directory", BY_OPERATOR),
    Case(operators.SIGN_IN, "nobody is named", nothing_special, MANUAL, "AZURE_CLIENT_ID", BY_OPERATOR),
    Case(operators.SIGN_IN, "one is named and refused", named_operator, FAIL, "no identity is", BY_OPERATOR),
    Case(owners.CALLER, "among them", nothing_special, PASS, "it is the only one", BY_DEPLOYER),
    Case(owners.CALLER, "not among them", configured(owners=[NOBODY]), FAIL, "'owners[1]'", BY_DEPLOYER),
    Case(owners.EXISTENCE, "a service principal", nothing_special, PASS, "exists", BY_DEPLOYER),
    Case(owners.EXISTENCE, "nobody", both(configured(owners=[NOBODY]), READS_PEOPLE), FAIL, NOBODY, BY_OPERATOR),
    Case(owners.EXISTENCE, "perhaps a person", configured(owners=[NOBODY]), MANUAL, "User.Read.All", None),
    Case(owners.OWNERSHIP, "nothing there yet", nothing_special, PASS, "holds no app yet"),
    Case(owners.OWNERSHIP, "an app without its principal yet", half_way, PASS, "owns the application", BY_DEPLOYER),
    Case(owners.OWNERSHIP, "its own app", World.deploy, PASS, "owns the application and its", BY_DEPLOYER),
    Case(owners.OWNERSHIP, "an app of another", app_of_another, FAIL, "does not own the application and", BY_DEPLOYER),
    Case(
        owners.OWNERSHIP,
        "manages every app",
        both(app_of_another, deployer_with("Application.ReadWrite.All")),
        PASS,
        "needs to own nothing",
        BY_DEPLOYER,
    ),
    Case(
        owners.OWNERSHIP,
        "gone from the tenant",
        state_without_app,
        FAIL,
        "pulumi refresh --stack dev && pulumi up --stack dev",
        BY_DEPLOYER,
    ),
    Case(grants.KNOWN, "nothing there yet", nothing_special, PASS, "no service principal yet"),
    Case(grants.KNOWN, "an app without its principal yet", half_way, PASS, "no service principal yet"),
    Case(grants.KNOWN, "gone from the tenant", state_without_app, PASS, "known to the state", BY_DEPLOYER),
    Case(grants.KNOWN, "its own", knows_its_grants, PASS, "known to the state", BY_DEPLOYER),
    Case(grants.KNOWN, "an administrator's", consented, FAIL, "Calendars.ReadWrite is granted already", BY_DEPLOYER),
    Case(grants.KNOWN, "the way to take it over", consented, FAIL, RECOVER, BY_DEPLOYER),
    Case(grants.KNOWN, "an administrator's, as wished", both(consented, EXTERNAL), PASS, "Consent is external"),
    Case(grants.KNOWN, "its own, and no longer", both(knows_its_grants, EXTERNAL), FAIL, RECOVER),
    Case(names.TWINS, "none", nothing_special, PASS, "No other application", BY_DEPLOYER),
    Case(names.TWINS, "nor is that of a run that ended half-way", half_way, PASS, "No other", BY_DEPLOYER),
    Case(names.TWINS, "its own app is none", World.deploy, PASS, "No other application", BY_DEPLOYER),
    Case(
        names.TWINS,
        "made by hand",
        app_by_hand("SmartRecruiters Calendar Integration"),
        FAIL,
        "smartrecruiters-calendar adopt --stack dev",
        BY_DEPLOYER,
    ),
    Case(
        names.TWINS,
        "another stack's by its keys",
        app_with_key("first 2026-12-01"),
        FAIL,
        "recover --stack dev --from-stack first --client-id",
        BY_DEPLOYER,
    ),
    Case(
        names.TWINS, "another stack's by its state", app_of_another_stack, FAIL, "config set --stack dev", BY_DEPLOYER
    ),
    Case(
        names.TWINS,
        "its own, and another stack's as well",
        app_in_two_states,
        FAIL,
        "pulumi stack rm --stack dev --force --preserve-config --yes",
        BY_DEPLOYER,
    ),
    Case(
        names.TWINS,
        "whose it is cannot be read",
        both(app_by_hand("SmartRecruiters Calendar Integration"), others_unread),
        FAIL,
        "recover --stack first",
        BY_DEPLOYER,
    ),
    Case(names.ORPHANS, "none", nothing_special, PASS, "No interrupted run", BY_DEPLOYER),
    Case(
        names.ORPHANS,
        "a temporary name",
        app_by_hand("TERRAFORM_UPDATE_6b6ad1ad"),
        MANUAL,
        "smartrecruiters-calendar recover --stack dev",
        BY_DEPLOYER,
    ),
    Case(secret_dates.DATES, "as it should be", nothing_special, PASS, "No declared secret has ended"),
    Case(secret_dates.DATES, "all ended", configured(secrets=[LONG_AGO]), FAIL, "rotate begin --stack dev"),
    Case(
        secret_dates.DATES,
        "one ended and never deployed",
        configured(secrets=[*CONFIGURATION["secrets"], LONG_AGO]),
        FAIL,
        "pulumi config rm --stack dev --path 'secrets[1]'",
    ),
    Case(
        secret_dates.DATES,
        "one ended and deployed",
        both(configured(secrets=[LONG_AGO, *CONFIGURATION["secrets"]]), deployed_long_ago),
        PASS,
        "is deployed",
    ),
    Case(secret_policy.LIFETIME, "no limit", READS_POLICIES, PASS, "does not limit", BY_OPERATOR),
    Case(secret_policy.LIFETIME, "within", both(READS_POLICIES, policy(most_days=365)), PASS, "365 days", BY_OPERATOR),
    Case(
        secret_policy.LIFETIME,
        "too long",
        both(READS_POLICIES, policy(most_days=180)),
        FAIL,
        "'secrets[0].days' 180",
        BY_OPERATOR,
    ),
    Case(
        secret_policy.LIFETIME,
        "in days",
        both(READS_POLICIES, policy(most_days=180), configured(secrets=[{"issued": "2026-12-01", "days": 180}])),
        PASS,
        "180 days",
        BY_OPERATOR,
    ),
    Case(
        secret_policy.LIFETIME,
        "forbidden",
        both(READS_POLICIES, policy(forbidden=True)),
        FAIL,
        "allows no client secrets",
        BY_OPERATOR,
    ),
    Case(
        secret_policy.LIFETIME,
        "forbidden, and the app exempt",
        both(operator("Policy.Read.All", "Application.Read.All"), policy(forbidden=True), own_policy(enabled=False)),
        PASS,
        "does not limit",
        BY_OPERATOR,
    ),
    Case(
        secret_policy.LIFETIME,
        "allowed, and not to this app",
        both(operator("Policy.Read.All", "Application.Read.All"), own_policy(enabled=True)),
        FAIL,
        "allows no client secrets",
        BY_OPERATOR,
    ),
    Case(
        secret_policy.LIFETIME,
        "the app's own not readable",
        both(READS_POLICIES, policy(forbidden=True), own_policy(enabled=False)),
        FAIL,
        "allows no client secrets",
        BY_OPERATOR,
    ),
    Case(
        secret_policy.LIFETIME,
        "the app gone",
        both(operator("Policy.Read.All", "Application.Read.All"), deployed_and_gone),
        PASS,
        "does not limit",
        BY_OPERATOR,
    ),
    Case(secret_policy.LIFETIME, "not readable", nothing_special, MANUAL, "Policy.Read.All", None),
    Case(tenant_domain.VERIFIED, "verified", nothing_special, PASS, "is a verified domain", AnsweredBy.ANYBODY),
    Case(
        tenant_domain.VERIFIED,
        "told which domains there are",
        operator("Organization.Read.All", "User.Read.All"),
        PASS,
        "Verified there: contoso.onmicrosoft.com, contoso.example. People sign in with: contoso.example (",
        AnsweredBy.ANYBODY,
    ),
    Case(
        tenant_domain.VERIFIED,
        "that nobody signs in with",
        operator("User.Read.All"),
        PASS,
        "if interviewers show as not integrated, ask its Support which to enter",
        AnsweredBy.ANYBODY,
    ),
    Case(
        tenant_domain.VERIFIED,
        "that people sign in with",
        both(operator("Directory.Read.All"), configured(tenantDomain="contoso.example")),
        PASS,
        ").",
        AnsweredBy.ANYBODY,
    ),
    Case(
        tenant_domain.VERIFIED,
        "told the domains alone",
        operator("Organization.Read.All"),
        PASS,
        "Which of them people sign in with could not be read",
        AnsweredBy.ANYBODY,
    ),
    Case(tenant_domain.VERIFIED, "looked up later", configured(tenantDomain=""), PASS, "looks the initial one up"),
    Case(
        tenant_domain.VERIFIED,
        "of another tenant",
        configured(tenantDomain=FABRIKAM_DOMAIN),
        FAIL,
        "it belongs to directory 7b9d4e21",
        AnsweredBy.ANYBODY,
    ),
    Case(
        tenant_domain.VERIFIED,
        "of no tenant",
        configured(tenantDomain="nowhere.onmicrosoft.com"),
        FAIL,
        "no tenant has verified it",
        AnsweredBy.ANYBODY,
    ),
    Case(saver.ACCOUNT, "enabled", both(saved_by(SAVER), READS_PEOPLE), PASS, SAVER, BY_OPERATOR),
    Case(
        saver.ACCOUNT,
        "no account",
        both(saved_by("nobody@contoso.example"), READS_PEOPLE),
        FAIL,
        "has no account",
        BY_OPERATOR,
    ),
    Case(saver.ACCOUNT, "disabled", both(disabled_saver, READS_PEOPLE), FAIL, "is disabled", BY_OPERATOR),
    Case(saver.ACCOUNT, "nobody is named", nothing_special, MANUAL, "smartrecruiters.savedBy"),
    Case(saver.ACCOUNT, "not readable", saved_by(SAVER), MANUAL, "User.Read.All", None),
    Case(versions.PLUGINS, "a vault needs one more", with_vault(), FAIL, "azure-native"),
    Case(vault.WRITABLE, "no vault", nothing_special, PASS, "No key vault is configured"),
    Case(
        vault.WRITABLE,
        "both roles",
        both(with_vault(), roles(vaults.CONTRIBUTOR, vaults.OFFICER)),
        PASS,
        "may write, read and delete",
        BY_DEPLOYER,
    ),
    Case(
        vault.WRITABLE,
        "cannot write",
        both(with_vault(), roles(vaults.OFFICER)),
        FAIL,
        "Microsoft.KeyVault/vaults/secrets/write",
        BY_DEPLOYER,
    ),
    Case(
        vault.WRITABLE,
        "cannot delete",
        both(with_vault(), roles(vaults.CONTRIBUTOR)),
        FAIL,
        "Microsoft.KeyVault/vaults/secrets/delete",
        BY_DEPLOYER,
    ),
    Case(vault.WRITABLE, "no such vault", with_vault(name="no-such-vault"), FAIL, "vault.name", BY_DEPLOYER),
    Case(
        vault.WRITABLE,
        "another tenant's subscription",
        with_vault(subscriptionId=subscription_of(FABRIKAM.id)),
        FAIL,
        "InvalidAuthenticationTokenTenant",
        BY_DEPLOYER,
    ),
    Case(vault.READABLE, "from the state", with_vault(), PASS, "from the state"),
    Case(
        vault.READABLE,
        "a reader",
        both(DELIVERS, READS_PEOPLE, roles(vaults.USER)),
        PASS,
        "may read secrets",
        BY_OPERATOR,
    ),
    Case(
        vault.READABLE,
        "no reader",
        both(DELIVERS, READS_PEOPLE, roles(vaults.CONTRIBUTOR)),
        FAIL,
        "Key Vault Secrets User",
        BY_OPERATOR,
    ),
    Case(vault.READABLE, "nobody to ask as", DELIVERS, MANUAL, "no identity is configured", BY_OPERATOR),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.check.name}: {case.name}")
def test_a_check_tells_what_is_so(world: World, case: Case) -> None:
    case.so(world)
    finding = world.look(case.check)
    assert (finding.outcome, finding.answered_by) == (case.outcome, case.asked_as), finding.sentence
    assert case.tells in f"{finding.sentence} {finding.remedy}"
    assert bool(finding.remedy) == (case.outcome is not PASS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_every_check_is_shown_to_pass_and_not_to(check: PreflightCheck) -> None:
    shown = {case.outcome for case in CASES if case.check is check}
    assert PASS in shown
    assert shown - {PASS}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_deployer_that_cannot_be_asked_about_leaves_only_what_needs_none(world: World, check: PreflightCheck) -> None:
    world.facts["tenant"] = kept(EntraUnreachable("no route"))
    finding = world.look(check)
    assert (finding.outcome is MANUAL) == (finding.reason is Reason.ENTRA_UNREACHABLE or check is saver.ACCOUNT)


def test_a_person_who_deploys_is_told_that_a_token_does_not_tell_roles(world: World) -> None:
    directory = world.situation().deployer()
    directory.caller = replace(directory.caller, scopes=frozenset({"User.Read"}), roles=frozenset())
    situation = world.situation()
    situation.tenant()._seen[Identity.DEPLOYER] = directory
    verdict = deployer.PERMISSIONS.look(situation)
    assert (verdict.outcome, verdict.answered_by) == (MANUAL, BY_DEPLOYER)
    assert "Privileged Role Administrator" in verdict.remedy
