"""How often each verb starts the `pulumi` command, as docs/architecture.md says: no start comes in unseen."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from smartrecruiters_calendar.outcome import ExitCode
from tests.exit_codes.place import Place, place
from tests.exit_codes.table import words_of
from tests.smartrecruiters_calendar.fake_pulumi import configure

PAGE: Final = Path(__file__).resolve().parents[3] / "docs" / "architecture.md"
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


VERBS: Final[dict[str, tuple[str, Callable[[Place], None]]]] = {
    "receipt": ("receipt", delivered),
    "audit": ("audit", nothing),
    "restore": ("restore", nothing),
    "post-deploy, nothing new": ("post-deploy", delivered),
    "rotate status": ("rotate status", delivered),
    "rotate begin": ("rotate begin", delivered),
    "recover": ("recover", delivered),
    "adopt": ("adopt", nothing),
    "preflight": ("preflight", nothing),
    "offboard": ("offboard", nothing),
    "post-deploy, a delivery": ("post-deploy", nothing),
    "rotate finish": ("rotate finish", with_an_outgoing_secret),
}
"""As the page calls it: the verb, and what is done before."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("place")) as made:
        yield made


def shown() -> dict[str, int]:
    """What the page says, by what it calls a verb."""
    table = PAGE.read_text(encoding="utf-8").partition("| starts of `pulumi` |")[2].partition("\n\n")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("| `")]
    return {name.replace("`", "").strip(): int(number) for names, number in rows for name in names.split(";")}


def test_the_page_and_this_test_name_the_same() -> None:
    assert shown().keys() == VERBS.keys()


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_starts_the_cli_as_often_as_the_page_says(here: Place, name: str) -> None:
    verb, arrange = VERBS[name]
    here.begin()
    here.patch.setenv("PULUMI_BACKEND_URL", "file:///state")
    (here.folder / "project" / "starts.jsonl").unlink(missing_ok=True)
    arrange(here)
    before = len(here.pulumi.starts)
    here.type(*words_of(verb, here))
    starts = [" ".join(start) for start in here.pulumi.starts[before:]]
    assert len(starts) == shown()[name], (starts, here.printed)
