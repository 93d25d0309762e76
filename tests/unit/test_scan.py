"""Estimates on scans are those in memory, notes included; files that are wrong are named."""

import importlib.util
import os
import subprocess
import sys
import tempfile
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import EstimationError, Fault, SourceError, SpecificationError
from digimfg.estimators.streamed import equations, kept, moments, stream
from digimfg.scanning import engines
from digimfg.scanning.room import room


def firms(n_units=90, n_years=9, seed=0):
    """Return an unbalanced panel with gaps, singletons of both effects, missing cells and keys."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "firm": np.repeat([f"f{place:04d}" for place in range(n_units)], n_years),
            "year": np.tile(2000.0 + np.arange(n_years), n_units),
        }
    )
    for name in "xzw":
        frame[name] = rng.normal(size=len(frame)) + np.repeat(rng.normal(size=n_units), n_years)
    frame["y"] = 1e6 + 0.5 * frame.x + frame.z + 0.1 * frame.year + rng.normal(size=len(frame))
    frame["twice"] = 2 * frame.x
    frame = frame[rng.random(len(frame)) > 0.15]
    single = pd.DataFrame(
        {"firm": ["g1", "g2", "g2"], "year": [2050, 2001, 2060.0], "x": [1, 2, 3.0], "z": [1, 2, 1.0]}
    ).assign(w=1.0, y=[1.0, 2.0, 3.0], twice=[2, 4, 6.0])
    frame = pd.concat([frame, single], ignore_index=True)
    frame.loc[[3, 50, 200], "x"] = np.nan
    frame.loc[[9, 80], "firm"] = None
    frame.loc[33, "year"] = np.nan
    frame = frame.sort_values(["firm", "year"], ignore_index=True)
    frame["industry"] = pd.factorize(frame.firm)[0] % 7
    return frame


FRAME = firms()
SPEC = dm.Specification(
    "y",
    ("x", "log(z)"),
    controls=("L.w", "twice"),
    entity="firm",
    time="year",
    fixed_effects="firm",
    sample="year > 2000",
)
ERRORS = {
    "unit": dm.Clustered("firm"),
    "unit, cgm": dm.Clustered("firm", small_sample="cgm"),
    "unit, fixest": dm.Clustered("firm", small_sample="fixest"),
    "unit, linearmodels": dm.Clustered("firm", small_sample="linearmodels"),
    "robust": dm.Robust(),
    "unadjusted": dm.Unadjusted(),
    "year": dm.Clustered("year", wild_bootstrap=None),
    "both": dm.Clustered(("firm", "year"), wild_bootstrap=None),
    "both, cgm": dm.Clustered(("year", "firm"), small_sample="cgm", wild_bootstrap=None),
}


def assert_same(streamed, whole):
    pd.testing.assert_frame_equal(streamed.coefficients, whole.coefficients, rtol=1e-10)
    pd.testing.assert_frame_equal(streamed.covariance_matrix, whole.covariance_matrix, rtol=1e-10)
    assert dict(streamed.statistics) == pytest.approx(dict(whole.statistics), rel=1e-10)
    assert [(note.en, note.zh) for note in streamed.notes] == [(note.en, note.zh) for note in whole.notes]
    assert streamed.dropped == whole.dropped


@pytest.fixture(params=[1, 150, 10**6])
def piece_rows(request, monkeypatch):
    monkeypatch.setattr(stream, "PIECE_ROWS", request.param)


@pytest.mark.parametrize("effects", ["firm", ("firm", "year"), ("firm", "industry")])
@pytest.mark.parametrize("errors", ERRORS)
def test_a_stream_is_the_estimate_in_memory(monkeypatch, effects, errors):
    monkeypatch.setattr(stream, "PIECE_ROWS", 150)
    monkeypatch.setattr(kept, "_ROWS", 40)
    spec = SPEC.replace(fixed_effects=effects, covariance=ERRORS[errors])
    assert_same(
        dm.estimate(spec, dm.scan(pa.Table.from_pandas(FRAME), in_memory_rows=0)), dm.estimate(spec, FRAME)
    )


MOVING = FRAME.assign(
    city=np.random.default_rng(3).integers(0, 20, len(FRAME)),
    worker=np.random.default_rng(4).integers(0, 25, len(FRAME)),
)
SEVERAL = ERRORS | {
    "city": dm.Clustered("city", wild_bootstrap=None),
    "two others": dm.Clustered(("city", "year"), wild_bootstrap=None),
    "three": dm.Clustered(("firm", "city", "year"), wild_bootstrap=None),
    "three others, cgm": dm.Clustered(("industry", "city", "year"), wild_bootstrap=None, small_sample="cgm"),
    "industry, fixest": dm.Clustered("industry", wild_bootstrap=None, small_sample="fixest"),
}


@pytest.mark.parametrize(
    ("effects", "cells"),
    [("firm city", "passed over"), ("city firm year", "written"), ("firm worker city year", "written")],
)
@pytest.mark.parametrize("errors", SEVERAL)
def test_several_large_effects_are_streamed_as_in_memory(monkeypatch, effects, errors, cells):
    monkeypatch.setattr(stream, "PIECE_ROWS", 150)
    monkeypatch.setattr(kept, "_ROWS", 40)
    monkeypatch.setattr(moments, "MOST_DENSE", 0)
    if cells == "passed over":
        monkeypatch.setattr(equations, "_MOST_CELLS", 0)
    spec = SPEC.replace(fixed_effects=tuple(effects.split()), covariance=SEVERAL[errors])
    assert_same(
        dm.estimate(spec, dm.scan(pa.Table.from_pandas(MOVING), in_memory_rows=0)), dm.estimate(spec, MOVING)
    )


@pytest.mark.parametrize("errors", ["unit", "robust", "unadjusted", "two others", "three"])
@pytest.mark.parametrize("effects", ["firm", "firm year", "firm worker city year"])
def test_weights_are_streamed_as_in_memory(monkeypatch, effects, errors):
    monkeypatch.setattr(stream, "PIECE_ROWS", 150)
    monkeypatch.setattr(kept, "_ROWS", 40)
    mass = np.random.default_rng(5).gamma(2.0, 1.0, len(MOVING))
    mass[[5, 77]], mass[[8, 99, 100]] = np.nan, 0.0
    frame = MOVING.assign(mass=mass)
    spec = SPEC.replace(fixed_effects=tuple(effects.split()), covariance=SEVERAL[errors], weights="mass")
    assert_same(
        dm.estimate(spec, dm.scan(pa.Table.from_pandas(frame), in_memory_rows=0)), dm.estimate(spec, frame)
    )


@pytest.mark.parametrize("linked", [False, True])
def test_rows_kept_come_back_with_their_codes_after_those_before(linked):
    rows = kept.KeptRows()
    codes = np.array([[0, 299, 3], [1, 0, 2]])
    rows.add(kept.Block(columns=np.arange(6.0).reshape(2, 3), sizes=np.array([1, 2]), codes=codes))
    (found,) = rows.blocks((0, 70_000, 70_003), 1, linked=linked)
    rows.close()
    assert found.codes.tolist() == [[0, 299, 3], [70_001, 70_000, 70_002]]
    assert found.sizes.tolist() == [1, 2]
    assert found.columns.tolist() == ([] if linked else [[0, 1, 2], [3, 4, 5]])
    ((places, sums),) = found.level_sums(np.ones((1, 3)), (1,))
    assert [*np.arange(70_003)[places][sums[:, 0] > 0]] == [70_000, 70_001, 70_002]


def test_parts_that_hang_apart_nested_effects_and_a_term_they_absorb_are_seen_in_a_stream(monkeypatch):
    monkeypatch.setattr(stream, "PIECE_ROWS", 150)
    half = pd.factorize(MOVING.firm)[0] % 2
    frame = MOVING.assign(
        city=MOVING.city * 2 + half, region=MOVING.city // 5 * 2 + half, rain=np.sqrt(MOVING.city + 1.0)
    )
    spec = SPEC.replace(
        regressors=("x", "rain"), fixed_effects=("firm", "region", "city"),
        covariance=dm.Clustered("region", wild_bootstrap=None),
    )  # fmt: skip
    frame["rain"] = np.sqrt(frame.city + 1.0)
    whole = dm.estimate(spec, frame)
    assert "rain" not in whole.coefficients.index
    assert_same(dm.estimate(spec, dm.scan(pa.Table.from_pandas(frame), in_memory_rows=0)), whole)


@pytest.mark.parametrize("effects", ["firm", ("firm", "industry")])
def test_units_nested_in_clusters_are_seen(effects):
    spec = SPEC.replace(fixed_effects=effects, covariance=dm.Clustered("industry", wild_bootstrap=None))
    assert_same(
        dm.estimate(spec, dm.scan(pa.Table.from_pandas(FRAME), in_memory_rows=0)), dm.estimate(spec, FRAME)
    )


@pytest.mark.usefixtures("piece_rows")
def test_the_size_of_pieces_changes_neither_numbers_nor_the_hash():
    spec = SPEC.replace(fixed_effects=("firm", "year"))
    found = dm.estimate(spec, dm.scan(pa.Table.from_pandas(FRAME), in_memory_rows=0))
    assert_same(found, dm.estimate(spec, FRAME))
    again = dm.estimate(spec, dm.scan(pa.Table.from_pandas(FRAME), in_memory_rows=0))
    assert again.coefficients.equals(found.coefficients)
    assert found.provenance.data_hash == again.provenance.data_hash


def test_a_term_that_varies_in_one_unit_is_noted_alike():
    frame = FRAME.assign(lone=np.where(FRAME.firm == "f0010", FRAME.x, 0.0))
    spec = SPEC.replace(regressors=("x", "lone"), controls=())
    assert_same(
        dm.estimate(spec, dm.scan(pa.Table.from_pandas(frame), in_memory_rows=0)), dm.estimate(spec, frame)
    )


@pytest.fixture
def folder(tmp_path):
    cuts = [0, 200, 430, len(FRAME)]
    for place, (start, stop) in enumerate(pairwise(cuts)):
        table = pa.Table.from_pandas(FRAME.iloc[start:stop], preserve_index=False)
        pq.write_table(table, tmp_path / f"part{place}.parquet", row_group_size=64)
    return tmp_path


def test_files_are_read_by_pattern_by_folder_and_as_a_dataset(folder):
    whole = dm.estimate(SPEC, FRAME)
    files = sorted(str(path) for path in folder.glob("*.parquet"))
    for source in (folder, str(folder / "*.parquet"), ds.dataset(files)):
        found = dm.scan(source, in_memory_rows=0)
        assert_same(dm.estimate(SPEC, found), whole)
        assert found.n_rows == len(FRAME)


def test_few_rows_are_read_whole_for_any_estimator(folder):
    spec = SPEC.replace(estimator=dm.QuantileRegression())
    found = dm.estimate(spec, dm.scan(folder))
    pd.testing.assert_frame_equal(found.coefficients, dm.estimate(spec, FRAME).coefficients)
    with refused(SpecificationError, "specification.estimator_not_streamed"):
        dm.estimate(spec, dm.scan(folder, in_memory_rows=0))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"fixed_effects": "year"}, "streamed.entity_not_among_fixed_effects"),
        ({"controls": "i(industry)"}, "streamed.indicators_not_streamed"),
        (
            {"covariance": dm.Clustered("firm", small_sample="cr2")},
            Fault.of("streamed.errors_not_streamed", got="cr2"),
        ),
        ({"covariance": dm.DriscollKraay(lags=1)}, "streamed.errors_not_streamed"),
        ({"weights": "w"}, "design.negative_weights"),
        ({"observed_only": True}, "streamed.rows_not_streamed"),
        (
            {"covariance": dm.Clustered("year"), "fixed_effects": ("firm", "year")},
            "streamed.bootstrap_not_streamed",
        ),
        ({"regressors": "xx"}, Fault.of("names.unknown_column", name="xx")),
        ({"sample": "y > 1e9"}, "streamed.no_complete_row"),
    ],
)
def test_what_is_not_streamed_is_named(changes, kind):
    with refused((SpecificationError, EstimationError), kind):
        dm.estimate(SPEC.replace(**changes), dm.scan(pa.Table.from_pandas(FRAME), in_memory_rows=0))


def test_files_that_differ_and_files_without_rows_are_named(folder):
    odd = FRAME.assign(x=FRAME.x.astype(str))
    pq.write_table(pa.Table.from_pandas(odd, preserve_index=False), folder / "part9.parquet")
    with refused(SourceError, "scanning.files_of_other_columns", column="x"):
        dm.scan(folder)
    pq.write_table(
        pa.Table.from_pandas(FRAME.drop(columns="x"), preserve_index=False), folder / "part9.parquet"
    )
    with refused(SourceError, "scanning.files_of_other_columns", where="part9"):
        dm.scan(folder)
    pq.write_table(pa.Table.from_pandas(FRAME.iloc[:0], preserve_index=False), folder / "part9.parquet")
    with refused(SourceError, "scanning.no_rows", where="part9"):
        dm.scan(folder)
    (folder / "part9.parquet").write_bytes(b"no such thing")
    with refused(SourceError, "scanning.not_parquet", where="part9"):
        dm.scan(folder)
    with refused(SourceError, "scanning.no_files", where="nothing"):
        dm.scan(folder / "nothing*.parquet")


@pytest.mark.parametrize("in_memory_rows", [0, 10**6])
def test_a_file_that_changes_while_it_is_read_is_named(folder, in_memory_rows):
    found = dm.scan(folder, in_memory_rows=in_memory_rows)
    os.utime(folder / "part1.parquet", ns=(1, 1))
    with refused(SourceError, "scanning.file_changed_while_read"):
        dm.estimate(SPEC, found)
    found = dm.scan(folder, in_memory_rows=0)
    (folder / "part1.parquet").unlink()
    with refused(SourceError, "scanning.file_gone_while_read"):
        dm.estimate(SPEC, found)


def test_rows_in_another_order_ask_for_the_extra(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    monkeypatch.setattr(stream, "PIECE_ROWS", 100)
    shuffled = FRAME.sample(frac=1, random_state=1)
    with refused(SourceError, "scanning.no_duckdb"):
        dm.estimate(SPEC, dm.scan(pa.Table.from_pandas(shuffled), in_memory_rows=0))


@pytest.mark.skipif(importlib.util.find_spec("duckdb") is None, reason="duckdb is not installed")
def test_duckdb_sorts_rows_and_gives_relations(folder, monkeypatch):
    import duckdb

    monkeypatch.setattr(stream, "PIECE_ROWS", 100)
    whole = dm.estimate(SPEC, FRAME)
    shuffled = pa.Table.from_pandas(FRAME.sample(frac=1, random_state=1), preserve_index=False)
    assert_same(dm.estimate(SPEC, dm.scan(shuffled, in_memory_rows=0)), whole)
    relation = duckdb.from_arrow(shuffled)
    assert_same(dm.estimate(SPEC, dm.scan(relation, in_memory_rows=0)), whole)
    pd.testing.assert_frame_equal(dm.estimate(SPEC, dm.scan(relation)).coefficients, whole.coefficients)


@pytest.mark.skipif(importlib.util.find_spec("polars") is None, reason="polars is not installed")
def test_a_lazy_frame_is_a_scan(monkeypatch):
    import polars as pl

    monkeypatch.setattr(stream, "PIECE_ROWS", 100)
    lazy = pl.from_pandas(FRAME.sample(frac=1, random_state=1)).lazy()
    assert_same(dm.estimate(SPEC, dm.scan(lazy, in_memory_rows=0)), dm.estimate(SPEC, FRAME))


def test_data_are_told_apart_without_importing_their_engines():
    code = "import digimfg as dm, sys; dm.scan; print(sorted({'duckdb', 'polars'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
    assert not engines.is_source(FRAME)


@pytest.fixture
def read_columns(monkeypatch):
    """Return the columns that are read of a dataset, call by call."""
    seen, read = [], engines._Dataset.read

    def noting(self, columns):
        seen.append(list(columns))
        return read(self, columns)

    monkeypatch.setattr(engines._Dataset, "read", noting)
    return seen


@pytest.mark.parametrize(
    ("make", "columns"),
    [
        (
            lambda data: dm.DescriptiveTable(data, variables=("x", "log(z)"), by="industry"),
            {"x", "z", "industry"},
        ),
        (lambda data: dm.DescriptiveTable(data, variables={dm.Text("Role", "角色"): ("x",)}), {"x"}),
        (lambda data: dm.CorrelationTable(data, variables=("x", "z", "w")), {"x", "z", "w"}),
        (lambda data: dm.DescriptiveTable(data), set(FRAME.columns)),
        (
            lambda data: dm.CoverageTable(data, variables=("x",), entity="firm", time="year"),
            {"x", "firm", "year"},
        ),
    ],
)
def test_an_exhibit_of_a_scan_reads_the_columns_it_shows_and_is_that_of_the_frame(
    folder, read_columns, make, columns
):
    found = make(dm.scan(folder))
    assert [set(each) for each in read_columns] == [columns]
    frame = FRAME.dropna(subset=["firm", "year"]) if "firm" in columns and len(columns) == 3 else FRAME
    if frame is not FRAME:
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), folder / "part0.parquet")
        for name in ("part1", "part2"):
            (folder / f"{name}.parquet").unlink()
        found = make(dm.scan(folder))
    whole = make(frame)
    assert found.show(found.evidence) == whole.show(whole.evidence)


def test_an_exhibit_of_a_scan_names_a_column_that_is_not_there(folder):
    table = dm.DescriptiveTable(dm.scan(folder), variables=("xx",))
    with refused(dm.DigimfgError, "names.unknown_column", name="xx"):
        table.show(table.evidence)


def test_marks_of_simulated_data_come_with_a_scan():
    from digimfg.frames.said import MARK

    frame = FRAME.assign(**{MARK: True})
    table = dm.DescriptiveTable(dm.scan(pa.Table.from_pandas(frame)), variables=("x",))
    whole = dm.DescriptiveTable(frame, variables=("x",))
    assert table.show(table.evidence) == whole.show(whole.evidence)


def test_an_index_and_a_panel_are_made_and_checked_of_a_scan(read_columns):
    frame = FRAME.dropna().assign(w=lambda each: each.w - each.w.min())
    rows = dm.scan(pa.Table.from_pandas(frame, preserve_index=False))
    parts = (dm.Indicator("x"), dm.Indicator("w"))
    index = dm.IndexDefinition("index", parts, weighting="entropy")
    found, whole = dm.composite_index(rows, index), dm.composite_index(frame.reset_index(drop=True), index)
    pd.testing.assert_frame_equal(found.table, whole.table, rtol=1e-10)
    assert [set(each) for each in read_columns] == [{"x", "w"}]
    world = dm.load_panel("world").head(500)
    checked = dm.validate_panel(dm.scan(pa.Table.from_pandas(world, preserve_index=False)), "world")
    pd.testing.assert_frame_equal(checked, dm.validate_panel(world, "world"))


def test_rows_kept_are_passed_over_twice_and_more_often_where_columns_nearly_depend(monkeypatch):
    seen = []
    again = stream.Stream.again
    monkeypatch.setattr(stream.Stream, "again", lambda self: seen.append(1) or again(self))
    plain = SPEC.replace(controls=(), fixed_effects=("firm", "year"))
    near = plain.replace(controls=("near",))
    frame = FRAME.assign(near=FRAME.x + 5e-4 * np.random.default_rng(1).normal(size=len(FRAME)))
    for spec, passes in ((plain, 2), (near, 3)):
        seen.clear()
        found = dm.estimate(spec, dm.scan(pa.Table.from_pandas(frame), in_memory_rows=0))
        whole = dm.estimate(spec, frame)
        pd.testing.assert_frame_equal(found.coefficients, whole.coefficients, rtol=1e-7)
        assert len(seen) == passes


def test_each_row_is_read_once_and_no_room_for_them_is_named(monkeypatch):
    rows = dm.scan(pa.Table.from_pandas(FRAME), in_memory_rows=0)
    spec, seen = SPEC.replace(fixed_effects=("firm", "industry")), []
    pieces = stream.pieces
    monkeypatch.setattr(stream, "pieces", lambda *given: seen.append(1) or pieces(*given))
    assert_same(dm.estimate(spec, rows), dm.estimate(spec, FRAME))
    assert len(seen) == 1

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept.KeptRows, "_write", full)
    with refused(SourceError, "streamed.no_room_for_rows"):
        dm.estimate(spec, rows)


def test_a_sort_that_was_killed_leaves_nothing_for_long(tmp_path, monkeypatch):
    code = (
        "import os, signal; from digimfg.scanning.room import room\n"
        "with room() as folder:\n"
        "    (folder / 'half.parquet').write_bytes(b'half')\n"
        "    os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path), "TEMP": str(tmp_path), "TMP": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert [path.name for path in tmp_path.rglob("*.parquet")] == ["half.parquet"]
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with room() as first, room() as second:
        assert first.is_dir()
        assert second.is_dir()
        assert list(tmp_path.rglob("*.parquet")) == []
    assert [*tmp_path.iterdir()] == []


PLAIN = SPEC.replace(regressors=("x",), controls=(), sample=None, fixed_effects=("firm", "year"))


def test_categories_and_decimals_are_read_as_their_values(monkeypatch):
    monkeypatch.setattr(stream, "PIECE_ROWS", 100)
    frame = FRAME.round({"x": 6})
    table = pa.Table.from_pandas(frame, preserve_index=False)
    place = table.schema.names.index("x")
    exact = table.set_column(place, "x", table["x"].cast(pa.decimal128(20, 6), safe=False))
    firm = pa.chunked_array([exact["firm"].slice(300).dictionary_encode().chunk(0)])
    parts = [exact.slice(0, 300).set_column(0, "firm", exact["firm"].slice(0, 300).dictionary_encode())]
    parts += [exact.slice(300).set_column(0, "firm", firm)]  # numbered anew
    rows = dm.scan(pa.concat_tables(parts), in_memory_rows=0)
    assert_same(dm.estimate(PLAIN, rows), dm.estimate(PLAIN, frame))
    assert rows.read(["x"]).x.dtype == np.float64


def test_folders_named_by_a_key_give_its_column(tmp_path):
    frame = FRAME.dropna(subset=["year"]).astype({"year": int})
    for year, part in frame.groupby("year"):
        folder = tmp_path / f"year={year}"
        folder.mkdir()
        part.drop(columns="year").to_parquet(folder / "part.parquet", index=False)
    pytest.importorskip("duckdb")
    assert_same(dm.estimate(PLAIN, dm.scan(tmp_path, in_memory_rows=0)), dm.estimate(PLAIN, frame))


def test_a_damaged_file_is_named(folder):
    path = folder / "part1.parquet"
    content = bytearray(path.read_bytes())
    content[200:400] = bytes(200)
    path.write_bytes(bytes(content))
    with refused(SourceError, "scanning.data_unreadable"):
        dm.estimate(PLAIN, dm.scan(folder, in_memory_rows=0))


def test_columns_of_one_name_are_named():
    with refused(SourceError, "scanning.columns_named_twice", names="x"):
        dm.scan(pa.table([pa.array([1.0]), pa.array([2.0])], names=["x", "x"]))


def _failing(engine, folder):
    pattern = f"{folder}/*.parquet"
    if engine == "duckdb":
        duckdb = pytest.importorskip("duckdb")
        return duckdb.sql(f"select * replace (cast('a' || x as double) as x) from read_parquet('{pattern}')")
    pl = pytest.importorskip("polars")
    text = pl.concat_str([pl.lit("a"), pl.col("x").cast(pl.String)])
    return pl.scan_parquet(pattern).with_columns(x=text.cast(pl.Float64))


@pytest.mark.parametrize("in_memory_rows", [0, 10**6])
@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_a_query_that_fails_is_told_in_our_words(folder, engine, in_memory_rows):
    with refused(SourceError, "scanning.data_unreadable"):
        dm.estimate(PLAIN, dm.scan(_failing(engine, folder), in_memory_rows=in_memory_rows))


@pytest.mark.parametrize("in_memory_rows", [0, 10**6])
def test_files_that_pandas_wrote_with_an_index_and_types_of_its_own_are_columns(tmp_path, in_memory_rows):
    held = FRAME.assign(kind=pd.array(np.where(FRAME.index % 5 == 0, None, "e"), dtype="string"))
    plain = PLAIN.replace(sample="kind == 'e'")
    held.set_index(["firm", "year"]).to_parquet(tmp_path / "firms.parquet")
    rows = dm.scan(tmp_path / "firms.parquet", in_memory_rows=in_memory_rows)
    assert_same(dm.estimate(plain, rows), dm.estimate(plain, held))


def test_a_dask_frame_is_a_scan(monkeypatch):
    dask = pytest.importorskip("dask.dataframe")
    pytest.importorskip("duckdb")
    monkeypatch.setattr(stream, "PIECE_ROWS", 100)
    shuffled = FRAME.sample(frac=1, random_state=1)
    rows = dm.scan(dask.from_pandas(shuffled, npartitions=4, sort=False), in_memory_rows=0)
    assert_same(dm.estimate(PLAIN, rows), dm.estimate(PLAIN, FRAME))
    assert len(rows.read(["firm", "x"])) == rows.n_rows == len(FRAME)
    frame = dask.from_pandas(shuffled, npartitions=4, sort=False)
    assert_same(dm.estimate(PLAIN, frame), dm.estimate(PLAIN, FRAME))
    definition = dm.IndexDefinition("i", (dm.Indicator("x"), dm.Indicator("y")), weighting="equal")
    made = [
        dm.composite_index(each, definition, missing="drop").table
        for each in (frame, dm.scan(frame), shuffled)
    ]
    assert made[0].equals(made[1])
    assert np.allclose(np.sort(made[0], axis=0), np.sort(made[2], axis=0), equal_nan=True)
    world = dm.load_panel("world")
    assert dm.validate_panel(dask.from_pandas(world, npartitions=3, sort=False), "world").equals(world)
    with refused(dm.DigimfgError, "arguments.kind_of_value", argument="frame"):
        dm.winsorize(frame, "x")
    table = dm.DescriptiveTable(frame, variables=("x",))
    assert str(table) == str(dm.DescriptiveTable(FRAME, variables=("x",)))
