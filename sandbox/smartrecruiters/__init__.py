"""Stand-in for SmartRecruiters: its calendar settings page, as far as the calendar integration needs it.

The page's addresses, markup and requests are this sandbox's own: the real ones are not published. *Load Resources* uses
the saved credentials against the sandbox's Entra and Graph over HTTP, and Graph alone decides which rooms load.
"""

from sandbox.smartrecruiters.application import app
from sandbox.smartrecruiters.session_file import write_session

__all__ = ["app", "write_session"]
