"""Writes a profile as YAML that a person can review: what each part is, and what the recording did not show."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from smartrecruiters_calendar.page.profile import Profile

_WIDTH = 110


def as_yaml(document: Mapping[str, Any], notes: Sequence[str]) -> str:
    """The file's text; `notes` come first, for the person who reviews."""
    written = _commented(document)
    fields = {field.alias or name: field for name, field in Profile.model_fields.items()}
    for key in list(written)[2:]:
        about = " ".join((fields[key].description or "").split())
        written.yaml_set_comment_before_after_key(key, before=f"\n{about}")
    yaml = YAML()
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = io.StringIO()
    yaml.dump(written, text)
    return f"{_head(notes)}{text.getvalue()}"


def _head(notes: Sequence[str]) -> str:
    lines = [
        "# How one company's SmartRecruiters settings page works, read off a recording of it. SmartRecruiters",
        "# publishes nothing about these requests: when the page changes, this file goes stale; record it again.",
        "# It holds no secret, cookie or token; look it through all the same before you commit it.",
    ]
    if notes:
        lines += ["#", "# Check these points, which the recording did not show:"]
        lines += [f"# - {note}" for note in notes]
    return "\n".join(lines) + "\n"


def _commented(value: Any) -> Any:
    if isinstance(value, Mapping):
        return CommentedMap((key, _commented(one)) for key, one in value.items())
    if isinstance(value, list | tuple):
        sequence = CommentedSeq(_commented(one) for one in value)
        if not any(isinstance(one, Mapping | list) for one in value):
            sequence.fa.set_flow_style()
        return sequence
    return value
