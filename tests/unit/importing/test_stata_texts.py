"""Texts of Stata files are read in the encoding of their version; GBK and Western texts of old files are told apart by the whole file."""

import io

import numpy as np
import pandas as pd
import pytest

import digimfg as dm
from digimfg.importing import stata as stata_reader
from digimfg.importing.reading import read_file

WESTERN = ("Türkiye", "Côte d'Ivoire", "São Tomé", "Curaçao", "Österreich", "España", "Åland", "Réunion")
CHINESE = ("北京市", "朱镕基", "天津", "内蒙古自治区")


def stata(texts, encoding, version, labels=None, variable="region"):
    """Return a Stata file whose texts are bytes of an encoding: Latin-1 writes each byte as it is."""
    frame = pd.DataFrame(
        {variable: [text.encode(encoding).decode("latin-1") for text in texts], "year": 2019, "kind": 1}
    )
    stream = io.BytesIO()
    named = {key: {1: label.encode(encoding).decode("latin-1")} for key, label in (labels or {}).items()}
    frame.to_stata(stream, write_index=False, version=version, value_labels=named or None, variable_labels={"kind": texts[0].encode(encoding).decode("latin-1")})  # fmt: skip
    return stream.getvalue()


def unicode(texts, version):
    stream = io.BytesIO()
    frame = pd.DataFrame({"地区": list(texts), "year": 2019, "kind": 1})
    frame.to_stata(stream, write_index=False, version=version, value_labels={"kind": {1: texts[0]}}, variable_labels={"kind": texts[0]})  # fmt: skip
    return stream.getvalue()


def read(tmp_path, content):
    (tmp_path / "a.dta").write_bytes(content)
    [grid] = read_file(tmp_path / "a.dta").grids
    return grid


@pytest.mark.parametrize("version", [118, 119])
@pytest.mark.parametrize("texts", [WESTERN, CHINESE, ("Türkiye", "北京")])
def test_new_files_hold_unicode(tmp_path, version, texts):
    grid = read(tmp_path, unicode(texts, version))
    assert grid.columns[0].tolist() == list(texts)
    assert grid.header[0][0] == "地区"
    assert grid.header[2] == ("kind", texts[0])
    assert list(grid.value_labels[2].values()) == [texts[0]]


@pytest.mark.parametrize("version", [114, 117])
@pytest.mark.parametrize(
    ("texts", "encoding"),
    [(CHINESE, "gb18030"), (WESTERN, "latin-1"), *((texts, "latin-1") for texts in zip(WESTERN, strict=True)), (("北京",), "gbk"), (CHINESE, "utf-8")],
)  # fmt: skip
def test_old_files_are_read_in_what_their_texts_are_in(tmp_path, version, texts, encoding):
    grid = read(tmp_path, stata(texts, encoding, version, labels={"kind": texts[0]}))
    assert grid.columns[0].tolist() == list(texts)
    assert grid.header[2] == ("kind", texts[0])
    assert list(grid.value_labels[2].values()) == [texts[0]]


@pytest.mark.parametrize("version", [118, 119])
def test_what_was_never_translated_into_unicode_is_read_beside_what_was(tmp_path, version):
    content = unicode(("Türkiye", "北京", "xxxx"), version)
    grid = read(tmp_path, content.replace(b"xxxx", "天津".encode("gbk")))
    assert grid.columns[0].tolist() == ["Türkiye", "北京", "天津"]


@pytest.mark.parametrize("version", [114, 117])
def test_a_file_of_gbk_imports(tmp_path, version):
    content = stata(("北京", "天津"), "gbk", version, variable="province")
    (tmp_path / "a.dta").write_bytes(content)
    got = dm.import_panel(tmp_path / "a.dta", "china_province")
    assert got.frame["province"].tolist() == ["110000", "120000"]


def test_numbers_dates_and_long_texts_keep_their_kinds(tmp_path):
    frame = pd.DataFrame(
        {
            "whole": np.array([1, 2], dtype="int32"), "part": [0.5, np.nan], "small": pd.array([3, None], dtype="Int8"), "day": pd.to_datetime(["2019-12-31", None]),
            "essay": ["地" * 3000, "x"],
        }
    )  # fmt: skip
    stream = io.BytesIO()
    frame.to_stata(stream, write_index=False, version=118, convert_strl=["essay"])
    grid = read(tmp_path, stream.getvalue())
    assert grid.columns[0].tolist() == [1, 2]
    assert grid.columns[1].tolist()[0] == 0.5
    assert np.isnan(grid.columns[2][1])
    assert grid.columns[3][1] is None
    assert grid.columns[4].tolist() == ["地" * 3000, "x"]


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_file_read_in_pieces_is_the_file(tmp_path, monkeypatch, rows):
    years = pd.to_datetime(["2019-01-01", None, "2021-01-01", "2022-01-01", None])
    frame = pd.DataFrame(
        {
            "whole": np.arange(5, dtype="int16"), "small": pd.array([1, 2, 3, None, 5], dtype="Int8"), "part": np.array([0.1, 2, 3, 4, np.nan], dtype="float32"),
            "name": ["山西", "a", "", "山西", "b"], "day": pd.to_datetime(["2019-12-31", None, "0200-01-05", None, None], errors="coerce"), "year": years,
            "essay": ["地" * 3000, "x", "地" * 3000, "", "y"],
        }
    )  # fmt: skip
    stream = io.BytesIO()
    labels = {"whole": {0: "无", 4: "有"}}
    frame.to_stata(
        stream, write_index=False, version=118, convert_strl=["essay"], convert_dates={"year": "ty"}, value_labels=labels
    )  # fmt: skip
    whole = read(tmp_path, stream.getvalue())
    monkeypatch.setattr(stata_reader, "_ROWS", rows)
    pieces = read(tmp_path, stream.getvalue())
    assert whole.columns[5].tolist()[::2][:2] == [2019, 2021]
    assert pieces.value_labels == whole.value_labels == {0: {0: "无", 4: "有"}}
    for held, wanted in zip(pieces.columns, whole.columns, strict=True):
        assert held.dtype == wanted.dtype
        np.testing.assert_array_equal(held, wanted)


def test_one_text_of_many_rows_lies_in_memory_once(tmp_path):
    content = unicode(("北京市",) * 4, 118)
    assert len({id(cell) for cell in read(tmp_path, content).columns[0]}) == 1
