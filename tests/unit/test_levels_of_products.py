"""Which levels of a product get a slope of their own, and what the others are compared with."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm


def panel():
    random = np.random.default_rng(5)
    frame = pd.DataFrame(
        [(unit, year) for unit in range(12) for year in range(2000, 2006)], columns=["id", "year"]
    )
    count = len(frame)
    frame["x"] = random.normal(size=count)
    frame["g"] = np.resize(list("abc"), count)
    frame["h"] = np.where(frame["id"] < 6, "u", "v")
    frame["treated"] = (frame["id"] < 6).astype(float)
    frame["y"] = frame["x"] * frame["g"].map({"a": 1.0, "b": 2.0, "c": 3.0}) + random.normal(size=count)
    return frame


def estimate(*terms, frame=None, **options):
    specification = dm.Specification("y", terms, entity="id", time="year", covariance=dm.Robust(), **options)
    return dm.estimate(specification, panel() if frame is None else frame)


def slopes(result):
    return {name: value for name, value in result.coefficients["estimate"].items() if name != "Intercept"}


def said(result, word):
    return [note for note in result.notes if word in note.en]


def test_without_the_main_effect_every_level_has_its_slope():
    found = estimate("x:i(g)")
    frame = panel()
    by_hand = pd.DataFrame({f"x:g[{level}]": frame["x"] * (frame["g"] == level) for level in "abc"}).assign(
        one=1.0
    )
    expected = np.linalg.lstsq(by_hand.to_numpy(), frame["y"].to_numpy(), rcond=None)[0]
    assert list(slopes(found)) == ["x:g[a]", "x:g[b]", "x:g[c]"]
    np.testing.assert_allclose(list(slopes(found).values()), expected[:3], rtol=1e-10)
    assert not said(found, "differences")


def test_beside_the_main_effect_slopes_are_differences_and_the_reference_is_noted():
    whole, found = slopes(estimate("x:i(g)")), estimate("x", "x:i(g)")
    assert slopes(found) == pytest.approx(
        {
            "x": whole["x:g[a]"],
            "x:g[b]": whole["x:g[b]"] - whole["x:g[a]"],
            "x:g[c]": whole["x:g[c]"] - whole["x:g[a]"],
        }
    )
    (note,) = said(found, "differences")
    assert note.en == "Slopes of x in x × indicators of g are differences from the one at g = a"
    assert note.zh == "x×g虚拟变量中x的各斜率为与g=a处斜率之差"


@pytest.mark.parametrize(
    ("terms", "options"),
    [
        (("x:i(g)",), {"controls": "x"}),
        (("i(g):x", "x"), {}),
        (("log(x2):i(g)", "log(x2)"), {}),
        (("x:z:i(g)", "z:x"), {}),
        (("L.x:i(g)", "L.x"), {}),
        (("treated:i(year)",), {"fixed_effects": ("id", "year")}),
        (("i(h):year",), {"fixed_effects": ("id", "year")}),
    ],
)
def test_the_main_effect_is_known_in_every_place_and_spelling(terms, options):
    frame = panel().assign(x2=lambda each: each["x"] ** 2, z=lambda each: each["id"] % 3)
    found = estimate(*terms, frame=frame, **options)
    assert said(found, "differences")
    assert not said(found, "Omitted")


def test_trends_of_every_unit_stand_where_nothing_absorbs_the_common_one():
    frame = panel()
    assert len(slopes(estimate("i(id):year", frame=frame, fixed_effects="id"))) == frame["id"].nunique()
    found = estimate("x", frame=frame, controls="i(id):year", fixed_effects=("id", "year"))
    assert len(slopes(found)) == 1 + frame["id"].nunique() - 1
    assert not said(found, "Omitted")


def test_a_reference_named_without_the_main_effect_is_kept_and_said():
    found = estimate("x:i(g, ref=b)")
    assert list(slopes(found)) == ["x:g[a]", "x:g[c]"]
    (note,) = said(found, "set to zero")
    assert "g = b" in note.en
    assert "g=b" in note.zh
    assert not said(estimate("x", "x:i(g, ref=b)"), "set to zero")


def test_a_reference_that_is_a_code_is_told_by_its_name():
    codes = {"a": "110000", "b": "310000", "c": "440000"}
    frame = panel().assign(province=lambda each: each["g"].map(codes))
    (note,) = said(estimate("x:i(province, ref=310000)", frame=frame), "set to zero")
    assert "province = Shanghai" in note.en.replace("Province", "province")
    assert "省份=上海" in note.zh


def test_nothing_is_set_to_zero_where_the_regressor_is_zero_itself():
    frame = panel().assign(late=lambda each: each["x"] * (each["year"] > 2000))
    assert not said(estimate("late:i(year, ref=2000)", frame=frame), "set to zero")


def test_cells_of_two_columns_leave_out_one_of_them():
    cells, full = estimate("i(g):i(h)"), estimate("i(g)", "i(h)", "i(g):i(h)")
    assert list(slopes(cells)) == ["g[a]:h[v]", "g[b]:h[u]", "g[b]:h[v]", "g[c]:h[u]", "g[c]:h[v]"]
    assert list(slopes(full)) == ["g[b]", "g[c]", "h[v]", "g[b]:h[v]", "g[c]:h[v]"]
    assert slopes(cells)["g[b]:h[u]"] == pytest.approx(slopes(full)["g[b]"])
    assert cells.statistics["r2"] == pytest.approx(full.statistics["r2"])
    assert [note.en for note in said(cells, "compared with")] == [
        "Indicators of g × indicators of h are compared with g = a, h = u"
    ]
    assert len(slopes(estimate("x:i(g):i(h)"))) == 6


@pytest.mark.parametrize(
    "terms",
    [
        ("x:i(g)",),
        ("x", "x:i(g)"),
        ("i(g):i(h)",),
        ("i(g)", "i(g):i(h)"),
        ("x:i(g):i(h)",),
        ("x", "x:i(g):i(h)"),
    ],
)
def test_the_fit_is_that_of_every_cell_whatever_is_left_out(terms):
    frame = panel()
    cells = {"x:i(g)": ["g"], "i(g):i(h)": ["g", "h"], "x:i(g):i(h)": ["g", "h"]}[terms[-1]]
    dummies = pd.get_dummies(frame[cells].agg("-".join, axis=1)).to_numpy(dtype=float)
    design = (
        dummies
        if terms[-1].startswith("i(")
        else np.column_stack([np.ones(len(frame)), dummies * frame[["x"]].to_numpy()])
    )
    fitted = design @ np.linalg.lstsq(design, frame["y"].to_numpy(), rcond=None)[0]
    ours = estimate(*terms)
    residual = float(((frame["y"] - fitted) ** 2).sum())
    total = float(((frame["y"] - frame["y"].mean()) ** 2).sum())
    assert ours.statistics["r2"] == pytest.approx(1 - residual / total, rel=1e-10)


def test_the_first_level_inside_the_sample_is_the_reference():
    found = estimate("x", "x:i(g)", sample="g != a")
    assert list(slopes(found)) == ["x", "x:g[c]"]
    (note,) = said(found, "differences")
    assert "g = b" in note.en


def test_a_name_of_a_unit_is_a_reference_where_codes_are_held():
    frame = panel().assign(province=lambda each: np.where(each["id"] < 6, "110000", "120000"))
    found = estimate("x", "x:i(province, ref=天津)", frame=frame)
    assert list(slopes(found)) == ["x", "x:province[110000]"]


def test_stata_gives_every_level_its_slope_too():
    with refused(dm.SpecificationError, "names.unknown_column"):
        estimate("i.g#c.x")
    assert len(slopes(estimate("i(g):x"))) == 3


def test_brackets_and_names_with_colons_are_products_too():
    frame = panel().rename(columns={"x": "a:b"})
    assert list(slopes(estimate("a:b:i(g)", frame=frame))) == ["a:b:g[a]", "a:b:g[b]", "a:b:g[c]"]
    assert len(slopes(estimate("(x:i(g))"))) == 3


def test_several_kinds_of_levels_and_ends_of_text_are_refused():
    with refused(dm.SpecificationError, "terms.bins_of_no_numbers"):
        estimate("i(g, min=1)")
    with refused(dm.SpecificationError, "terms.reference_level_unknown", listed=("a", "b", "c")):
        estimate("x:i(g, ref=d)")


def references(plot_of, frame):
    chart = dm.EventStudyPlot("e").show(dm.Evidence(frame=frame, results={"(1)": plot_of}))
    return [part for note in chart.notes for part in note.en.split(". ") if "Reference" in part]


def test_a_chart_names_the_level_that_is_left_out_and_none_where_none_is():
    frame = panel()
    absorbed = {"fixed_effects": ("id", "year")}
    assert references(estimate("treated:i(year)", frame=frame, **absorbed), frame) == ["Reference: 2000"]
    late = estimate("treated:i(year)", frame=frame, sample="year > 2001", **absorbed)
    assert references(late, frame) == ["Reference: 2002"]
    assert references(estimate("x:i(year)", frame=frame, **absorbed), frame) == []


def test_effects_that_the_estimator_removes_are_in_the_model_too():
    frame = panel()
    units = sorted(frame["id"].unique())
    ring = pd.DataFrame(np.roll(np.eye(12), 1, 0) + np.roll(np.eye(12), -1, 0), units, units)
    declared = dm.SpatialPanel(weights=ring, lag_regressors=False, effects="twoways")
    spec = dm.Specification("y", ("i(h):year", "x"), entity="id", time="year", estimator=declared)
    by_option = dm.estimate(spec, frame)
    by_effects = dm.estimate(spec.replace(fixed_effects=("id", "year")), frame)
    assert [name for name in by_option.coefficients.index if "h[" in name] == ["h[v]:year"]
    assert list(by_option.coefficients.index) == list(by_effects.coefficients.index)
