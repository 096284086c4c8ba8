"""Reads values that a page keeps in its markup: `<meta name= content=>` and `<input name= value=>`. Nothing else."""

from html.parser import HTMLParser


class _NamedValues(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.metas: dict[str, str] = {}
        self.inputs: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        name = values.get("name")
        if name is None:
            return
        if tag == "meta":
            self.metas.setdefault(name, values.get("content") or "")
        elif tag == "input":
            self.inputs.setdefault(name, values.get("value") or "")


def _read(page: str) -> _NamedValues:
    values = _NamedValues()
    values.feed(page)
    values.close()
    return values


def meta_content(page: str, name: str) -> str | None:
    """The `content` of the first `<meta>` of that name; None when there is none or it is empty."""
    return _read(page).metas.get(name) or None


def input_value(page: str, name: str) -> str | None:
    """The `value` of the first `<input>` of that name; None when there is none or it is empty."""
    return _read(page).inputs.get(name) or None
