"""Panels on disk: whole, hashed, found from any folder."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from complete import check_complete
from refused import refused

import digimfg as dm
from digimfg.panels import all_panels, find_panel, shipped_panels
from digimfg.panels.build import build_panel, write_panels
from digimfg.panels.codebook import content_hash
from digimfg.panels.coverage import coverage
from digimfg.panels.store import frame_bytes, processed_folder, read_frame, same_content
from digimfg.registry import instances
from digimfg.variables import dictionary

RAW = Path(__file__).parents[2] / "data" / "raw"


@pytest.fixture(scope="module")
def processed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "processed"
    write_panels(RAW, folder)
    return folder


def test_the_shipped_panels_are_those_that_the_raw_files_give(processed):
    for name in shipped_panels():
        built, shipped = (folder / f"{name}.parquet" for folder in (processed, processed_folder()))
        # To the bit on one machine; another processor may differ in the last bit of a logarithm or an inverse.
        assert same_content(built.read_bytes(), shipped.read_bytes())


def test_the_shipped_codebook_is_the_generated_one(processed):
    for file in ("codebook.md", "datapackage.json"):
        shipped = (processed_folder() / file).read_text(encoding="utf-8")
        generated = (processed / file).read_text(encoding="utf-8")
        assert _without_file_hashes(shipped) == _without_file_hashes(generated)


def _without_file_hashes(text):
    return "\n".join(line for line in text.splitlines() if 'hash":' not in line)


def test_writing_twice_gives_the_same_bytes(processed, tmp_path):
    first = {path.name: path.read_bytes() for path in processed.iterdir()}
    write_panels(RAW, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first


def test_hash_seed_and_threads_do_not_change_a_byte(processed, tmp_path):
    script = (
        "import sys, pathlib; from digimfg.panels.build import write_panels; "
        "write_panels(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7", "OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"}
    subprocess.run([sys.executable, "-c", script, RAW, tmp_path], env=environment, check=True)
    for path in processed.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_write_panels_reports_each_panel_and_returns_the_hashes(processed, tmp_path):
    seen = []
    hashes = write_panels(RAW, tmp_path, seen.append)
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert seen == list(shipped_panels())
    assert {entry["name"]: entry["hash"] for entry in package["resources"]} == {
        name: f"sha256:{digest}" for name, digest in hashes.items()
    }


def test_a_file_with_the_same_content_keeps_its_bytes(processed, tmp_path):
    shutil.copytree(processed, tmp_path / "p")
    path = tmp_path / "p" / "world_input_output.parquet"
    nudged = dm.load_panel("world_input_output")
    nudged["upstreamness"] *= 1 + 4e-16
    nudged["gvc_position"] += 3e-16
    path.write_bytes(frame_bytes(nudged))
    before = path.read_bytes()
    hashes = write_panels(RAW, tmp_path / "p")
    assert path.read_bytes() == before
    assert dm.load_panel("world_input_output", tmp_path / "p") is not None
    assert hashes.keys() == shipped_panels().keys()


def test_a_file_with_other_content_is_written_anew(processed, tmp_path):
    shutil.copytree(processed, tmp_path / "p")
    for name, content in (
        ("world", b"not parquet"),
        ("world_input_output", frame_bytes(dm.load_panel("world"))),
    ):
        (tmp_path / "p" / f"{name}.parquet").write_bytes(content)
    write_panels(RAW, tmp_path / "p")
    for name in shipped_panels():
        assert (tmp_path / "p" / f"{name}.parquet").read_bytes() == (
            processed / f"{name}.parquet"
        ).read_bytes()


def test_a_panel_edited_by_hand_is_an_error_on_load(processed, tmp_path):
    shutil.copytree(processed, tmp_path / "p")
    path = tmp_path / "p" / "world.parquet"
    edited = dm.load_panel("world", processed)
    edited.loc[0, "labor_share"] = 0.99
    path.write_bytes(frame_bytes(edited))
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    built = hashlib.sha256((processed / "world.parquet").read_bytes()).hexdigest()
    with refused(dm.PanelError, "panels.panel_changed", where=path, found=f"sha256 {found}", expected=built):
        dm.load_panel("world", tmp_path / "p")
    assert dm.load_panel("world_input_output", tmp_path / "p") is not None


def test_a_panel_cut_short_or_lost_is_an_error(processed, tmp_path):
    shutil.copytree(processed, tmp_path / "p")
    path = tmp_path / "p" / "world.parquet"
    path.write_bytes(path.read_bytes()[:-10])
    with refused(dm.PanelError, "panels.panel_changed"):
        dm.load_panel("world", tmp_path / "p")
    path.unlink()
    with refused(dm.PanelError, "panels.panel_changed"):
        dm.load_panel("world", tmp_path / "p")


def test_a_folder_without_panels_says_how_to_build_them(tmp_path):
    with refused(dm.PanelError, "file_forms.file_not_there"):
        dm.load_panel("world", tmp_path)


def test_a_panel_that_the_codebook_does_not_know_is_an_error(processed, tmp_path):
    shutil.copytree(processed, tmp_path / "p")
    (tmp_path / "p" / "datapackage.json").write_text('{"resources": []}', encoding="utf-8")
    with refused(dm.PanelError, "panels.no_recorded_hash", name="world"):
        dm.load_panel("world", tmp_path / "p")


def test_an_unknown_panel_is_an_error_that_suggests_names():
    with refused(dm.PanelError, "names.unknown_name", near="world"):
        dm.load_panel("wrld")


def test_list_panels_describes_every_panel():
    listed = dm.list_panels()
    assert list(listed.index) == list(all_panels())
    assert (listed.loc[~listed.index.isin(shipped_panels()), "n_rows"] == 0).all()
    for name in shipped_panels():
        assert listed.loc[name, "n_rows"] == len(dm.load_panel(name))
        assert listed.loc[name, "title_zh"]


def test_columns_have_the_types_of_the_dictionary():
    for name, panel in shipped_panels().items():
        frame = dm.load_panel(name)
        assert tuple(frame.columns) == panel.variables
        for column in frame.columns:
            kind = dictionary()[column].dtype
            if kind == "string":
                assert frame[column].dropna().map(type).eq(str).all()
            else:
                assert frame[column].dtype == {"float": "float64", "integer": "int64"}[kind]


def test_text_numbers_and_gaps_survive_the_file():
    frame = pd.DataFrame({"text": ["a", None, "制造"], "number": [0.1, None, -2.5e-300], "count": [1, 2, 3]})
    again = read_frame(frame_bytes(frame))
    assert again["text"].isna().tolist() == [False, True, False]
    assert again["text"].iloc[2] == "制造"
    pd.testing.assert_frame_equal(again[["number", "count"]], frame[["number", "count"]])


def test_content_of_two_files_is_compared_by_value():
    frame = pd.DataFrame({"a": [1.0, None], "b": ["x", None]})
    content = frame_bytes(frame)
    assert same_content(content, frame_bytes(frame.assign(a=frame["a"] * (1 + 1e-14))))
    assert not same_content(content, frame_bytes(frame.assign(a=frame["a"] * (1 + 1e-10))))
    assert not same_content(content, frame_bytes(frame.assign(a=[1.0, 1.0])))
    assert not same_content(content, frame_bytes(frame.assign(a=[1, 2])))
    assert not same_content(content, frame_bytes(frame.iloc[:1]))
    assert not same_content(content, frame_bytes(frame.assign(b=["x", "y"])))
    assert not same_content(content, frame_bytes(frame.rename(columns={"a": "c"})))
    assert not same_content(b"", content)


def test_the_content_hash_sees_values_and_not_the_last_bit():
    frame = pd.DataFrame({"a": [1.0, None], "b": ["x", None], "c": [1, 2]})
    assert content_hash(frame) == content_hash(frame.assign(a=frame["a"] * (1 + 1e-15)))
    assert content_hash(frame) != content_hash(frame.assign(a=frame["a"] * (1 + 1e-10)))
    assert content_hash(frame) != content_hash(frame.assign(c=[1, 3]))


def test_the_codebook_names_labels_units_sources_and_licences_of_every_column():
    package = json.loads((processed_folder() / "datapackage.json").read_text(encoding="utf-8"))
    for entry in package["resources"]:
        panel, frame = find_panel(entry["name"]), dm.load_panel(entry["name"])
        assert [field["name"] for field in entry["schema"]["fields"]] == list(panel.variables)
        for field in entry["schema"]["fields"]:
            for key in ("title", "title_zh", "description", "description_zh", "unit", "unit_zh", "source"):
                assert field[key]
        assert {source["name"] for source in entry["sources"]} == set(panel.sources)
        assert entry["licenses"]
        assert entry["content_hash"] == f"sha256:{content_hash(frame)}"
        assert entry["rows"] == len(frame)


def test_every_variable_names_a_source_that_its_panel_uses():
    sources = instances("sources", "SOURCE")
    for panel in shipped_panels().values():
        # A key says what a row is of, in every panel that has it.
        columns = [name for name in panel.variables if name not in panel.keys]
        used = {dictionary()[name].source for name in columns} - {"derived"}
        assert used <= set(panel.sources) <= set(sources)


def test_the_readable_codebook_has_a_row_for_every_column():
    text = (processed_folder() / "codebook.md").read_text(encoding="utf-8")
    for panel in shipped_panels().values():
        named = [name for name in panel.variables if f"| `{name}` |" in text]
        check_complete(named, panel.variables, "it to the codebook of data/processed: `digimfg data build`")


def test_a_panel_that_builds_undeclared_columns_is_an_error(monkeypatch):
    panel = find_panel("world_input_output")
    changed = type(panel)(
        **{field: getattr(panel, field) for field in panel.__dataclass_fields__}
        | {"build": lambda sources: panel.build(sources).assign(extra=1.0)}
    )
    monkeypatch.setattr("digimfg.panels.build.find_panel", lambda name: changed)
    with refused(dm.PanelError, "panels.undeclared_columns", got="extra"):
        build_panel("world_input_output", RAW)


def test_coverage_counts_values_countries_and_years():
    frame = pd.DataFrame(
        {
            "country": ["DEU", "DEU", "FRA", "FRA"],
            "year": [2000, 2001, 2000, 2005],
            "labor_share": [0.6, None, None, 0.5],
            "log_tfp": [None, None, None, None],
        }
    )
    counted = coverage(frame, find_panel("world"))
    assert counted.loc["labor_share"].tolist() == [2, 2, 2000, 2005, 2, 0.5]
    assert counted.loc["log_tfp", "n"] == 0
    assert counted.loc["log_tfp", ["first_year", "last_year"]].isna().all()


def test_coverage_of_a_panel_without_years_has_no_years():
    counted = coverage(dm.load_panel("world_input_output"), find_panel("world_input_output"))
    assert counted["first_year"].isna().all()
    assert counted.loc["upstreamness", "n"] == 1213
