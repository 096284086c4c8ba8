"""The component as a package: Pulumi runs this for programs in any language that declare a `CalendarIntegration`.

Pulumi fetches the whole repository and runs this folder, so that the component itself is the project's own.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from components.garbage import collect_rarely

if __name__ == "__main__":
    collect_rarely()

from components.provider import serve

serve()
