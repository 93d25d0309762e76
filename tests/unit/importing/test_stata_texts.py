"""Texts of Stata files are read in the encoding of their version; GBK and Western texts of old files are told apart by the whole file."""

import io

import numpy as np
import pandas as pd
import pytest

import digimfg as dm
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
