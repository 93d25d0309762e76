"""What the describing chapter shows: groups in panels, effects side by side, a map, notes in three lengths."""

import json

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.display.notes import merged_notes
from digimfg.display.table import cell_text
from digimfg.exhibits.province_map import _TILES
from digimfg.measures.china_provinces import PROVINCE_BORDERS
from digimfg.say import say
from digimfg.stored_text import plain, restored

TWIN = dm.simulate_panel("china_province", seed=1)
SPEC = dm.Specification(
    "upgrading_spatial", "digital_index", entity="province", time="year", fixed_effects=("province", "year")
)


@pytest.fixture(scope="module")
def durbin():
    weights = dm.china_province_weights(TWIN["province"].unique())
    return dm.estimate(
        SPEC.replace(estimator=dm.SpatialPanel(weights=weights, standardization="row", draws=50)), TWIN
    )


def built(exhibit, **options):
    return exhibit.show(exhibit.evidence, **options)


def test_groups_are_described_in_panels_of_their_own():
    table = built(
        dm.DescriptiveTable(TWIN, variables=("digital_index",), by="pilot", statistics=("n", "mean", "p75"))
    )
    headings = [row.cells[0].en for row in table.rows if row.heading]
    assert headings == ["Panel A: Pilot = 0 (256 rows)", "Panel B: Pilot = 1 (116 rows)"]
    means = TWIN.groupby("pilot")["digital_index"].mean().round(3)
    shown = [float(row.cells[3].replace("−", "-")) for row in table.rows if not row.heading]
    assert shown == means.tolist()
    with refused(dm.ExhibitError, "exhibits.names_unknown", got="pilot"):
        built(dm.DescriptiveTable(TWIN, variables=("digital_index",), by="pilots"))
    with refused(dm.ExhibitError, "exhibits.names_unknown"):
        built(dm.DescriptiveTable(TWIN, variables=("digital_index",), statistics=("meen",)))


def test_effects_stand_side_by_side_with_one_error_and_stars(durbin):
    table = built(dm.EffectsTable(durbin))
    assert [span.text.zh for span in table.header[0]] == ["变量", "直接效应", "间接效应", "总效应"]
    effects = durbin.tables["effects"]["estimate"]
    for place, name in enumerate(("direct", "indirect", "total"), start=1):
        assert table.rows[0].cells[place].strip("*") == f"{effects[name].iloc[0]:.3f}"
        assert table.rows[1].cells[place].startswith("(")
    with refused(dm.ExhibitError, "exhibits.result_without_table"):
        built(dm.EffectsTable(dm.estimate(SPEC, TWIN)))


def test_a_spatial_model_shows_its_tests_unasked_and_least_squares_does_not(durbin):
    ols = dm.estimate(SPEC, TWIN)
    table = built(dm.RegressionTable({"(1)": durbin, "(2)": ols}))
    labels = {cell_text(row.cells[0], "zh"): row.cells[1:] for row in table.rows}
    assert {"LM检验（空间滞后）", "σ²", "Wald检验（SDM能否简化为SAR）"} <= set(labels)
    assert labels["LM检验（空间滞后）"][0].endswith("***")
    assert all(cells[1] == "" for name, cells in labels.items() if "检验" in name)
    assert "σ²" not in {cell_text(row.cells[0], "zh") for row in built(dm.RegressionTable(ols)).rows}


def test_coefficients_of_a_column_stand_under_one_format():
    frame = TWIN.assign(small=1000 * TWIN["control"])
    result = dm.estimate(SPEC.replace(outcome="upgrading_linear", controls="small"), frame)
    rows = built(dm.RegressionTable(result, show_controls=True, bootstrap_p=False)).rows[:4]
    decimals = {len(row.cells[1].strip("()*").partition(".")[2]) for row in rows}
    assert len(decimals) == 1
    assert decimals.pop() > 3
    assert all(row.cells[1].strip("−()*0.") for row in rows)


def test_every_province_has_one_tile_and_neighbours_lie_near():
    places = {name: (column, row) for name, (column, row, _) in _TILES.items()}
    assert set(PROVINCE_BORDERS) < set(places)
    assert len(set(places.values())) == len(places) == 34
    assert len({code for _, _, code in _TILES.values()}) == 34
    steps = [
        max(abs(places[one][0] - places[other][0]), abs(places[one][1] - places[other][1]))
        for one, others in PROVINCE_BORDERS.items()
        for other in others.split()
    ]
    assert np.mean(np.array(steps) <= 2) > 0.85


def test_a_map_holds_the_values_of_its_period_and_names_what_is_wrong(tmp_path):
    plot = dm.ProvinceMap(TWIN, variable="digital_index", period=2015, entity="province", time="year")
    chart = built(plot)
    held = chart.numbers["values"]["digital_index"]
    assert held.tolist() == TWIN.loc[TWIN.year == 2015, "digital_index"].tolist()
    assert "boundaries" in chart.notes[-1].en + chart.notes[0].en + chart.notes[1].en
    for width in ("wide", "narrow"):
        assert plot.replace(width=width).save(tmp_path / f"{width}_zh.png").stat().st_size
    with refused(dm.ExhibitError, "exhibits.province_without_value"):
        built(plot.replace(period=1999))
    with pytest.raises(dm.ExhibitError):
        built(
            dm.ProvinceMap(
                TWIN.replace({"province": {"330000": "Atlantis"}}),
                variable="digital_index",
                entity="province",
                time="year",
            )
        )


def square(x, y):
    return [[[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]]


def test_a_map_of_the_users_boundaries(tmp_path):
    names = list(PROVINCE_BORDERS)
    features = [
        {"type": "Feature", "properties": {"省": name}, "geometry": {"type": "Polygon", "coordinates": square(80 + place, 30.0)}}
        for place, name in enumerate([*names, "南海诸岛"])
    ]  # fmt: skip
    path = tmp_path / "base.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    plot = dm.ProvinceMap(
        TWIN, variable="digital_index", entity="province", time="year", boundaries=path, name_property="省"
    )
    assert any("审图号" in note.zh for note in built(plot).notes)
    assert plot.save(tmp_path / "map.pdf").stat().st_size
    with refused(dm.ExhibitError, "exhibits.boundaries_without_property"):
        built(plot.replace(name_property="name"))
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features[1:]}), encoding="utf-8")
    with refused(dm.ExhibitError, "exhibits.provinces_without_feature"):
        built(plot)
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(dm.ExhibitError):
        built(plot)


def test_a_map_has_the_lines_of_the_file_and_tells_what_it_does_not_draw(tmp_path):
    area = lambda place: {"type": "Polygon", "coordinates": square(80 + place, 30.0)}  # noqa: E731
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": area(place)}
        for place, name in enumerate(PROVINCE_BORDERS)
    ]
    dash = {"type": "LineString", "coordinates": [[110.0, 10.0], [110.5, 12.0]]}
    dashes = {
        "type": "MultiLineString",
        "coordinates": [[[112.0, 9.0], [113.0, 9.5]], [[114.0, 10.0], [115.0, 11.0]]],
    }
    mixed = {
        "type": "GeometryCollection",
        "geometries": [dash, {"type": "Point", "coordinates": [112.0, 16.0]}],
    }
    for geometry in (dash, dashes, mixed, None):
        features.append({"type": "Feature", "properties": None, "geometry": geometry})
    path = tmp_path / "base.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    plot = dm.ProvinceMap(TWIN, variable="digital_index", entity="province", time="year", boundaries=path)
    chart = built(plot)
    drawn = [line.get_xydata().tolist() for line in chart.draw("zh").axes[0].lines]
    assert drawn == [dash["coordinates"], *dashes["coordinates"], dash["coordinates"]]
    assert any("未绘出的要素：Point (1)" in note.zh for note in chart.notes)
    for wrong in ([[110.0, 10.0]], [[500000.0, 10.0], [1.0, 2.0]], "none", [["a", "b"], [1, 2]]):
        features[-1]["geometry"] = {"type": "LineString", "coordinates": wrong}
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        with refused(dm.ExhibitError, "exhibits.lines_without_points"):
            built(plot)
    for wrong in (["x"], [1, None], [dash, []]):
        features[-1]["geometry"] = {"type": "GeometryCollection", "geometries": wrong}
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        with refused(dm.ExhibitError, "exhibits.boundaries_not_geometries"):
            built(plot)


def test_the_mark_of_simulated_data_fits_a_narrow_figure():
    plot = dm.ProvinceMap(TWIN, variable="digital_index", entity="province", time="year")
    sizes = [
        next(each for each in built(plot.replace(width=width)).draw("zh").texts if "SYNTHETIC" in each.get_text()).get_fontsize()
        for width in ("wide", "narrow")
    ]  # fmt: skip
    assert sizes[0] == 30
    assert sizes[1] < 20


def test_notes_are_full_short_or_none_by_exhibit_and_project():
    result = dm.estimate(SPEC, TWIN)
    exhibit = dm.RegressionTable(result, notes=("Mine",))
    said = {
        form: " ".join(note.en for note in built(exhibit.replace(note_form=form)).notes)
        for form in ("full", "short", "none")
    }
    assert len(said["none"]) < len(said["short"]) < len(said["full"])
    assert "clustered by" in said["short"]
    assert "*** p" in said["short"]
    assert "Mine" in said["none"]
    assert "SYNTHETIC" in said["none"]  # whoever reads the table must know
    assert "clustered by" not in said["none"]
    assert [note.en for note in built(exhibit, note_form="short").notes] == [
        note.en for note in built(exhibit.replace(note_form="short")).notes
    ]
    assert built(exhibit.replace(note_form="full"), note_form="none").notes == built(exhibit).notes


def test_counts_of_many_columns_are_one_readable_statement():
    notes = [(say("Only {n|cluster}: too few", "仅{n}个聚类：过少", n=n),) for n in (31, 27, 31, 31, 31, 31)]
    (note,) = merged_notes(notes)
    assert (note.en, note.zh) == ("Only 27–31 clusters: too few", "仅27–31个聚类：过少")
    (part,) = merged_notes([*notes, ()])
    assert part.zh == "(1)–(6)：仅27–31个聚类：过少"
    assert merged_notes(notes[:2])[0].zh == "(1)/(2)：仅31/27个聚类：过少"
    assert restored(plain(note)).zh == note.zh


def test_the_settings_of_a_project_say_how_long_notes_are(tmp_path):
    from digimfg.variables.labels_file import read_labels

    path = tmp_path / "labels.toml"
    path.write_text('notes = "short"\n', encoding="utf-8")
    assert read_labels(path).notes == "short"
    path.write_text('notes = "brief"\n', encoding="utf-8")
    with refused(dm.AnalysisError, "file_forms.not_a_choice"):
        read_labels(path)


def test_patterns_show_gaps_and_refuse_repeated_rows():
    frame = pd.DataFrame({"unit": ["a", "a", "b", "c"], "year": [2001, 2003, 2003, 2001], "x": 1.0})
    found = dm.presence_patterns(frame, "unit", "year", most=2)
    assert found.patterns["n_units"].to_dict() == {"11": 1, "1.": 1, "other": 1}
    with refused(dm.MeasureError, "measures.presence_rows_repeated"):
        dm.presence_patterns(pd.concat([frame, frame[:1]]), "unit", "year")
    with refused(dm.MeasureError, "measures.one_group"):
        dm.group_means(frame, ("x",), "x")
