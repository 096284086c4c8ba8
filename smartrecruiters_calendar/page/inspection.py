"""Lists what the settings page offers to the channel *browser*: which parts its labels reach, and how to select others.

Only the page's own words are read: what fields hold is not, nor are addresses of people or links.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from pydantic.alias_generators import to_camel

from smartrecruiters_calendar.outcome import JsonModel, Outcome
from smartrecruiters_calendar.page.browser_process import ElementHandle, Error, Locator, Page
from smartrecruiters_calendar.page.page_answers import quoted
from smartrecruiters_calendar.page.page_parts import BUTTONS, FIELDS, PageParts, exactly

_LONGEST: Final = 60
_PLAIN_VALUE: Final = re.compile(r"[A-Za-z][\w.:/-]{0,79}")
_MESSAGES: Final = re.compile(r"message|notice|notification|alert|toast|status", re.IGNORECASE)
_CELLS: Final[Mapping[str, re.Pattern[str]]] = {
    "name": re.compile(r"name", re.IGNORECASE),
    "address": re.compile(r"e?mail|address", re.IGNORECASE),
    "kind": re.compile(r"kind|type", re.IGNORECASE),
    "status": re.compile(r"status|state", re.IGNORECASE),
}


class Offer(JsonModel):
    """One thing that can be typed into or clicked."""

    kind: str
    """`field`, `button`, `link`, `tab` or `menuitem`."""
    text: str
    """What a person reads at it; for a field the words nearest to it."""
    selectors: tuple[str, ...]
    """Each selects this and nothing else; those that change least come first."""


class PageInspection(Outcome):
    stack: str
    page: str | None = None
    """Where the listed things are: URL without query."""
    offers: tuple[Offer, ...] = ()
    by_label: tuple[str, ...] = ()
    """Parts that the configured labels and selectors reach."""
    selectors: Mapping[str, str] = MappingProxyType({})
    """Selectors for parts that they do not reach, by key below `smartrecruiters.selectors`."""
    missing: tuple[str, ...] = ()
    """Parts that nothing on this page looks like."""


def inspect_parts(page: Page, parts: PageParts) -> dict[str, Any]:
    """What the open page offers, as fields of `PageInspection`."""
    elements = page.evaluate_handle(_CONTROLS).get_properties().values()
    offers = list(_offers(page, [one for handle in elements if (one := handle.as_element())]))
    reached: list[str] = []
    selectors: dict[str, str] = {}
    missing: list[str] = []
    wanted = [
        *((str(name), parts.field(name), "field") for name in FIELDS),
        *((str(name), parts.button(name), "button") for name in BUTTONS),
    ]
    for name, part, kind in wanted:
        key = to_camel(name)
        there = part.locator.filter(visible=True).count()
        label = exactly(getattr(parts.labels, name))
        alike = [one for one in offers if one.kind == kind and label.match(one.text) and one.selectors]
        if there == 1 or (there and kind == "button"):
            reached.append(key)
        elif len(alike) == 1:
            selectors[key] = alike[0].selectors[0]
        elif not (kind == "button" and any(one.kind == kind and label.match(one.text) for one in offers)):
            missing.append(key)
    named = [one for one in dict.fromkeys(page.evaluate(_NAMED)) if _PLAIN_VALUE.fullmatch(one)]
    row = _row_among(page, named)
    if parts.selectors.messages or page.get_by_role("status", include_hidden=True).count():
        reached.append("messages")
    elif messages := [one for one in named if _MESSAGES.search(one) and not (row and one.startswith(row))]:
        quoted_names = (f'[data-test="{one}"]' for one in messages)
        selectors["messages"] = f"css={', '.join(quoted_names)}"
    if parts.rows().count():
        reached.append("rows")
    elif row:
        selectors["rows"] = f"data-test={row}"
        inside: Sequence[str] = page.locator(f"data-test={row}").first.evaluate(_INSIDE)
        for key, words in _CELLS.items():
            if cell := next((one for one in inside if words.search(one.removeprefix(row))), None):
                selectors[key] = f"data-test={cell}"
    return {"offers": tuple(offers), "by_label": tuple(reached), "selectors": selectors, "missing": tuple(missing)}


def _row_among(page: Page, names: Sequence[str]) -> str | None:
    """The `data-test` of the list's entries: they hold an address and named parts; most often there, and innermost."""
    found: dict[str, int] = {}
    for name in names:
        entries = page.locator(f"data-test={name}").filter(visible=True, has_text="@")
        if (count := entries.count()) and entries.first.evaluate(_INSIDE):
            found[name] = count
    most = max(found.values(), default=0)
    return next((name for name in reversed(found) if found[name] == most), None)


def _offers(page: Page, elements: Sequence[ElementHandle]) -> Iterator[Offer]:
    for element in elements:
        try:
            told: dict[str, Any] = element.evaluate(_DESCRIBED)
        except Error:  # the page drew itself again meanwhile
            continue
        text = quoted(told["text"])
        kind = told["kind"]
        if "@" in text or len(text) > _LONGEST:
            text = ""
        chosen = [one for one in _candidates(kind, text, told) if _selects(page, one, kind, element)]
        yield Offer(kind=kind, text=text, selectors=tuple(dict.fromkeys(chosen)))


def _candidates(kind: str, text: str, told: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"data-test={one}" for one in told["tests"] if _PLAIN_VALUE.fullmatch(one))
    if kind != "field" and text:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        yield f'role={kind}[name="{escaped}"]'
        yield f'text="{escaped}"'
    if told["name"] and _PLAIN_VALUE.fullmatch(told["name"]):
        yield f'css={told["tag"]}[name="{told["name"]}"]'
    yield from (f"css={host} {told['tag']}" for host in told["hosts"])


def _selects(page: Page, selector: str, kind: str, element: ElementHandle) -> bool:
    """Whether the selector leads the channel to this element and no other."""
    chosen = page.locator(selector)
    own: Locator = page.locator("input, textarea") if kind == "field" else page.locator("button, a, [role]")
    found = chosen.and_(own).or_(chosen.locator(own)).filter(visible=True)
    try:
        return found.count() == 1 and bool(found.element_handle(timeout=1000).evaluate("(a, b) => a === b", element))
    except Error:
        return False


_WALK: Final = """
const walk = function* (root) {
  for (const one of root.querySelectorAll("*")) { yield one; if (one.shadowRoot) yield* walk(one.shadowRoot); }
};
"""
_CONTROLS: Final = f"""
() => {{ {_WALK}
  const kinds = "input:not([type=hidden]), textarea, button, a[href], [role=button], [role=link], [role=tab], " +
    "[role=menuitem]";
  return [...walk(document)].filter((one) => one.matches(kinds) && one.checkVisibility({{ visibilityProperty: true }}));
}}
"""
_NAMED: Final = f"() => {{ {_WALK} return [...walk(document)].flatMap((one) => one.dataset?.test ?? []); }}"
_INSIDE: Final = "row => [...row.querySelectorAll('[data-test]')].map(one => one.dataset.test)"
_DESCRIBED: Final = """
element => {
  const tag = element.tagName.toLowerCase();
  const kind = ["input", "textarea"].includes(tag) && !["submit", "button"].includes(element.type) ? "field"
    : element.getAttribute("role") ?? (tag === "a" ? "link" : "button");
  const above = (one) => one.assignedSlot ?? one.parentElement ?? one.getRootNode().host ?? null;
  const unread = ["SCRIPT", "STYLE", "TEXTAREA", "TEMPLATE", "INPUT", "SELECT"];
  const flat = (one) => {  // the words as they are shown, shadow roots and slots included
    if (one.nodeType === Node.TEXT_NODE) return [one.textContent.trim()];
    if (one.nodeType !== Node.ELEMENT_NODE || unread.includes(one.tagName)) return [];
    const assigned = one.tagName === "SLOT" ? one.assignedNodes() : [];
    return [...(assigned.length ? assigned : (one.shadowRoot ?? one).childNodes)].flatMap(flat);
  };
  const words = (one) => flat(one).filter((text) => text);
  const own = kind === "field" ? "" : words(element).join(" ");
  let text = element.getAttribute("aria-label") ?? element.labels?.[0]?.innerText ?? own;
  const tests = [], hosts = [];
  for (let one = element, near = 0; one; one = above(one)) {
    if (one.dataset?.test) tests.push(one.dataset.test);
    if (one.tagName?.includes("-") && !hosts.includes(one.localName)) hosts.push(one.localName);
    if (!text && near++ < 8) text = words(one)[0] ?? "";
  }
  return { kind, tag, text, tests: tests.slice(0, 4), hosts: hosts.slice(0, 2), name: element.getAttribute("name") };
}
"""
