"""What this project's remedies are where a program of another project declares the component.

Such a program has none of this project's configuration keys, and not every verb serves its stacks. The remedies are
written once, for this project's own stacks, and said in the other words where they leave: by the package
(`components.provider`) and by the verbs.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from components.commands import naming_stack
from components.configuration import DELIVERY_KEYS, delivery_file

INSTEAD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "adopt": "deploy the component beside the older app, deliver it with `post-deploy`, then remove the older app",
        "audit --declared-only": "read its arguments in the program, or deploy it and audit the tenant",
        "live-check": "run it in a checkout of this project",
        "matrix": "list that project's stacks with `pulumi stack ls --json`",
        "new-stack": "type `pulumi stack init`, and set the arguments in the program",
        "offboard": "clear the credentials in SmartRecruiters, then type `pulumi destroy`",
        "promote": "deploy it as that project deploys its other stacks, then deliver with `post-deploy`",
        "recover": "release a killed run's lock with `pulumi cancel`, then type `pulumi refresh` and `pulumi up`",
        "restore": "restore the app in Entra (App registrations, Deleted applications), then type `pulumi refresh`",
        "rotate auto": "type the steps that `rotate status` shows, one after the other",
        "rotate begin": "add a secret to `secrets` in the program; `rotate status` shows which",
        "rotate finish": "remove the outgoing secret from `secrets` in the program; `rotate status` shows how",
        "rotate revoke": "remove the key with `az ad app credential delete`, then type `pulumi refresh`",
        "rotate rollback": "set `secrets` in the program back, type `pulumi up`, and deliver with `post-deploy`",
    }
)
"""Each verb that serves this project's own stacks alone, and what to do for another project's."""

_KEY: Final = r"(?:--stack \S+ )?(?:--path )?(?P<quote>'?)(?P<key>[\w.\[\]<>]+)(?P=quote)"
_VALUE: Final = r"(?:'[^']*'|\"[^\"]*\"|<[^>]*>|[^\s`]+)"
_OWN_VERB: Final = re.compile(rf"smartrecruiters-calendar ({'|'.join(INSTEAD)})(?![\w-])")


def refusal(verb: str, stack: str | None = None) -> str:
    """Why a verb does not go on where a program of another project declares the component, and what to do there.

    Args:
        stack: which one it is about, where that is known: its commands name it.
    """
    instead = naming_stack(INSTEAD[verb], stack) if stack else INSTEAD[verb]
    return f"`{verb}` serves this project's own stacks; for a stack of another project {instead}."


def in_a_program(text: str, stack: str | None = None) -> str:
    """A sentence with remedies, for whoever has a program of another project.

    Args:
        stack: whose settings it is about, for a reader outside the program; None: the program itself is the reader.
    """
    text = re.sub(r" && pulumi config (?=set|rm)", ", and pulumi config ", text)
    text = re.sub(rf"(pulumi config set {_KEY} {_VALUE}) --stack [\w./-]+", r"\1", text)
    for command, words in (("set {} ", "set {} to "), ("rm {}", "remove {}"), ("get {}", "look at {}")):
        text = re.sub(
            f"pulumi config {command.format(_KEY)}",
            lambda found, words=words: f"{_place(found['key'], stack)}{words.format(found['key'])}",  # type: ignore[misc]
            text,
        )
    text = text.replace("the key's description in Pulumi.yaml", "the key's description in the package's schema")
    hints = (refusal(verb, stack) for verb in dict.fromkeys(_OWN_VERB.findall(text)))
    return " ".join([text, *(hint for hint in hints if hint not in text)])


def _place(key: str, stack: str | None) -> str:
    if re.split(r"[.\[]", key)[0] in DELIVERY_KEYS:
        return f"in {delivery_file(stack or '<stack>')}, "
    return "in the program, " if stack else ""
