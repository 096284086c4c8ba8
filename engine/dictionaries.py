"""Lets the built CLI decode its password dictionaries when it uses them, instead of whenever it starts.

`pulumi config set` guesses whether a value looks like a secret. The two modules that help it decode their word lists
while any command starts, which is half of the processor time of `pulumi version`. Here the build gets copies of both,
the same but for the moment at which they load.
"""

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

MODULES: Final = ("github.com/ccojocar/zxcvbn-go", "github.com/nbutton23/zxcvbn-go")

# The second file's matching loads what is missing before it matches, so nobody needs the first `init`.
EDITS: Final = (
    ("frequency/frequency.go", "func init() {", "func Load() {"),
    ("matching/matching.go", "func init() {\n\tloadFrequencyList()\n}\n", ""),
    ("matching/matching.go", "func loadFrequencyList() {", "func loadFrequencyList() {\n\tfrequency.Load()"),
)


class OtherSource(Exception):
    """A module's source is not the one that the edits were made for; the message says where."""


def go_mod_with_late_loading(modules: Path, source: Callable[[str], Path], into: Path) -> Path:
    """Write a `go.mod`, with its `go.sum` beside it, that names the edited copies.

    Args:
        modules: the folder with the `go.mod` to start from.
        source: gives the folder of a module.
        into: an empty folder, for the result and the copies.

    Raises:
        OtherSource: a module has another source than expected.
    """
    replaced = [(module, _edited_copy(source(module), module, into / Path(module).parent.name)) for module in MODULES]
    shutil.copy(modules / "go.sum", into)
    written = into / "go.mod"
    written.write_text((modules / "go.mod").read_text() + "".join(_replacements(replaced)))
    return written


def _replacements(replaced: Iterable[tuple[str, Path]]) -> Iterable[str]:
    return (f'\nreplace {module} => "{copy}"\n' for module, copy in replaced)


def _edited_copy(source: Path, module: str, copy: Path) -> Path:
    shutil.copytree(source, copy, copy_function=shutil.copyfile)
    for folder in (copy, *copy.rglob("*/")):
        folder.chmod(0o755)  # Go keeps modules read-only
    if not (copy / "go.mod").exists():
        (copy / "go.mod").write_text(f"module {module}\n")
    for name, old, new in EDITS:
        text = (copy / name).read_text()
        if text.count(old) != 1:
            raise OtherSource(f"{module} holds {old.splitlines()[0]!r} {text.count(old)} times in {name}")
        (copy / name).write_text(text.replace(old, new))
    return copy
