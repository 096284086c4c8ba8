"""What an offboarding came to: the document that `--json` prints."""

from integration.exit_codes import ExitCode
from integration.json_model import JsonModel
from integration.reasons import Reason


class Proven(JsonModel):
    """One thing that must not be there any more."""

    what: str
    gone: bool
    evidence: str


class OffboardingResult(JsonModel):
    """One offboarding."""

    stack: str
    exit_code: ExitCode = ExitCode.AS_WISHED
    reason: Reason | None = None
    """Why it is not as wished; None: everything is gone, and proven to be."""
    sentence: str
    proofs: tuple[Proven, ...] = ()
    restore: tuple[str, ...] = ()
    """How to bring the app back within 30 days, one step each."""
