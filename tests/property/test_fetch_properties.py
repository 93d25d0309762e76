"""Whatever a server says, an answer is either whole and right or refused with a message."""

import json
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from digimfg.errors import SourceError
from digimfg.fetching.client import UnusableError
from digimfg.sources.sdmx_csv import checked_rows
from digimfg.sources.world_bank import read, request

CODE = "IT.NET.USER.ZS"
ROW = {
    "indicator": {"id": CODE, "value": "Individuals using the Internet"}, "country": {"id": "CN", "value": "China"},
    "countryiso3code": "CHN", "date": "2020", "value": 70.5, "unit": "", "obs_status": "", "decimal": 0,
}  # fmt: skip
HEADER = {"page": 1, "pages": 1, "per_page": 10000, "total": 2, "sourceid": "2", "lastupdated": "2026-10-08"}
VALID = [HEADER, [ROW, {**ROW, "date": "2019", "value": None}]]

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


class Answers:
    """Give the same bytes to every request, once."""

    def __init__(self, content):
        self.content = content

    def get(self, _url, _parameters, understand, accept=""):
        return understand(self.content)

    def repeat(self, action, _where):
        return action()


def is_whole_or_refused(content):
    try:
        part = request(Answers(content), "https://host/v2", CODE)
    except (UnusableError, SourceError):
        return
    frame = read({CODE: (part.details, part.content)})["annual"]
    assert all(math.isfinite(value) for value in frame.get(CODE, ()))
    assert part.details["rows"] == part.content.count(b"\n") - 1


def test_the_valid_answer_is_taken():
    part = request(Answers(json.dumps(VALID).encode()), "https://host/v2", CODE)
    assert part.content == b"country,year,value\nCHN,2019,\nCHN,2020,70.5\n"


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_bytes(content):
    is_whole_or_refused(content)


@given(st.sampled_from([*HEADER]), anything)
@settings(max_examples=80, deadline=None)
def test_any_value_in_the_header(key, value):
    is_whole_or_refused(json.dumps([{**HEADER, key: value}, VALID[1]]).encode())


@given(st.sampled_from([*ROW]), anything)
@settings(max_examples=120, deadline=None)
def test_any_value_in_a_row(key, value):
    is_whole_or_refused(json.dumps([HEADER, [{**ROW, key: value}, VALID[1][1]]]).encode())


@given(anything)
@settings(max_examples=80, deadline=None)
def test_any_value_for_the_rows_and_for_everything(value):
    is_whole_or_refused(json.dumps([HEADER, value]).encode())
    is_whole_or_refused(json.dumps(value).encode())


@given(st.integers(0, 500), st.binary(max_size=3))
@settings(max_examples=120, deadline=None)
def test_a_valid_answer_with_bytes_changed(place, put):
    content = json.dumps(VALID).encode()
    is_whole_or_refused(content[:place] + put + content[place + len(put) :])


def test_numbers_beyond_floats_and_deep_nesting_are_refused():
    for wrong in (b"1e999", b"-1e999", b"9" * 5000, b"[" * 100_000):
        is_whole_or_refused(json.dumps(VALID).encode().replace(b"70.5", wrong))


@given(st.text(max_size=120))
@settings(max_examples=80, deadline=None)
def test_any_text_for_sdmx(text):
    header = "DATAFLOW,TIME_PERIOD,OBS_VALUE\n"
    for content in (text.encode(), (header + text).encode(), (header + text + "\n").encode()):
        try:
            rows = checked_rows(content, "X")
        except UnusableError:
            continue
        assert rows
