"""What the CLI keeps of a stack in a folder, read and written without starting it.

Hundreds of tests look at outputs, set a key or select a stack on the way to their subject, and each start of the CLI
costs a fifth of a processor second, twice that where it decrypts. Other tests hold the CLI to the same forms: the
outputs it shows, the files it writes and the stack it takes as selected.
"""

import base64
import functools
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from ruamel.yaml import YAML

_SECRET = ("4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270")
"""How a state marks a secret: the signature of `resource.SigKey` and `resource.SecretSig` of the CLI's SDK."""
_ROUNDS = 1_000_000
"""Of PBKDF2, in the CLI's package `secrets/passphrase`."""


def outputs(state: Path, passphrase: str) -> dict[str, Any]:
    """A stack's outputs, secrets in clear.

    Args:
        state: its checkpoint.
        passphrase: of its secrets provider.
    """
    latest = json.loads(state.read_text())["checkpoint"]["latest"]
    (stack,) = [resource for resource in latest["resources"] if resource["type"] == "pulumi:pulumi:Stack"]
    key = _key(passphrase, latest["secrets_providers"]["state"]["salt"].split(":")[1])

    def shown(value: Any) -> Any:
        if not isinstance(value, dict) or value.get(_SECRET[0]) != _SECRET[1]:
            return value
        _, nonce, text = value["ciphertext"].split(":")
        return json.loads(AESGCM(key).decrypt(base64.b64decode(nonce), base64.b64decode(text), None))

    return {name: shown(value) for name, value in stack.get("outputs", {}).items()}


@functools.cache
def _key(passphrase: str, salt: str) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", passphrase.encode(), base64.b64decode(salt), _ROUNDS, 32)


def configure(file: Path, path: str, value: str) -> None:
    """Set a key of a stack's file as `pulumi config set --path` does, and keep the comments.

    Args:
        file: the stack's file.
        path: such as `secrets[0].issued`.
        value: whole numbers and booleans are stored as such, anything else as text.
    """
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(file)
    first, *rest = [int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", path)]
    held = document["config"]
    (key,) = [written for written in held if written.endswith(f":{first}")] or [first]
    for above, step in zip([key, *rest], rest, strict=False):
        if above not in (range(len(held)) if isinstance(held, list) else held):
            _put(held, above, [] if isinstance(step, int) else {})
        held, key = held[above], step
    typed = json.loads(value) if re.fullmatch(r"true|false|0|[1-9][0-9]*", value) else value
    _put(held, key, typed)
    yaml.dump(document, file)


def _put(held: Any, key: str | int, value: Any) -> None:
    if isinstance(held, list) and key == len(held):
        held.append(value)
    else:
        held[key] = value


def select(pulumi_home: Path, project: Path, backend: str, stack: str) -> None:
    """Make a stack the selected one, as `pulumi stack select` does.

    Args:
        project: its Pulumi.yaml.
        stack: its full name, `organization/project/stack`.
    """
    name = re.findall(r"(?m)^name: (\S+)$", project.read_text())[0]
    # Source: `workspace.newWorkspace` of the CLI's SDK.
    place = hashlib.sha1(str(project).encode(), usedforsecurity=False).hexdigest()
    file = pulumi_home / "workspaces" / f"{name}-{place}-workspace.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"stacks": {backend: stack}}))
