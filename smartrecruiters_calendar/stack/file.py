"""Writes a new tenant's `Pulumi.<stack>.yaml`: the required keys filled in, every optional key explained.

The values are checked by the program's own rules before anything is written. It makes no stack and asks no tenant.
"""

import json
import re
from datetime import date
from pathlib import Path
from string import Template

from components import settings

_TEMPLATE = Path(__file__).with_name("file.yaml.template")
STACK_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


def stack_file(folder: Path, stack: str) -> Path:
    """Where a stack's configuration is, as the CLI names it: without the organization (`org/project/dev`: `dev`)."""
    return folder / f"Pulumi.{stack.rpartition('/')[2]}.yaml"


class StackFileRefused(Exception):
    """The file cannot be written; the message says why and what to do."""


def new_stack_file(
    folder: Path,
    stack: str,
    *,
    directory_id: str,
    owners: list[str],
    issued: date,
    years: int,
    tenant_domain: str | None,
) -> Path:
    """Write `folder/Pulumi.<stack>.yaml` and return its path.

    Raises:
        ConfigurationRefused: a value the program itself would refuse.
        StackFileRefused: the name is no stack name, or the file is already there.
    """
    if not STACK_NAME.fullmatch(stack):
        raise StackFileRefused(f"{stack!r} is not a stack name: use letters, digits, dots, dashes and underscores.")
    values = {
        "directoryId": directory_id,
        "owners": owners,
        "secrets": [{"issued": issued.isoformat(), "years": years}],
        "tenantDomain": tenant_domain or "",
    }
    checked = settings.parse(values)
    path = stack_file(folder, stack)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(_text(stack, checked))
    except FileExistsError:
        raise StackFileRefused(f"{path.name} is already there. Edit it, or choose another stack name.") from None
    return path


def _text(stack: str, checked: settings.Settings) -> str:
    (secret,) = checked.secrets
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        stack=stack,
        directory_id=checked.directory_id,
        owners=json.dumps(checked.owners),
        issued=secret.issued.isoformat(),
        years=secret.years,
        tenant_domain=checked.tenant_domain or "contoso.onmicrosoft.com",
        tenant_domain_unset="" if checked.tenant_domain else "# ",
        display_name=json.dumps(settings.DEFAULT_DISPLAY_NAME),
        redirect_url=settings.DEFAULT_REDIRECT_URL,
        permissions=json.dumps(checked.permissions),
    )
