"""Channel *hand-off*: a person enters the values on the settings page, guided step by step, and reports the result.

The result is that person's statement, never a measurement, and is passed on as such. The secret is shown only when they
ask for it, on a terminal that can clear it again; if it is kept in a key vault, its place is named instead.
"""

from collections.abc import Callable, Sequence
from typing import Final

from pydantic import SecretStr

from components.page_labels import PageLabels
from smartrecruiters_calendar.page.channel import (
    Credentials,
    PersonNeeded,
    Refused,
    Saved,
    SavedFields,
    StatedList,
    Unreachable,
    send_at_once,
)
from smartrecruiters_calendar.page.page_answers import quoted
from smartrecruiters_calendar.page.person import Person
from smartrecruiters_calendar.page.spelling import same_address

_LATER: Final = "run this again in a terminal: it continues from here"


class HandOff:
    """The channel; one object serves one delivery."""

    name: Final = "hand-off"

    def __init__(
        self,
        address: str,
        labels: PageLabels,
        person: Person,
        *,
        secret_place: str | None = None,
        usually_by: str | None = None,
    ) -> None:
        """Prepare the steps; nobody is asked yet.

        Args:
            secret_place: where the person finds the secret, in words; None: it is shown here on request.
            usually_by: who saves, as configured: the default answer to who they are.
        """
        self._address = address
        self._labels = labels
        self._person = person
        self._expected: tuple[str, ...] = ()
        self._secret_place = secret_place
        self._by = usually_by or ""
        self._known = False

    def expect(self, addresses: Sequence[str]) -> None:
        self._expected = tuple(addresses)

    def saved_fields(self) -> SavedFields | None:
        return None

    def confirm(self, key_id: str) -> Saved | None:
        """Ask whether this key is what was saved last; None: it is to be entered again."""
        outcome = self._person.chooses(
            f"Is the secret with the key ID {key_id} the last one that anybody saved at {self._address} "
            f"({' → '.join(self._labels.way)})? If you are not sure, it is entered again.",
            ["yes", "no", "later"],
        )
        if outcome == "later":
            raise PersonNeeded(f"Nobody has confirmed yet that SmartRecruiters holds {key_id}.", _LATER)
        return Saved(channel=self.name, page=self._address, stated_by=self._who()) if outcome == "yes" else None

    def save(self, credentials: Credentials, before_sending: Callable[[], None] = send_at_once) -> Saved:
        person, labels = self._person, self._labels
        person.show(
            f"Step 1 of 5. Open {self._address} and sign in with an Administrator account. Its owner needs an "
            f"account in the directory of {credentials.tenant_id} too."
        )
        person.show(f"Step 2 of 5. Go to {' → '.join(labels.way)}.")
        if self._secret_place:
            before_sending()
        person.show(
            "Step 3 of 5. Enter these values.",
            [
                (labels.client_id, credentials.client_id),
                (labels.tenant_id, credentials.tenant_id),
                (labels.client_secret, self._secret_place or "not shown yet"),
            ],
        )
        self._wait_for_secret_entry(credentials.client_secret, before_sending)
        person.show(f"Step 4 of 5. Press {labels.save}.")
        outcome = person.chooses("What does the page say?", ["saved", "refused", "unsure", "later"])
        if outcome == "later":
            raise PersonNeeded("Nothing was saved yet.", _LATER)
        if outcome == "unsure":
            raise Unreachable(
                "The person who pressed Save could not see whether it worked. "
                "Whether the credentials were saved is unknown.",
                may_have_been_saved=True,
            )
        if outcome == "refused":
            words = quoted(person.answers("In which words?"), credentials.client_secret)
            raise Refused("save-refused", f"SmartRecruiters refused Save, as the person at the page reports: {words}")
        return Saved(channel=self.name, page=self._address, stated_by=self._who())

    def load_resources(self) -> StatedList:
        person = self._person
        person.show(
            f"Step 5 of 5. Press {self._labels.load_resources} at {self._address} ({' → '.join(self._labels.way)}), "
            "and wait for the list."
        )
        outcome = person.chooses("What does the page show?", ["list", "refused", "later"])
        if outcome == "later":
            raise PersonNeeded("The list of rooms was not looked at yet.", _LATER)
        if outcome == "refused":
            words = quoted(person.answers("In which words?"))
            raise Refused("load-resources-refused", f"SmartRecruiters refused Load Resources, as reported: {words}")
        listed = person.counts("How many rooms and resources does the list show?")
        missing: tuple[str, ...] = ()
        if listed and self._expected:
            person.show("These rooms are expected in it.", [("", address) for address in self._expected])
            if not person.agrees("Are all of them in the list?"):
                missing = self._missing()
        return StatedList(by=self._who(), listed=listed, missing=missing)

    def _missing(self) -> tuple[str, ...]:
        """The expected addresses that the person types; asked again until one is among them, or the answer is none."""
        while True:
            words = self._person.answers(
                "Which are missing? Type their addresses, separated by spaces, or none"
            ).split()
            typed = {same_address(word.strip("<>,;")) for word in words}
            missing = tuple(address for address in self._expected if same_address(address) in typed)
            if missing or typed == {"none"}:
                return missing

    def _wait_for_secret_entry(self, secret: SecretStr, before_sending: Callable[[], None]) -> None:
        label = self._labels.client_secret
        if self._secret_place:
            choice = self._person.chooses(f"Is the {label} entered?", ["done", "later"], "done")
        else:
            choice = self._person.chooses(
                f"Show the {label} now? It is cleared from the screen afterwards.", ["show", "later"], "show"
            )
        if choice == "later":
            raise PersonNeeded("Nothing was saved yet.", _LATER)
        if choice == "show":
            before_sending()
        if choice == "show" and not self._person.sees_briefly(label, secret.get_secret_value()):
            raise PersonNeeded(
                f"This terminal cannot clear the {label} from its screen again, so it was not shown.",
                "run this again in an ordinary terminal window, without redirecting its output",
            )

    def _who(self) -> str:
        if not self._known:
            self._by = quoted(self._person.answers("Your name or e-mail address, for the receipt", self._by))
            self._known = True
        return self._by
