"""How often each verb starts the `pulumi` command, on a deployed and selected stack: no start comes in unseen.

A start takes 0.1 to 0.2 s, and more on a remote backend.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from smartrecruiters_calendar.outcome import ExitCode
from tests.exit_codes.place import Place, place
from tests.exit_codes.table import words_of
from tests.smartrecruiters_calendar.fake_pulumi import configure

_EARLIER: Final = "2026-01-02"


def nothing(here: Place) -> None:
    pass


def delivered(here: Place) -> None:
    assert here.type(*words_of("post-deploy", here)).exit_code == ExitCode.OK, here.printed


def with_an_outgoing_secret(here: Place) -> None:
    delivered(here)
    exported = json.loads(here.pulumi.answers["stack export"]["stdout"])
    current = exported["deployment"]["resources"][-1]
    urn = re.sub(r"secret-\d{4}-\d\d-\d\d$", f"secret-{_EARLIER}", current["urn"])
    outgoing = current | {"urn": urn, "id": f"{current['id'][:-4]}0000", "protect": True}
    exported["deployment"]["resources"].append(outgoing)
    here.pulumi.answer(stack_export={"stdout": json.dumps(exported)})
    secrets = [*here.configuration["secrets"], {"issued": _EARLIER, "years": 1}]
    configure(here.folder / "project", here.configuration | {"secrets": secrets})


VERBS: Final[dict[str, tuple[str, Callable[[Place], None], int]]] = {
    "receipt": ("receipt", delivered, 1),
    "audit": ("audit", nothing, 1),
    "restore": ("restore", nothing, 1),
    "post-deploy, nothing new": ("post-deploy", delivered, 2),
    "rotate status": ("rotate status", delivered, 2),
    "rotate begin": ("rotate begin", delivered, 2),
    "recover": ("recover", delivered, 2),
    "adopt": ("adopt", nothing, 3),
    "preflight": ("preflight", nothing, 3),
    "offboard": ("offboard", nothing, 4),
    "offboard, protected": ("offboard", with_an_outgoing_secret, 5),
    "exchange-scope": ("exchange-scope", nothing, 1),
    "rotate revoke": ("rotate revoke", delivered, 2),
    "promote, nothing new": ("promote", delivered, 5),
    "promote, a delivery": ("promote", nothing, 11),
    "post-deploy, a delivery": ("post-deploy", nothing, 8),
    "rotate finish": ("rotate finish", with_an_outgoing_secret, 12),
}
"""The verb, what is done before, and the starts."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("place")) as made:
        yield made


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_starts_the_cli_no_more_often_than_it_is_known_to(here: Place, name: str) -> None:
    verb, arrange, known = VERBS[name]
    here.begin()
    here.patch.setenv("PULUMI_BACKEND_URL", "file:///state")
    (here.folder / "project" / "starts.jsonl").unlink(missing_ok=True)
    arrange(here)
    before = len(here.pulumi.starts)
    here.type(*words_of(verb, here))
    starts = [" ".join(start) for start in here.pulumi.starts[before:]]
    assert len(starts) == known, (starts, here.printed)
