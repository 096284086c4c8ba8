"""What the engine runs for `pulumi preview --policy-pack policy`.

The engine puts only this folder on the module path. The rules read the catalogue of permissions in `components/`, so
the folder above is added here: the pack runs from a checkout, next to the program it guards.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from components.garbage import collect_rarely

if __name__ == "__main__":
    collect_rarely()

from policy.pack import register

register()
