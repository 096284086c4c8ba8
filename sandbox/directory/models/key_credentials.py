"""Certificates of applications and service principals: what Graph takes, and what it shows again."""

import base64
import binascii
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography import x509

from sandbox.directory.models.property_rules import each, lines, nullable, one_of, shape, text
from sandbox.graph import timestamps
from sandbox.graph.guids import is_guid

_DAYS = 365 * 86_400

RULE = each(
    shape(
        {
            "keyId": nullable(is_guid),
            "type": one_of("AsymmetricX509Cert", "X509CertAndPassword", "Symmetric"),
            "usage": one_of("Verify", "Sign", "Encrypt"),
            "key": nullable(lines(20_000)),  # base64 in lines, as the Azure CLI sends it
            "displayName": nullable(text(90)),
            "customKeyIdentifier": nullable(text(200)),
            "startDateTime": nullable(text(40)),
            "endDateTime": nullable(text(40)),
            "hasExtendedValue": nullable(lambda value: isinstance(value, bool)),
        },
        required=("type", "usage"),
    )
)


def added(given: Sequence[Mapping[str, Any]], known: Sequence[Mapping[str, Any]], now: float) -> list[dict[str, Any]]:
    """The list as it is kept: with IDs, dates and keys.

    Raises:
        ValueError: a new one has no key, or a date that is none.
    """
    by_id = {one["keyId"]: one for one in known}
    kept = []
    for one in given:
        old = by_id.get(one.get("keyId"))
        if old is None and not one.get("key"):
            raise ValueError("a new certificate needs its key")
        for moment in filter(None, (one.get("startDateTime"), one.get("endDateTime"))):
            timestamps.parse(moment)
        kept.append(
            dict(old)
            if old
            else {
                "customKeyIdentifier": one.get("customKeyIdentifier"),
                "displayName": one.get("displayName"),
                "endDateTime": one.get("endDateTime") or timestamps.text(now + _DAYS),
                "key": one["key"],
                "keyId": one.get("keyId") or str(uuid.uuid4()),
                "startDateTime": one.get("startDateTime") or timestamps.text(now),
                "type": one["type"],
                "usage": one["usage"],
            }
        )
    return kept


def shown(kept: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The list without the keys, which Graph shows in no list of objects."""
    return [{**one, "key": None} for one in kept]


def certificate(kept: Mapping[str, Any]) -> x509.Certificate | None:
    """The certificate by which a client may sign in; None: this key is another one, or cannot be read."""
    if (kept["type"], kept["usage"]) != ("AsymmetricX509Cert", "Verify") or not kept["key"]:
        return None
    try:
        return x509.load_der_x509_certificate(base64.b64decode("".join(kept["key"].split()), validate=True))
    except (binascii.Error, ValueError):
        return None
