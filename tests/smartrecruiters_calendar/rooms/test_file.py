"""Expected rooms from a CSV file: every common export is taken, and every mistake is told with its line."""

import codecs
from pathlib import Path

import pytest

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.rooms.file import read_rooms

DOCUMENTATION = Path(__file__).resolve().parents[3] / "docs" / "delivery.md"
BOARD, ATRIUM = ("boardroom@contoso.example", "Boardroom"), ("atrium@contoso.example", "Atrium")


def rooms(folder: Path, content: str | bytes) -> list[tuple[str, str | None]]:
    path = folder / "rooms.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return [(row.address, row.name) for row in read_rooms(path)]


def refusal(folder: Path, content: str | bytes) -> str:
    with pytest.raises(Stopped) as stopped:
        rooms(folder, content)
    assert stopped.value.reason is Reason.EXPECTED_ROOMS_REFUSED
    assert "rooms.csv" in stopped.value.sentence
    assert stopped.value.sentence.endswith("then run this again.")
    return stopped.value.sentence


NAMED = "name,address\nBoardroom,boardroom@contoso.example\nAtrium,atrium@contoso.example\n"


@pytest.mark.parametrize(
    "content",
    [
        NAMED,
        codecs.BOM_UTF8 + NAMED.encode(),
        NAMED.encode("utf-16"),
        NAMED.replace("\n", "\r\n"),
        NAMED.replace(",", ";"),
        NAMED.replace(",", "\t"),
        NAMED.replace("name,address", "Display Name,Primary Smtp Address"),
        "boardroom@contoso.example,Boardroom\natrium@contoso.example,Atrium",
        "#TYPE Deserialized.Microsoft.Exchange.Mailbox\n"
        '"Name","DisplayName","PrimarySmtpAddress"\n'
        '"br","Boardroom","boardroom@contoso.example"\n"at","Atrium","atrium@contoso.example"\n',
        "displayName,emailAddress,capacity\n"
        "Boardroom,boardroom@contoso.example,8\n\n Atrium , atrium@contoso.example ,4\n",
    ],
    ids=[
        "plain",
        "byte order mark",
        "UTF-16",
        "Windows line ends",
        "semicolons",
        "tabs",
        "headings with spaces",
        "no heading",
        "Exchange export",
        "Graph export",
    ],
)
def test_common_exports_are_read(tmp_path: Path, content: str | bytes) -> None:
    assert rooms(tmp_path, content) == [BOARD, ATRIUM]


def test_addresses_alone_are_enough(tmp_path: Path) -> None:
    assert rooms(tmp_path, "address\nboardroom@contoso.example\n") == [(BOARD[0], None)]
    assert rooms(tmp_path, "boardroom@contoso.example\n") == [(BOARD[0], None)]


def test_a_name_may_hold_the_separator(tmp_path: Path) -> None:
    content = 'address,name\nboardroom@contoso.example,"Boardroom, 2nd floor"\n'
    assert rooms(tmp_path, content) == [(BOARD[0], "Boardroom, 2nd floor")]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "it is empty"),
        ("\n\n#only remarks\n", "it is empty"),
        ("address,name\n", "a heading and no rooms"),
        ("room,size\nBoardroom,8\n", "line 1: no column of addresses"),
        ("mail,address\na@x.example,a@x.example\n", "line 1: two columns of addresses"),
        ("address\nboardroom\n", "line 2: 'boardroom' is not an e-mail address"),
        ("name,address\nBoardroom\n", "line 2: there is no address"),
        ("address\na@x.example\n\nA@X.EXAMPLE\n", "line 4: A@X.EXAMPLE repeats the room of line 2"),
        ("address\ncaf\u00e9@x.example\ncafe\u0301@x.example\n", "line 3: cafe\u0301@x.example repeats the room"),
        (b"address\ncaf\xe9@x.example\n", "line 2: it is not UTF-8"),
        (b"PK\x03\x04\x00\x00address", "binary data"),
    ],
    ids=[
        "empty",
        "remarks",
        "heading alone",
        "no address column",
        "two address columns",
        "no address",
        "short line",
        "twice by case",
        "twice by form",
        "another encoding",
        "a workbook",
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, content: str | bytes, told: str) -> None:
    assert told in refusal(tmp_path, content)


def test_the_documentation_shows_what_is_really_told(tmp_path: Path) -> None:
    content = "address\nBoardroom@acme.com\nboardroom\n\n\n\nBOARDROOM@acme.com\n"
    assert f"[expected-rooms-refused] {refusal(tmp_path, content)}" in DOCUMENTATION.read_text()


def test_every_mistake_is_told_at_once_and_a_flood_is_counted(tmp_path: Path) -> None:
    assert "line 2: 'x' is not an e-mail address; line 3: 'y'" in refusal(tmp_path, "address\nx\ny\n")
    assert "line 11: 'x' is not an e-mail address; and 15 more" in refusal(tmp_path, "address\n" + "x\n" * 25)


def test_a_file_that_is_missing_or_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(Stopped, match="no such file"):
        read_rooms(tmp_path / "rooms.csv")
    with pytest.raises(Stopped, match="directory"):
        read_rooms(tmp_path)


def test_a_file_as_large_as_a_database_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "rooms.csv"
    with path.open("wb") as file:
        file.truncate(10_000_001)
    with pytest.raises(Stopped, match="10 MB"):
        read_rooms(path)
