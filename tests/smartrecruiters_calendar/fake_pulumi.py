"""A `pulumi` for PATH that answers from a JSON file and logs how it was started."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

_PROGRAM = """#!{python} -IS
import json, os, re, sys, time
with open(os.path.join({folder!r}, "starts.jsonl"), "a") as log:
    log.write(json.dumps(sys.argv[1:]) + "\\n")
with open(os.path.join({folder!r}, "answers.json")) as file:
    answers = json.load(file)
words = " ".join(word for word in sys.argv[1:] if word != "--non-interactive")
for beginning, answer in sorted(answers.items(), key=lambda item: -len(item[0])):
    if words.startswith(beginning):
        if answer.get("hang"):
            print("hanging", file=sys.stderr, flush=True)
            time.sleep(600)
        if words.startswith("stack tag set") and not answer.get("code"):
            name, value = words.split(" ", 3)[3].split(" --stack ")[0].split(" ", 1)
            kept = json.loads(answers["stack tag ls"].get("stdout") or "{{}}") or {{}}
            answers["stack tag ls"] = {{"stdout": json.dumps(kept | {{name: value}})}}
            with open(os.path.join({folder!r}, "answers.json"), "w") as file:
                json.dump(answers, file)
        printed = answer.get("stdout", "")
        if words.startswith("stack export") and "--show-secrets" not in words:
            printed = re.sub(r'"plaintext": "(\\\\.|[^"\\\\])*"', '"ciphertext": "v1:sealed"', printed)
        sys.stdout.write(printed)
        sys.stderr.write(answer.get("stderr", ""))
        sys.exit(answer.get("code", 0))
sys.exit("unexpected: " + words)
"""


@dataclass
class FakePulumi:
    """Lives in a folder that goes onto PATH. `answers` maps the beginning of a command to its answer."""

    folder: Path
    answers: dict[str, dict[str, Any]]
    outputs: Mapping[str, Any]
    """Of the stack, as at first."""

    @classmethod
    def install(
        cls, folder: Path, outputs: Mapping[str, Any], configuration: Mapping[str, Any], *, stack: str = "dev"
    ) -> "FakePulumi":
        """Put it into a folder, with a project whose one stack is configured so."""
        program = folder / "pulumi"
        program.write_text(_PROGRAM.format(python=sys.executable, folder=str(folder)))
        program.chmod(0o755)
        (folder / "Pulumi.yaml").write_text("name: smartrecruiters-calendar\n")
        configure(folder, configuration, stack=stack)
        fake = cls(folder, {}, outputs)
        fake.forget()
        return fake

    def forget(self) -> None:
        """Answer as at first; what was changed, and the tags that were set, are gone."""
        self.answers = {
            "version": {"stdout": "v3.259.0\n"},
            "stack --show-name": {"stdout": "dev\n"},
            "stack export": exported(self.outputs),
            "stack tag ls": {"stdout": "{}"},
            "stack tag set": {},
        }
        (self.folder / "answers.json").unlink(missing_ok=True)
        self.answer()

    def answer(self, **changed: dict[str, Any]) -> None:
        """Change answers; underscores stand for spaces."""
        kept = self.folder / "answers.json"
        if kept.exists():  # with the tags that were set meanwhile
            self.answers = json.loads(kept.read_text())
        self.answers |= {command.replace("_", " "): answer for command, answer in changed.items()}
        (self.folder / "answers.json").write_text(json.dumps(self.answers))

    @property
    def path(self) -> str:
        return f"{self.folder}{os.pathsep}{os.environ['PATH']}"

    @property
    def starts(self) -> list[list[str]]:
        log = self.folder / "starts.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    @property
    def tags(self) -> list[tuple[str, str]]:
        """The tags that were set, in order."""
        return [(start[-4], start[-3]) for start in self.starts if "set" in start]


def secret(value: Any) -> dict[str, str]:
    """A secret, as a state with the values of secrets holds it."""
    return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": json.dumps(value)}


def exported(outputs: Mapping[str, Any], *resources: Mapping[str, Any]) -> dict[str, Any]:
    """What `stack export` answers; the values of secrets are in it only where it is asked for them."""
    marked = {name: secret(value) if name == "clientSecret" else value for name, value in outputs.items()}
    root = {"urn": "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev", "type": "pulumi:pulumi:Stack", "outputs": marked}
    return {"stdout": json.dumps({"version": 3, "deployment": {"resources": [root, *resources]}})}


def configure(folder: Path, configuration: Mapping[str, Any], *, stack: str = "dev") -> None:
    """Write a stack's file; the CLI is not asked for it."""
    YAML().dump({"config": dict(configuration)}, folder / f"Pulumi.{stack}.yaml")
