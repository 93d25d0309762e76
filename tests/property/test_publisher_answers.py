"""Whatever a publisher answers: a whole part within its bounds, or a reason, never another failure."""

import copy
import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digimfg.errors import SourceError
from digimfg.fetching import find_publisher
from digimfg.fetching.client import UnusableError
from digimfg.variables.countries import COUNTRY_CODES

DIMENSIONS = ["COUNTRY", "INDICATOR", "CLASSIFICATION", "CLASSIFICATION_COMBO"]
CIP = {
    "data": {
        "structure": {"dimensions": {"series": DIMENSIONS}},
        "dataSets": [
            {
                "series": {
                    "156.cip.NA.NA": {"observations": {"2019": [[0.3]], "2020": [[None]], "2021": [[0.31]]}},
                    "156.cipRank.NA.NA": {"observations": {"2019": [[2]]}},
                }
            }
        ],
    }
}
LIST = {
    "data": {
        "dataStructures": [
            {
                "dataStructureComponents": {
                    "dimensionList": {
                        "dimensions": [
                            {
                                "id": "COUNTRY",
                                "localRepresentation": {"enumeration": [{"id": "156"}, {"id": "900"}]},
                            },
                            {"id": "INDICATOR", "localRepresentation": {"enumeration": [{"id": "cip"}]}},
                        ]
                    }
                }
            }
        ]
    }
}
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


def survey_file():
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["REF_AREA", "INDICATOR", "INDICATOR_LABEL", "2022", "2024"])
    for place, country in enumerate(COUNTRY_CODES[:181]):
        for code in ("UN_EGDI_EGDI", "UN_EGDI_OSI"):
            writer.writerow([country, code, "Name", f"{place / 200:.4f}", ""])
    return stream.getvalue().encode()


FILE = survey_file()


class Answering:
    """Stand for a client whose server always answers the same."""

    def __init__(self, content):
        self.content = content

    def get(self, url, parameters, read, **_):
        return read(self.content)


def outcome(publisher, part, content):
    """Return the values of the part that an answer makes, by indicator, or ``None`` where it is refused."""
    source = find_publisher(publisher)
    try:
        found = source.request(Answering(content), "https://host", part)
    except (UnusableError, SourceError):
        return None
    annual = source.reader({found.name: (found.details, found.content)})["annual"]
    return annual.drop(columns=["country", "year"])


def places(value, path=()):
    """Return the path of every node of a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, each in inner for found in places(each, (*path, key)))]


def replaced(value, path, new):
    if not path:
        return new
    value = copy.deepcopy(value)
    node = value
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = new
    return value


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(places(CIP)), JSON_VALUES)
def test_an_industrial_answer_with_any_node_replaced_is_read_or_refused(path, new):
    values = outcome("unido_cip", "CHN", json.dumps(replaced(CIP, path, new)).encode())
    if values is not None:
        assert values["cip"].dropna().between(0, 1).all()
        assert values["cip"].notna().any()


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(places(LIST)), JSON_VALUES)
def test_a_list_of_economies_with_any_node_replaced_is_read_or_refused(path, new):
    catalogue = find_publisher("unido_cip").catalogue
    try:
        economies, _ = catalogue(Answering(json.dumps(replaced(LIST, path, new)).encode()), "https://host")
    except (UnusableError, SourceError):
        return
    assert economies
    assert set(economies) <= set(COUNTRY_CODES)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, len(FILE)),
    st.integers(0, 40),
    st.binary(max_size=6) | st.sampled_from([b'"', b"\n", b",", b"9"]),
)
def test_a_survey_file_with_any_bytes_replaced_is_read_or_refused(start, length, new):
    values = outcome("un_egovernment", "UN_EGDI_WIDEF", FILE[:start] + new + FILE[start + length :])
    if values is not None:
        for code in ("UN_EGDI_EGDI", "UN_EGDI_OSI"):
            assert values[code].dropna().between(0, 1).all()
            assert values[code].notna().sum() >= 180


@pytest.mark.parametrize("length", [0, 1, 40, len(FILE) // 2, len(FILE) - 30, len(FILE) - 2])
def test_a_survey_file_cut_short_is_refused(length):
    assert outcome("un_egovernment", "UN_EGDI_WIDEF", FILE[:length]) is None


def test_whole_answers_are_read():
    assert outcome("un_egovernment", "UN_EGDI_WIDEF", FILE).notna().sum().tolist() == [181, 181]
    assert outcome("unido_cip", "CHN", json.dumps(CIP).encode()).notna().sum().to_dict() == {
        "cip": 2,
        "cipRank": 1,
    }
