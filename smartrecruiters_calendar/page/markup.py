"""Reads values that a page keeps in its markup: `<meta name= content=>` and `<input name= value=>`. Nothing else."""

from html.parser import HTMLParser


class NamedValues(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.metas: dict[str, str] = {}
        """`<meta>`: name to `content`; the first of a name."""
        self.inputs: dict[str, str] = {}
        """`<input>`: name to `value`; the first of a name."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        name = values.get("name")
        if name is None:
            return
        if tag == "meta":
            self.metas.setdefault(name, values.get("content") or "")
        elif tag == "input":
            self.inputs.setdefault(name, values.get("value") or "")


def named_values(page: str) -> NamedValues:
    """All of them; a page is never too broken to read."""
    values = NamedValues()
    values.feed(page)
    values.close()
    return values
