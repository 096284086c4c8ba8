"""`python -m sandbox`: run, control and inspect a sandbox.

Every command works while the server runs. Costly modules are loaded by the command that needs
them: `status` and `env` are called often.
"""

import json
import shlex
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from sandbox.cli import faults, mailbox
from sandbox.cli.options import (
    DEFAULT_HOME,
    HomeOption,
    PortOption,
    TenantOption,
    existing,
    opened,
    teaching,
    tenant_named,
)
from sandbox.core.home import Home
from sandbox.server.lock import running_pid

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Local stand-ins for Entra, Graph and SmartRecruiters."
)
app.add_typer(faults.app, name="fault")
app.add_typer(mailbox.app, name="mailbox")

Users = Annotated[int, typer.Option(help="People per tenant.", min=0)]
Rooms = Annotated[int, typer.Option(help="Rooms per tenant.", min=0)]


@app.command()
def run(
    home: HomeOption = DEFAULT_HOME,
    port: PortOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    *,
    beyond_loopback: Annotated[
        bool, typer.Option("--beyond-loopback", help="Allow an address that other machines can reach.")
    ] = False,
) -> None:
    """Serve in the foreground; create the sandbox if there is none."""
    from sandbox.seed import creation
    from sandbox.server import serving as server

    with teaching():
        place = Home(home.absolute())
        creation.ensure(place)
        option = "" if home == DEFAULT_HOME else f" --home {shlex.quote(str(place.path))}"
        line = f'Put a shell into it:  eval "$({shlex.quote(sys.executable)} -m sandbox env{option})"'
        port = place.port if port is None else port
        server.run(place, port, host, beyond_loopback=beyond_loopback, announce=line)


@app.command()
def start(home: HomeOption = DEFAULT_HOME, port: PortOption = None) -> None:
    """Serve in the background, and return when the server answers."""
    from sandbox.server import process

    with teaching():
        place = Home(home.absolute())
        fresh = process.start(place, port)
        typer.echo(f"{'Started' if fresh else 'Already running'}: https://localhost:{place.port}, for tests only.")


@app.command()
def stop(home: HomeOption = DEFAULT_HOME) -> None:
    """Stop the server in the background. Its clock stops until the next start."""
    from sandbox.server import process

    with teaching():
        typer.echo("Stopped." if process.stop(Home(home.absolute())) else "Not running.")


@app.command()
def status(home: HomeOption = DEFAULT_HOME) -> None:
    """Report whether the server runs: exit code 0 if it does, else 1."""
    place = Home(home.absolute())
    pid = running_pid(place)
    typer.echo(f"Running: https://localhost:{place.port}, process {pid}." if pid else "Not running.")
    raise typer.Exit(0 if pid else 1)


@app.command()
def env(
    home: HomeOption = DEFAULT_HOME,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of export lines.")] = False,
) -> None:
    """Print the variables that point a shell to the sandbox."""
    from sandbox.server import environment

    with teaching():
        place = existing(home)
        values = environment.variables(place)
        if running_pid(place) is None:
            typer.echo("The sandbox is not running: python -m sandbox start", err=True)
        lines = [f"export {name}={shlex.quote(value)}" for name, value in values.items()]
        typer.echo(json.dumps(values, indent=2) if as_json else "\n".join(lines))


@app.command()
def reset(home: HomeOption = DEFAULT_HOME) -> None:
    """Replace everything: tenants, secrets, Pulumi state. A running server is restarted on its port."""
    from sandbox.seed import creation
    from sandbox.server import process

    with teaching():
        place = Home(home.absolute())
        port = place.port
        was_running = process.stop(place)
        creation.remove(place)
        creation.ensure(place)
        if was_running:
            process.start(place, port)
        typer.echo(f"Everything is new in {place.path}.")


@app.command()
def seed(
    home: HomeOption = DEFAULT_HOME,
    tenants: Annotated[int, typer.Option(help="Tenants in addition to Contoso and Fabrikam.", min=0)] = 0,
    users: Users = 25,
    rooms: Rooms = 4,
    seed_number: Annotated[int, typer.Option("--seed", help="Decides ids and properties.")] = 1,
    file: Annotated[
        Path | None, typer.Option("--file", help="YAML or JSON: tenants, users, rooms, identities. See the README.")
    ] = None,
) -> None:
    """Make tenants larger, add tenants, or add what a file lists. Never changes or removes anything."""
    from sandbox.seed import creation, directory
    from sandbox.seed.constants import TENANTS

    with teaching(), opened(home) as (place, store):
        sizes = directory.Sizes(users, rooms, seed_number)
        now = creation.open_clock(place, store).seconds()
        for seeded in TENANTS:
            directory.grow(store, tenant_named(store, seeded.name), seeded.default_domain, sizes)
        made = directory.add_tenants(store, range(1, tenants + 1), now, sizes)
        creation.write_credentials(place, creation.read_credentials(place) | made)
        if file is not None:
            creation.apply_file(place, store, file)
            typer.echo(f"Added what {file} lists. Credentials: {place.credentials}")
            return
        typer.echo(f"{len(TENANTS) + tenants} tenants, each with at least {users} people and {rooms} rooms.")


@app.command()
def policy(
    home: HomeOption = DEFAULT_HOME,
    tenant: TenantOption = "contoso",
    max_secret_days: Annotated[int | None, typer.Option(help="Longest lifetime of a client secret.", min=1)] = None,
    *,
    forbid_secrets: Annotated[bool, typer.Option("--forbid-secrets", help="No client secrets at all.")] = False,
) -> None:
    """Set the tenant's default app management policy; without options, lift it."""
    from sandbox.directory.models import secret_policy

    with teaching(), opened(home) as (_, store):
        wanted = secret_policy.SecretPolicy(max_secret_days, forbid_secrets)
        secret_policy.put(store, tenant_named(store, tenant), wanted)
        typer.echo(f"{tenant}: {json.dumps(secret_policy.show(wanted)['applicationRestrictions'])}")


@app.command()
def own(
    client_id: Annotated[str, typer.Argument(help="Client ID of the application.")],
    home: HomeOption = DEFAULT_HOME,
    tenant: TenantOption = "contoso",
    owner: Annotated[str | None, typer.Option(help="Object ID of the new owner. Default: the deployer.")] = None,
) -> None:
    """Make someone an owner of an application and of its service principal, as an administrator would."""
    from sandbox.directory.models import ownership
    from sandbox.seed import creation

    with teaching(), opened(home) as (place, store):
        known = tenant_named(store, tenant)
        owner_id = owner or creation.read_credentials(place)[tenant]["deployer"]["objectId"]
        owned = ownership.give(store, known, client_id, owner_id)
        typer.echo(f"{owner_id} owns {' and '.join(owned)}.")


@app.command("managed-identity")
def managed_identity(
    client_id: Annotated[str, typer.Argument(help="Client ID of the identity.")],
    home: HomeOption = DEFAULT_HOME,
    tenant: TenantOption = "contoso",
) -> None:
    """Attach an identity to this machine, as a managed identity, and print the variables that use it."""
    from sandbox.directory.models import machine_identities
    from sandbox.sign_in.managed_identity import PATH

    with teaching(), opened(home) as (place, store):
        machine_identities.attach(store, tenant_named(store, tenant), client_id)
        typer.echo(
            f"ARM_USE_MSI=true\nARM_MSI_ENDPOINT=https://localhost:{place.port}{PATH}\nARM_CLIENT_ID={client_id}"
        )


@app.command("client-certificate")
def client_certificate(
    identity: Annotated[str, typer.Argument(help="Key of the identity in credentials.json: deployer, operator.")],
    home: HomeOption = DEFAULT_HOME,
    tenant: TenantOption = "contoso",
) -> None:
    """Give an identity a certificate to sign in by, in addition to its secret, and print the variables that use it."""
    from sandbox.core.home import write_private
    from sandbox.seed import client_certificate, creation

    with teaching(), opened(home) as (place, store):
        known = creation.read_credentials(place).get(tenant, {})
        if identity not in known:
            raise LookupError(f"{tenant} has no identity {identity}: {', '.join(known) or 'none at all'}")
        client_id, now = known[identity]["clientId"], creation.open_clock(place, store).seconds()
        made = client_certificate.add(store, tenant_named(store, tenant), client_id, now)
        file = place.path / f"{tenant}-{identity}.pfx"
        write_private(file, made.pkcs12)
        prefix = "AZURE" if identity == "operator" else "ARM"
        values = {"ID": client_id, "SECRET": "", "CERTIFICATE_PATH": str(file), "CERTIFICATE_PASSWORD": made.password}
        typer.echo("\n".join(f"{prefix}_CLIENT_{name}={value}" for name, value in values.items()))


@app.command("oidc-token")
def oidc_token(
    home: HomeOption = DEFAULT_HOME,
    subject: Annotated[str, typer.Option(help="Subject of the assertion, as it stands.")] = "",
    repository: Annotated[str, typer.Option(help="Or a GitHub repository: owner/name; the subject has its IDs.")] = "",
    environment: Annotated[str, typer.Option(help="Environment of the repository's job.")] = "",
    audience: Annotated[str, typer.Option(help="Audience of the assertion.")] = "api://AzureADTokenExchange",
) -> None:
    """Print an assertion of the sandbox's own OIDC issuer (ARM_OIDC_TOKEN), as a pipeline would get it."""
    from sandbox.seed import creation
    from sandbox.sign_in import keys, oidc_issuer

    with teaching(), opened(home) as (place, store):
        now = creation.open_clock(place, store).seconds()
        base_url = f"https://localhost:{place.port}"
        asked = {"subject": subject, "repository": repository, "environment": environment}
        about = oidc_issuer.asked_subject(asked)
        typer.echo(oidc_issuer.token(keys.load(place.issuer_key), base_url, about, audience, now))


@app.command()
def log(
    home: HomeOption = DEFAULT_HOME,
    last: Annotated[int, typer.Option(help="Number of requests; 0 for all.", min=0)] = 50,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines.")] = False,
    not_emulated: Annotated[
        bool, typer.Option("--not-emulated", help="Only requests the sandbox does not emulate.")
    ] = False,
) -> None:
    """List requests. Secrets are masked."""
    from sandbox.server import request_log

    with teaching():
        entries = request_log.read(existing(home).request_log)
        chosen = [entry for entry in entries if not not_emulated or entry.get("notEmulated")]
        for entry in chosen[-last:] if last else chosen:
            typer.echo(json.dumps(entry) if as_json else request_log.as_text(entry))


@app.command("sign-in")
def sign_in(
    email: Annotated[str, typer.Argument(help="E-mail address of the account.")] = "recruiting.admin@contoso.example",
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Sign an account in to the SmartRecruiters page and replace the session file, as a browser would keep it."""
    from sandbox.smartrecruiters import session_file
    from sandbox.smartrecruiters.accounts import ACCOUNTS, account

    with teaching(), opened(home) as (place, store):
        if account(email) is None:
            raise ValueError(f"SmartRecruiters has no account {email}; there are: {', '.join(ACCOUNTS)}")
        session_file.write(store, place.session, email)
        typer.echo(f"{email} is signed in: {place.session}")


@app.command()
def compare(
    recording: Annotated[Path, typer.Argument(help="What `make live --record` wrote, or another recording.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False,
) -> None:
    """Replay recorded requests against a fresh sandbox; exit code 1 if an answer differs."""
    from sandbox import compare as comparing

    with teaching():
        found = comparing.differences(comparing.read(recording))
    if as_json:
        typer.echo(json.dumps({"differences": [asdict(one) for one in found]}, indent=2))
    else:
        typer.echo("\n".join(map(str, found)) or "Every recorded answer is the sandbox's, too.")
    raise typer.Exit(1 if found else 0)


@app.command()
def coverage() -> None:
    """Print what is emulated, for whom, and how certain that is."""
    from sandbox.api import coverage as page

    typer.echo(page.markdown(), nl=False)
