"""A delivery that is due: SmartRecruiters holds one key, and the stack another that came after it.

It can be put back to that as often as it is begun, without the engine: what the stack remembers are tags, and what
SmartRecruiters holds is a row.
"""

import contextlib
import json
import re
import shutil
import signal
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import psutil
import pytest

from sandbox.core.home import Home
from sandbox.core.store import Store
from sandbox.server.killing import members
from sandbox.server.request_log import read
from smartrecruiters_calendar.stack.receipts import DEFAULT_CLAIMS
from tests.e2e.crash import Ended, EngineStart, Point, ended
from tests.e2e.moments import CTRL_C, KILL, Moment, Told
from tests.e2e.test_secrets_stay_secret import files_holding
from tests.e2e.workplace import PYTHON, Workplace

POST_DEPLOY = (PYTHON, "scripts/post_deploy.py", "--stack", "dev", "--json")
ENDINGS = {KILL: signal.SIGKILL, CTRL_C: signal.SIGINT}
LAST_WORDS = "post-deploy: Interrupted. Run it again: it continues from what the receipt shows.\n"
_LAST_BREATH_SECONDS = 30
"""Within which what was killed with its parent, or notices that it is alone, is gone."""
_RECEIPT_EXIT_CODES = {Told.BEFORE: 0, Told.DOUBT: 3, Told.HELD: 1, Told.CHECKED: 0}


def plays(moments: Iterable[Moment]) -> list[Any]:
    """Each moment with each ending, as parameters of a test."""
    return [
        pytest.param(
            moment, ending, id=f"{name} {moment.what}", marks=[] if name in moment.sampled else [pytest.mark.full]
        )
        for moment in moments
        for name, ending in ENDINGS.items()
    ]


class DueDelivery:
    """The workplace of such a stack, and what each of its keys opens with."""

    def __init__(self, workplace: Workplace, temporary: Path, channel: Literal["page-requests", "browser"]) -> None:
        """Deliver a first key, and deploy a second one beside it.

        Args:
            workplace: a new one.
            temporary: where commands put what is temporary; nothing else does.
            channel: by which it is delivered.
        """
        self.workplace, self.temporary = workplace, temporary
        workplace.configure("smartrecruiters.channel", channel)
        workplace.configure("smartrecruiters.confirmSave", "false")  # nobody is there to be asked
        workplace.configure("secrets[0].issued", "2026-11-01")
        workplace.deploy()
        workplace.post_deploy()
        before = workplace.outputs()
        self._tags = {path: path.read_bytes() for path in self._state.rglob("dev.pulumi-tags*")}
        self._row = self._held()
        workplace.configure("secrets[1].issued", "2026-12-01")
        workplace.configure("secrets[1].years", "1")
        workplace.deploy()
        now = workplace.outputs()
        self.key_before, self.current_key = before["secretKeyId"], now["secretKeyId"]
        self._secrets = {self.key_before: before["clientSecret"], self.current_key: now["clientSecret"]}
        cookies = json.loads((workplace.home / "smartrecruiters-session.json").read_text())["cookies"]
        deployer = workplace.environment["ARM_CLIENT_SECRET"]
        self._private = [*self._secrets.values(), *(cookie["value"] for cookie in cookies), deployer]

    def put_back(self) -> None:
        """Nothing of the second key was ever delivered."""
        for path, tags in self._tags.items():
            path.write_bytes(tags)
        with self._store() as store:
            store.execute("DELETE FROM smartrecruiters_loads")
            store.execute("DELETE FROM smartrecruiters_integrations")
            places = ", ".join("?" * len(self._row))
            store.execute(f"INSERT INTO smartrecruiters_integrations VALUES ({places})", self._row)  # noqa: S608
        shutil.rmtree(self.temporary, ignore_errors=True)
        self.temporary.mkdir()

    def ended(self, when: Point | EngineStart, ending: signal.Signals) -> Ended:
        """Run it until it is ended there."""
        environment = {"TMPDIR": str(self.temporary)}
        return ended(self.workplace, replace(when, ending=ending), *POST_DEPLOY, environment=environment)

    def play(self, moment: Moment, ending: signal.Signals) -> None:
        """End it there, and check all that must hold afterwards."""
        done = self.ended(moment.when, ending)
        self.check_ending(done, ending)
        self.check_told(moment.told)
        self.check_healed(moment.told)

    # What must hold afterwards

    def check_ending(self, done: Ended, ending: signal.Signals) -> None:
        """It came to that moment, told what it must and nothing more, and left nothing that runs, locks or leaks."""
        assert done.exit_code == (130 if ending is signal.SIGINT else -signal.SIGKILL), done.printed
        if ending is signal.SIGINT:
            assert json.loads(done.stdout)["exitCode"] == 130
        else:
            assert done.stdout == ""
        assert "Traceback" not in done.stderr
        assert done.stderr.endswith(LAST_WORDS) == (ending is signal.SIGINT), done.stderr
        assert [secret for secret in self._private if secret in done.printed] == []
        _, alive = psutil.wait_procs(list(self._left_running(done)), timeout=_LAST_BREATH_SECONDS)
        assert alive == []
        assert [path for path in self._state.rglob("locks/**/*") if path.is_file()] == []
        left = [path.name for path in self.temporary.iterdir()]
        assert left == [] or ending is signal.SIGKILL
        for private in self._private:
            assert files_holding(private, self.temporary) == []
        for secret in self._secrets.values():
            for folder in (self.workplace.home, self.workplace.checkout):
                assert files_holding(secret, folder) == []

    def check_told(self, told: Told) -> None:
        """The receipt says exactly that, and it is true."""
        asked = self.workplace.run(
            PYTHON, "scripts/receipt.py", "--stack", "dev", "--json", expect=_RECEIPT_EXIT_CODES[told]
        ).json()
        receipt = asked["receipt"]
        held, doubt = receipt["held"], receipt["inDoubt"]
        key = {Told.BEFORE: self.key_before, Told.DOUBT: None}.get(told, self.current_key)
        assert (held and held["keyId"]) == key
        assert (doubt and doubt["keyId"]) == (self.current_key if told is Told.DOUBT else None)
        assert receipt["claims"] == ([*DEFAULT_CLAIMS] if told in (Told.BEFORE, Told.CHECKED) else [])
        if key:
            assert self._held()["client_secret"] == self._secrets[key]

    def check_healed(self, told: Told) -> None:
        """A plain second run ends as wished, with exactly one delivery in force and the current key."""
        healed = self.workplace.run(*POST_DEPLOY).json()
        assert healed["delivery"] == ("made" if told in (Told.BEFORE, Told.DOUBT) else "not-needed")
        receipt = healed["receipt"]
        assert (healed["exitCode"], healed["reason"], receipt["inDoubt"]) == (0, None, None)
        assert receipt["held"]["keyId"] == receipt["seen"]["keyId"] == receipt["proven"]["keyId"] == self.current_key
        assert receipt["claims"] == [*DEFAULT_CLAIMS]
        with self._store() as store:
            assert [row["client_secret"] for row in store.all("SELECT * FROM smartrecruiters_integrations")] == [
                self._secrets[self.current_key]
            ]
        assert self._keys_delivered() == [self.key_before, self.current_key]

    def requests(self) -> list[str]:
        """Every request that reached the sandbox, `METHOD /path`, those of SmartRecruiters itself too."""
        return [f"{entry['method']} {entry['path']}" for entry in read(Home(self.workplace.home).request_log)]

    @property
    def _state(self) -> Path:
        return Home(self.workplace.home).state

    def _keys_delivered(self) -> list[str]:
        """Of each delivery on the receipt, from the state backend's own file."""
        (kept,) = self._state.rglob("dev.pulumi-tags")
        tags = json.loads(kept.read_text())["tags"]
        events = sorted(name for name in tags if re.search("-delivered(-[0-9a-f]+)?$", name))
        return [re.findall(r'"keyId":"([^"]+)"', tags[name])[0] for name in events]

    def _left_running(self, done: Ended) -> Iterator[psutil.Process]:
        """Of its session, and what was given its temporary folder on the command line, as a browser is."""
        session = members(done.session)
        for process in psutil.process_iter(["cmdline"]):
            if process.pid in session or str(self.temporary) in " ".join(process.info["cmdline"] or ()):
                yield process

    def _held(self) -> Any:
        with self._store() as store:
            return store.one("SELECT * FROM smartrecruiters_integrations")

    @contextlib.contextmanager
    def _store(self) -> Iterator[Store]:
        with contextlib.closing(Store(Home(self.workplace.home).store)) as store:
            yield store
