"""When two spellings are one address, or one name: letter case and Unicode form do not distinguish rooms."""

import unicodedata


def same_address(address: str) -> str:
    """The form in which two spellings of one address are equal."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", address).casefold())


def same_name(name: str) -> str:
    """The form in which two spellings of one display name are equal; spaces between words count once."""
    return " ".join(same_address(name).split())
