"""Reading CASE packages: real ones of other people's servers, and hostile ones."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competencies.frameworks.case_package import MAX_BYTES, CFPackage, read_package
from issuer.base.errors import Invalid, Malformed, ServiceError, TooLarge
from tests.factories.frameworks import as_bytes, association, document, identifier_of, item, link, make_package
from tests.oracles import needs_shared, shared_path

PARTS = ["CFDocument", "CFItems", "CFAssociations", "CFRubrics", "CFDefinitions", "extensions"]
MEMBERS = [
    "identifier",
    "uri",
    "title",
    "lastChangeDateTime",
    "fullStatement",
    "originNodeURI",
    "CFRubricCriteria",
    "CFItemTypes",
    "subjectURI",
    "educationLevel",
]
OURS = "data/sales_competencies.case.json"
DEPTH_OF_KNOWLEDGE = "data/case_v1p0_smarterbalanced_dok.json"
ITEM_TYPES = "data/case_v1p0_smarterbalanced_item_types.json"


def read(package: Any) -> CFPackage:
    return read_package(as_bytes(package))


def refusal(package: Any) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read(package)
    return caught.value


def left_out(package: CFPackage) -> dict[str, tuple[int, tuple[str, ...]]]:
    return {each.part: (each.count, each.identifiers) for each in package.not_taken}


@needs_shared
@pytest.mark.parametrize(
    ("name", "items", "associations", "rubrics"),
    [(OURS, 58, 148, 5), (DEPTH_OF_KNOWLEDGE, 15, 15, 0), (ITEM_TYPES, 19, 19, 0)],
)
def test_a_real_package_is_taken_whole(name: str, items: int, associations: int, rubrics: int) -> None:
    package = read_package(shared_path(name).read_bytes())
    assert (len(package.items), len(package.associations), len(package.rubrics)) == (items, associations, rubrics)
    assert package.not_taken == ()


def test_case_1_0_members_that_say_what_is_known_anyway_are_no_loss() -> None:
    home = link(identifier_of(0))
    package = make_package(items=1)
    package["CFDocument"]["CFPackageURI"] = home
    package["CFItems"][0]["CFDocumentURI"] = home
    package["CFAssociations"][0]["CFDocumentURI"] = home
    assert read(package).not_taken == ()


def test_a_member_nobody_knows_is_reported_with_the_items_that_had_it() -> None:
    package = make_package(items=2)
    package["CFItems"][0]["colour"] = "red"
    package["CFItems"][1]["colour"] = "blue"
    assert left_out(read(package)) == {"CFItem.colour": (2, (identifier_of(1), identifier_of(2)))}


@pytest.mark.parametrize("kind", ["isRelatedTo", "exactMatchOf", "replacedBy", "ext:buildsOn"])
def test_a_link_to_another_framework_is_taken(kind: str) -> None:
    outward = association(200, kind, 1, 999)
    package = make_package()
    package["CFAssociations"].append(outward)
    assert read(package).not_taken == ()


def test_a_child_of_something_that_is_not_there_is_reported_and_the_child_kept() -> None:
    package = make_package()
    package["CFAssociations"].append(association(200, "isChildOf", 1, 999))
    found = read(package)
    assert left_out(found) == {"CFAssociation": (1, (identifier_of(200),))}
    assert len(found.items) == 3


def test_an_association_between_two_strangers_is_reported() -> None:
    package = make_package()
    package["CFAssociations"].append(association(200, "isRelatedTo", 998, 999))
    assert left_out(read(package)) == {"CFAssociation": (1, (identifier_of(200),))}


def test_a_kind_of_association_that_does_not_exist_is_reported() -> None:
    package = make_package()
    package["CFAssociations"].append(association(200, "isBestFriendOf", 1, 2))
    assert left_out(read(package)) == {"CFAssociation": (1, (identifier_of(200),))}


def test_an_item_of_another_document_is_reported() -> None:
    package = make_package(items=2)
    package["CFItems"][1]["CFDocumentURI"] = link(identifier_of(777))
    found = read(package)
    assert [each.identifier for each in found.items] == [identifier_of(1)]
    assert left_out(found)["CFItem"] == (1, (identifier_of(2),))


# What refuses the package as a whole, with the identifiers.


def test_an_identifier_that_stands_twice_refuses_the_package() -> None:
    package = make_package()
    package["CFItems"].append(item(2, fullStatement="Something else"))
    assert set(refusal(package).fields) == {identifier_of(2)}


def test_an_association_identifier_that_stands_twice_refuses_the_package() -> None:
    package = make_package()
    package["CFAssociations"].append(association(101, "isRelatedTo", 1, 2))
    assert set(refusal(package).fields) == {identifier_of(101)}


def test_an_item_with_the_identifier_of_the_document_refuses_the_package() -> None:
    assert set(refusal(make_package(CFItems=[item(0)], CFAssociations=[])).fields) == {identifier_of(0)}


def test_a_cycle_refuses_the_package_and_names_its_items() -> None:
    package = make_package()
    package["CFAssociations"] += [
        association(201, "isChildOf", 1, 2),
        association(202, "isChildOf", 2, 3),
        association(203, "isChildOf", 3, 1),
    ]
    assert set(refusal(package).fields) == {identifier_of(1), identifier_of(2), identifier_of(3)}


def test_an_item_under_itself_refuses_the_package() -> None:
    package = make_package()
    package["CFAssociations"].append(association(201, "isChildOf", 2, 2))
    assert set(refusal(package).fields) == {identifier_of(2)}


def test_a_hundred_levels_refuse_the_package() -> None:
    chain = [association(1000 + number, "isChildOf", number, number - 1) for number in range(1, 101)]
    package = make_package(items=100, CFAssociations=chain)
    fields = refusal(package).fields
    assert identifier_of(100) in fields
    assert identifier_of(50) not in fields


@pytest.mark.parametrize(
    "fault",
    [
        {"fullStatement": 5},
        {"fullStatement": ["a", "b"]},
        {"fullStatement": None},
        {"fullStatement": "   "},
        {"fullStatement": "a\x00b"},
        {"uri": "not a uri"},
        {"uri": "https://example.org/" + "x" * 1000},
        {"lastChangeDateTime": "yesterday"},
        {"lastChangeDateTime": "0001-01-01T00:00:00+14:00"},
        {"lastChangeDateTime": 1700000000},
        {"educationLevel": "Foundation"},
        {"educationLevel": [1]},
        {"humanCodingScheme": {"code": "A"}},
        {"humanCodingScheme": "x" * 101},
        {"CFItemType": True},
        {"CFItemTypeURI": "https://example.org/type"},
        {"statusEndDate": "2026-13-01"},
        {"extensions": "none"},
    ],
)
def test_a_wrong_type_refuses_the_package_and_names_the_item(fault: dict[str, Any]) -> None:
    package = make_package()
    package["CFItems"][1] |= fault
    refused = refusal(package)
    assert set(refused.fields) == {identifier_of(2)}
    assert next(iter(fault)) in refused.fields[identifier_of(2)][0]


@pytest.mark.parametrize(
    "fault",
    [
        {"sequenceNumber": "1"},
        {"sequenceNumber": 1.5},
        {"sequenceNumber": True},
        {"sequenceNumber": 2**40},
        {"originNodeURI": None},
        {"destinationNodeURI": "https://example.org/x"},
        {"destinationNodeURI": {"title": "x", "identifier": "y"}},
        {"associationType": ["isChildOf"]},
    ],
)
def test_a_wrong_type_in_an_association_refuses_the_package(fault: dict[str, Any]) -> None:
    package = make_package()
    package["CFAssociations"][0] |= fault
    assert set(refusal(package).fields) == {identifier_of(101)}


@pytest.mark.parametrize("name", ["CFItems", "CFAssociations", "CFRubrics"])
@pytest.mark.parametrize("value", [{}, "x", 7, [1], [None], [[]]])
def test_lists_that_are_no_lists_of_objects_refuse_the_package(name: str, value: Any) -> None:
    refusal(make_package(**{name: value}))


@pytest.mark.parametrize("identifier", [None, "", 7, "no-uuid", "x" * 100_000])
def test_an_item_without_a_proper_identifier_is_named_by_its_place(identifier: Any) -> None:
    package = make_package()
    package["CFItems"][2]["identifier"] = identifier
    (where,) = refusal(package).fields
    assert where in ("CFItems[2]", "no-uuid")


@pytest.mark.parametrize("value", [[], "x", 5, {"CFItems": []}, {"CFDocument": []}, {"CFDocument": None}])
def test_json_that_is_no_package_is_refused(value: Any) -> None:
    assert refusal(value).code == "not_a_package"


def test_a_document_without_a_title_refuses_the_package() -> None:
    assert set(refusal(make_package(CFDocument=document(title=None))).fields) == {"CFDocument"}


def test_many_faults_are_told_a_hundred_at_a_time() -> None:
    package = make_package(items=500)
    for each in package["CFItems"]:
        each["fullStatement"] = 1
    assert len(refusal(package).fields) == 100


# Bytes that are no document at all.


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"\xff\xfe{\x00}\x00",
        b"{",
        json.dumps(make_package()).encode()[:-40],
        b'{"CFDocument": NaN}',
        b'{"CFDocument": {"title": "a", "title": "b"}}',
        b'{"CFDocument": {"title": "\\ud800"}}',
        b"<CFPackage/>",
        b"PK\x03\x04",
    ],
)
def test_what_is_not_strict_json_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        read_package(data)


def test_a_hundred_thousand_levels_of_brackets_are_refused() -> None:
    with pytest.raises(Invalid) as caught:
        read_package(b"[" * 100_000 + b"]" * 100_000)
    assert caught.value.code == "too_deep"


def test_more_than_twenty_mebibytes_are_refused_unread() -> None:
    with pytest.raises(TooLarge):
        read_package(b" " * (MAX_BYTES + 1))


def test_a_package_of_millions_of_empty_objects_is_refused_unread() -> None:
    with pytest.raises(TooLarge):
        read_package(b'{"CFItems": [' + b"{}," * 1_000_001 + b"{}]}")


@pytest.mark.parametrize("name", ["CFItems", "CFAssociations", "CFRubrics"])
def test_a_list_of_a_hundred_thousand_and_one_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_package(b'{"CFDocument": {}, "%s": [%s 1]}' % (name.encode(), b"1," * 100_000))
    assert list(caught.value.fields) == ["CFDocument", name]


def test_members_that_nobody_knows_are_told_together_beyond_the_first_hundreds() -> None:
    package = make_package()
    package["CFDocument"] |= {f"colour{number}": 1 for number in range(2_000)}
    package["CFDocument"]["x" * 10_000] = 1
    told = {each.part: each.count for each in read(package).not_taken}
    assert told["CFDocument.*"] == 2_001 - (len(told) - 1)
    assert len(told) <= 501
    assert max(map(len, told)) < 100


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=3),
    max_leaves=8,
)


@given(place=st.sampled_from(PARTS), value=ANY_JSON)
def test_no_value_in_place_of_a_part_leaks_another_error(place: str, value: Any) -> None:
    with contextlib.suppress(ServiceError):
        read(make_package(**{place: value}))


@given(part=st.sampled_from(["CFItems", "CFAssociations"]), member=st.sampled_from(MEMBERS), value=ANY_JSON)
def test_no_value_of_a_member_leaks_another_error(part: str, member: str, value: Any) -> None:
    package = make_package()
    package[part][0][member] = value
    with contextlib.suppress(ServiceError):
        read(package)


def test_rubrics_are_read_with_their_criteria_and_levels() -> None:
    level = {**_part(302), "quality": "Secure", "score": 2.0}
    criterion = {**_part(301), "weight": 0.5, "CFItemURI": link(identifier_of(1)), "CFRubricCriterionLevels": [level]}
    package = make_package(CFRubrics=[{**_part(300), "title": "Role-play", "CFRubricCriteria": [criterion]}])
    found = read(package)
    assert found.rubrics[0].members["CFRubricCriteria"][0]["CFRubricCriterionLevels"] == [level]
    assert found.not_taken == ()


def test_a_criterion_about_an_item_that_is_not_there_loses_that_link_and_says_so() -> None:
    criterion = {**_part(301), "CFItemURI": link(identifier_of(999))}
    found = read(make_package(CFRubrics=[{**_part(300), "CFRubricCriteria": [criterion]}]))
    assert "CFItemURI" not in found.rubrics[0].members["CFRubricCriteria"][0]
    assert left_out(found) == {"CFRubricCriterion.CFItemURI": (1, (identifier_of(301),))}


@pytest.mark.parametrize("fault", [{"weight": "half"}, {"position": 1.5}, {"CFRubricCriterionLevels": {}}])
def test_a_wrong_type_in_a_criterion_refuses_the_package(fault: dict[str, Any]) -> None:
    rubric = {**_part(300), "CFRubricCriteria": [{**_part(301), **fault}]}
    refusal(make_package(CFRubrics=[rubric]))


def _part(number: int) -> dict[str, Any]:
    return {name: document(number)[name] for name in ("identifier", "uri", "lastChangeDateTime")}
