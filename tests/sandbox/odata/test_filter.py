"""`$filter`: what is understood, what is refused, and that no text breaks the parser."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.odata import ODataError, matches, parse, quote, read_options
from sandbox.odata.entity_types import APPLICATION, SERVICE_PRINCIPAL, USER

ANN = {
    "id": "5b0c1f8e-0000-4000-8000-000000000001",
    "displayName": "Ann O'Hara (interviews)",
    "mail": "Ann@Contoso.example",
    "userPrincipalName": "ann@contoso.example",
    "accountEnabled": True,
    "jobTitle": None,
    "createdDateTime": "2026-12-01T08:00:00Z",
    "proxyAddresses": ["SMTP:ann@contoso.example", "smtp:a.ohara@contoso.example"],
    "assignedLicenses": [],
}


def passes(text: str, item: dict[str, Any] = ANN) -> bool:
    return matches(parse(text), item)


@pytest.mark.parametrize(
    "text",
    [
        "displayName eq 'ann o''hara (INTERVIEWS)'",
        "mail eq 'ann@contoso.example'",
        "Mail eq 'ann@contoso.example'",
        "accountEnabled eq true",
        "jobTitle eq null",
        "not (accountEnabled eq false)",
        "NOT startsWith(displayName, 'Bob')",
        "startswith(displayName,'ann') and endsWith(mail,'.example')",
        "startswith(displayName,'ann') eq true",
        "mail in ('x@y', 'ann@contoso.example')",
        "proxyAddresses/any(p:p eq 'smtp:A.OHARA@contoso.example')",
        "proxyAddresses/any(p:startswith(p,'SMTP:'))",
        "createdDateTime ge 2026-12-01",
        "createdDateTime le 2026-12-01T09:00:00+01:00",
        "createdDateTime eq 2026-12-01T08:00:00.0000000Z",
        "assignedLicenses/$count eq 0",
        "displayName eq 'x' and mail eq 'y' or accountEnabled eq true",
        "(displayName eq 'x') or (accountEnabled eq true and (jobTitle eq null))",
        "id eq '5B0C1F8E-0000-4000-8000-000000000001'",
    ],
)
def test_an_object_passes_the_filter(text: str) -> None:
    assert passes(text)
    assert not passes(f"not ({text})")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "displayName",
        "displayName eq",
        "displayName eq Ann",
        "displayName eq 'Ann",
        "displayName eq 'Ann' and",
        "displayName eq 'Ann')",
        "(displayName eq 'Ann'",
        "displayName is 'Ann'",
        "eq 'Ann'",
        "startswith(displayName)",
        "startswith(displayName, 3)",
        "displayName in ()",
        "createdDateTime ge 2026-13-45",
        "proxyAddresses/any(p p eq 'x')",
        "a/b/ eq 'x'",
        "nosuchfunction(displayName,'x')",
        "displayName eq 'a' xor mail eq 'b'",
    ],
)
def test_what_is_no_expression_is_a_bad_request(text: str) -> None:
    with pytest.raises(ODataError) as refused:
        parse(text)
    assert (refused.value.status, refused.value.code) == (400, "BadRequest")


@pytest.mark.parametrize(
    "text", ["contains(displayName,'x')", "proxyAddresses/all(p:p eq 'x')", "(" * 40 + "mail eq 'x'" + ")" * 40]
)
def test_what_the_directory_does_not_know_is_an_unsupported_query(text: str) -> None:
    with pytest.raises(ODataError) as refused:
        parse(text)
    assert refused.value.code == "Request_UnsupportedQuery"


def test_more_than_fifteen_alternatives_are_refused() -> None:
    fifteen = " or ".join(["mail eq 'x'"] * 15)
    parse(fifteen)
    with pytest.raises(ODataError, match="Max allowed: 15"):
        parse(f"{fifteen} or mail eq 'x'")
    with pytest.raises(ODataError, match="Max allowed: 15"):
        parse("mail in (" + ",".join(["'x'"] * 16) + ")")


def test_a_quoted_text_is_read_whole_with_its_brackets_and_operators() -> None:
    name = "SmartRecruiters' Calendar (renamed) and more or 'less' eq null"
    assert passes(f"displayName eq {quote(name)}", {"displayName": name})
    assert not passes(f"displayName eq {quote(name)}", {"displayName": name + "x"})


TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT)
def test_every_text_survives_as_a_literal(text: str) -> None:
    assert passes(f"displayName eq {quote(text)}", {"displayName": text})
    assert passes(f"(startswith(displayName,{quote(text)}))", {"displayName": text + "tail"})


_WORDS = (
    "displayName mail eq ne and or not in any startswith ( ) , : / ' '' 'a' null true 2026-12-01 3 - $count @ ä "
    "5b0c1f8e-0000-4000-8000-000000000001"
)
WORDS = st.sampled_from(_WORDS.split())


@given(st.one_of(st.text(), st.lists(WORDS).map(" ".join), st.lists(WORDS).map("".join)))
def test_no_text_raises_anything_but_an_odata_error(text: str) -> None:
    try:
        options = read_options([("$filter", text), ("$count", "true")], USER, consistency_level="eventual")
    except ODataError:
        return
    options.wants(ANN)


def refusal(text: str, *, advanced: bool = False, entity: Any = USER) -> ODataError:
    pairs = [("$filter", text), *([("$count", "true")] if advanced else [])]
    with pytest.raises(ODataError) as refused:
        read_options(pairs, entity, consistency_level="eventual" if advanced else None)
    return refused.value


@pytest.mark.parametrize("text", ["displayName ne 'x'", "not startswith(displayName,'x')", "endswith(mail,'x')"])
def test_advanced_operators_need_the_header_and_the_count(text: str) -> None:
    assert refusal(text).code == "Request_UnsupportedQuery"
    with pytest.raises(ODataError, match="ConsistencyLevel:eventual"):
        read_options([("$filter", text)], USER, consistency_level="eventual")
    with pytest.raises(ODataError, match="ConsistencyLevel:eventual"):
        read_options([("$filter", text), ("$count", "true")], USER)
    options = read_options([("$filter", text), ("$count", "true")], USER, consistency_level="Eventual")
    assert options.filter is not None


def test_a_property_that_no_filter_supports_is_refused_even_in_an_advanced_query() -> None:
    refused = refusal("notes eq 'x'", advanced=True, entity=APPLICATION)
    assert refused.code == "Request_UnsupportedQuery"
    assert refused.message == (
        "Unsupported or invalid query filter clause specified for property 'notes' of resource 'Application'."
    )


def test_an_unknown_property_is_named_with_the_type() -> None:
    refused = refusal("colour eq 'blue'", entity=APPLICATION)
    assert refused.code == "BadRequest"
    assert "Could not find a property named 'colour' on type 'microsoft.graph.application'." in refused.message


@pytest.mark.parametrize(
    "text",
    [
        "accountEnabled eq 'true'",
        "displayName eq true",
        "createdDateTime ge 'today'",
        "createdDateTime ge '2026-12-01'",
        "appOwnerOrganizationId eq 'f8cdef31-a31e-4b4a-93e4-5f571e91255a'",
        "servicePrincipalNames eq 'x'",
    ],
)
def test_a_literal_of_the_wrong_type_is_refused(text: str) -> None:
    assert "incompatible types" in refusal(text, entity=USER if "account" in text else SERVICE_PRINCIPAL).message


def test_recorded_filters_of_real_clients_are_accepted() -> None:
    for entity, text in [
        (SERVICE_PRINCIPAL, "appId eq '00000003-0000-0000-c000-000000000000'"),
        (SERVICE_PRINCIPAL, "servicePrincipalNames/any(c:c eq 'https://graph.microsoft.com')"),
        (APPLICATION, "displayName eq 'SmartRecruiters Calendar (renamed)'"),
        (APPLICATION, "startswith(displayName,'Smart')"),
        (APPLICATION, "identifierUris/any(s:s eq 'api://x')"),
        (SERVICE_PRINCIPAL, "appOwnerOrganizationId eq f8cdef31-a31e-4b4a-93e4-5f571e91255a"),
        (APPLICATION, "requiredResourceAccess/any(c:c/resourceAppId eq '00000003-0000-0000-c000-000000000000')"),
    ]:
        assert read_options([("$filter", text)], entity).filter is not None
