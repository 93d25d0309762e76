"""Tables and figures of mediation, moderation and groups: both languages, the numbers of the result, honest refusals."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import ExhibitError
from digimfg.exhibits.style import house_style
from digimfg.replication.serialise import result_from_dict, result_to_dict

DATA = Path(__file__).parents[2] / "reference" / "data"
LABELS = {
    "x": dm.Text("Digital economy", "数字经济"),
    "m1": dm.Text("Innovation", "技术创新"),
    "m2": dm.Text("Allocation", "资源配置"),
    "y": dm.Text("Quality", "高质量发展"),
    "w": dm.Text("Institutions", "制度环境"),
}


@pytest.fixture(scope="module")
def panel():
    return pd.read_csv(DATA / "mechanisms_panel.csv")


def estimated(panel, estimator):
    return dm.estimate(
        dm.Specification(
            "y", "x", controls="z", entity="unit", time="year", fixed_effects=("unit", "year"),
            estimator=estimator,
        ),
        panel,
    )  # fmt: skip


@pytest.fixture(scope="module")
def chain(panel):
    return estimated(
        panel,
        dm.Mediation(mediators=("m1", "m2"), structure="serial", replications=200, three_steps=True),
    )


@pytest.fixture(scope="module")
def moderated(panel):
    return estimated(panel, dm.Moderation(moderator="w"))


@pytest.fixture(scope="module")
def groups(panel):
    return estimated(panel, dm.GroupDifference(group="coastal", replications=100))


def markdown(exhibit, tmp_path, language):
    return exhibit.save(tmp_path / "table.md", language=language).read_text(encoding="utf-8")


def words(figure):
    return " ".join(text.get_text() for text in figure.findobj(match=lambda item: hasattr(item, "get_text")))


def drawn(exhibit, language):
    with house_style():
        return exhibit.build(exhibit.evidence).draw(language)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_every_figure_is_written_with_the_same_bytes_twice(chain, moderated, tmp_path, language, width):
    exhibits = {
        "paths": dm.MediationPlot(chain, labels=LABELS, width=width),
        "sensitivity": dm.MediationSensitivityPlot(chain, labels=LABELS, width=width),
        "marginal": dm.MarginalEffectPlot(moderated, labels=LABELS, width=width),
    }
    for name, exhibit in exhibits.items():
        first, second = (
            exhibit.save(tmp_path / f"{name}_{turn}.png", language=language).read_bytes() for turn in "ab"
        )
        assert first == second
        assert len(first) > 5_000


def test_the_table_of_a_mediation_shows_paths_effects_and_both_intervals(chain, tmp_path):
    text = markdown(dm.MediationTable(chain, labels=LABELS), tmp_path, "en")
    for row in ("Digital economy → Innovation → Allocation → Quality", "Indirect effect", "Share mediated"):
        assert row in text
    estimate = chain.coefficients.loc["x -> m1 -> m2 -> y", "estimate"]
    assert f"{estimate:.3f}" in text
    low, high = chain.tables["effects"].loc["indirect effect", ["bca_low", "bca_high"]]
    assert f"[{low:.3f}, {high:.3f}]".replace("-", "−").replace("[", "\\[").replace("]", "\\]") in text
    assert "percentile bootstrap of clusters (unit), 200 draws, seed 0" in text
    chinese = markdown(dm.MediationTable(chain, labels=LABELS), tmp_path, "zh")
    assert "数字经济 → 技术创新 → 资源配置 → 高质量发展" in chinese
    assert "间接效应" in chinese


def test_without_draws_the_table_gives_the_interval_of_the_delta_method(panel, tmp_path):
    result = estimated(panel, dm.Mediation(mediators="m1", replications=0))
    text = markdown(dm.MediationTable(result), tmp_path, "en")
    assert "BCa" not in text
    assert "delta method with a normal distribution" in text
    effect = result.tables["effects"].loc["x -> m1 -> y"]
    row = result.coefficients.loc["x -> m1 -> y"]
    assert (
        row["conf_low"]
        == effect["delta_low"]
        == pytest.approx(effect["estimate"] - 1.959964 * effect["delta_std_error"], rel=1e-6)
    )


def test_three_steps_are_shown_on_request_only_and_with_their_criticism(chain, panel, tmp_path):
    text = markdown(dm.MediationTable(chain, layout="three_steps"), tmp_path, "zh")
    assert "江艇（2022" in text
    assert "(4)" in text
    plain = estimated(panel, dm.Mediation(mediators="m1", replications=0))
    assert "three_steps" not in plain.tables
    assert not any("江艇" in note.zh for note in plain.notes)
    with refused(ExhibitError, "exhibits.no_three_steps"):
        dm.MediationTable(plain, layout="three_steps").save(tmp_path / "table.md")


def test_three_steps_are_three_regressions(chain, panel):
    steps = chain.tables["three_steps"].set_index(["step", "outcome", "term"])
    spec = chain.specification.replace(estimator=dm.LeastSquares())
    first = dm.estimate(spec, panel).coefficients.loc["x"]
    assert steps.loc[(1, "y", "x"), "estimate"] == pytest.approx(first["estimate"])
    assert steps.loc[(1, "y", "x"), "std_error"] == pytest.approx(first["std_error"])
    second = dm.estimate(spec.replace(outcome="m2"), panel).coefficients.loc["x"]
    assert steps.loc[(2, "m2", "x"), "p_value"] == pytest.approx(second["p_value"])
    third = dm.estimate(spec.replace(regressors=("x", "m1", "m2")), panel).coefficients.loc["m2"]
    assert steps.loc[(3, "y", "m2"), "std_error"] == pytest.approx(third["std_error"])


def test_the_diagram_writes_every_path_once_and_dashes_the_weak_ones(chain):
    figure = drawn(dm.MediationPlot(chain, labels=LABELS), "en")
    text = words(figure)
    paths = chain.tables["paths"].drop(index="total effect")
    for estimate in paths["estimate"]:
        assert f"{estimate:.3f}".replace("-", "−") in text
    arrows = [note.arrow_patch for note in figure.axes[0].texts if getattr(note, "arrow_patch", None)]
    assert len(arrows) == len(paths) == 6
    dashed = [arrow.get_linestyle() not in ("-", "solid") for arrow in arrows]
    assert dashed == (paths["p_value"] >= 0.1).tolist()


def test_words_of_the_diagram_do_not_cover_boxes_or_each_other(chain):
    figure = drawn(dm.MediationPlot(chain, labels=LABELS), "zh")
    texts = [text for text in figure.axes[0].texts if text.get_text()]
    extents = [text.get_window_extent() for text in texts]
    assert len(extents) > 5
    for place, first in enumerate(extents):
        for second in extents[place + 1 :]:
            assert not first.overlaps(second)


def test_the_sensitivity_figure_marks_where_the_effect_is_zero(chain):
    figure = drawn(dm.MediationSensitivityPlot(chain, labels=LABELS), "zh")
    assert len(figure.axes) == 2
    for axes, zero in zip(figure.axes, chain.tables["sensitivity_zero"]["rho_at_zero"], strict=True):
        curve = next(line for line in axes.get_lines() if len(line.get_xdata()) > 10)
        assert np.interp(-zero, -np.flip(curve.get_xdata()), np.flip(curve.get_ydata())) == pytest.approx(
            0, abs=0.01
        )
        assert any(np.allclose(line.get_xdata(), zero) for line in axes.get_lines())
    with refused(ExhibitError, "exhibits.names_unknown"):
        drawn(dm.MediationSensitivityPlot(chain, mediators=("m3",)), "en")


def test_the_marginal_effect_figure_shows_line_bins_and_bounds(moderated):
    figure = drawn(dm.MarginalEffectPlot(moderated, labels=LABELS), "zh")
    axes = figure.axes[0]
    lines = axes.get_lines()
    curve = next(line for line in lines if len(line.get_xdata()) == 51)
    table = moderated.tables["marginal_effects"]
    assert list(curve.get_ydata()) == table["estimate"].tolist()
    points = next(line for line in lines if line.get_marker() == "s")
    assert list(points.get_ydata()) == moderated.tables["bins"]["estimate"].tolist()
    inside = moderated.tables["johnson_neyman"]["low"].iloc[1:]
    dotted = [line.get_xdata()[0] for line in lines if line.get_linestyle() == ":"]
    assert dotted == inside.tolist()
    assert "制度环境" in words(figure)
    assert "数字经济的边际效应" in words(figure)


def test_the_table_of_groups_prints_both_groups_and_every_p_value(groups, tmp_path):
    exhibit = dm.GroupDifferenceTable(groups, labels=LABELS, group_titles=("Inland", "Coastal"))
    text = markdown(exhibit, tmp_path, "en")
    row = groups.tables["differences"].loc["x"]
    for name in ("interaction_p", "interaction_wild_p", "suest_p", "permutation_p"):
        assert f"{row[name]:.3f}" in text
    for name in ("first", "second", "difference"):
        assert f"{row[name]:.3f}" in text
    assert "Coastal" in text
    chinese = markdown(dm.GroupDifferenceTable(groups, labels=LABELS), tmp_path, "zh")
    assert "费舍尔组合检验" in chinese
    assert "似不相关检验（SUEST）" in chinese
    assert "coastal=1" in chinese


def test_a_regression_table_names_effects_and_differences_in_both_languages(chain, groups, tmp_path):
    text = markdown(dm.RegressionTable({"(1)": chain}, labels=LABELS), tmp_path, "zh")
    assert "数字经济 → 技术创新" in text
    assert "间接效应" in text
    assert "数字经济的组间差异" in markdown(
        dm.RegressionTable({"(1)": groups}, labels=LABELS), tmp_path, "zh"
    )


@pytest.mark.parametrize(
    "table", ["effects", "contrasts", "order_permutations", "indirect_sums", "sensitivity_zero"]
)
def test_further_tables_of_a_mediation_have_chinese_heads(chain, table, tmp_path):
    text = markdown(dm.ResultTable(chain, table=table, labels=LABELS), tmp_path, "zh")
    head = text.split("|")[1:40]
    assert not any("_" in cell for cell in head)


@pytest.fixture(scope="module")
def long_chain(panel):
    steps = np.random.default_rng(2).standard_normal((len(panel), 8)).cumsum(axis=1)
    names = tuple(f"s{place}" for place in range(8))
    frame = panel.assign(**{name: panel["x"] + steps[:, place] for place, name in enumerate(names)})
    return estimated(frame, dm.Mediation(mediators=names, structure="serial", replications=0))


def test_of_the_many_effects_of_a_long_chain_the_table_shows_single_mediators_and_the_whole(
    long_chain, tmp_path
):
    text = markdown(dm.MediationTable(long_chain), tmp_path, "en")
    body = text.split("Effects")[1]
    assert len(long_chain.tables["effects"]) == 255 + 3
    assert body.count("| x → ") == 8 + 1
    assert "x → s0 → s1 → s2 → s3 → s4 → s5 → s6 → s7 → y" in body
    assert "through one mediator and through all are shown" in text
    assert "经单个中介及经全部中介者" in markdown(dm.MediationTable(long_chain), tmp_path, "zh")


def test_the_figure_of_a_long_chain_draws_neighbours_and_what_is_significant(long_chain):
    paths = long_chain.tables["paths"]
    names = ["x", *(f"s{place}" for place in range(8)), "y"]
    near = {f"{a} -> {b}" for a, b in pairwise(names)} | {"x -> y"}
    kept = near | {term for term in paths.index if "->" in term and paths.loc[term, "p_value"] < 0.1}
    figure = drawn(dm.MediationPlot(long_chain), "en")
    arrows = [note for note in figure.axes[0].texts if getattr(note, "arrow_patch", None) is not None]
    assert len(arrows) == len(kept) < 45
    exhibit = dm.MediationPlot(long_chain)
    assert "are not significant are left out" in exhibit.build(exhibit.evidence).notes[0].en


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_boxes_of_a_long_chain_leave_room_for_the_words_between_them(long_chain, width):
    labels = {f"s{place}": dm.Text(f"Industrial robots s{place}", f"工业机器人{place}") for place in range(8)}
    figure = drawn(dm.MediationPlot(long_chain, labels=labels, width=width), "en")
    texts = [text for text in figure.axes[0].texts if text.get_text()]
    boxes = [
        text.get_bbox_patch().get_window_extent() for text in texts if text.get_text()[0] not in "−0123456789"
    ]
    assert len(boxes) == 10
    for place, first in enumerate(boxes):
        for second in boxes[place + 1 :]:
            assert not first.overlaps(second)
    top = f"{long_chain.tables['paths'].loc['s3 -> s4', 'estimate']:.3f}".replace("-", "−")
    between = next(text for text in texts if text.get_text().startswith(top)).get_window_extent()
    assert not any(between.overlaps(box) for box in boxes)


def test_results_survive_being_stored(chain, moderated, groups):
    for result in (chain, moderated, groups):
        again = result_from_dict(result_to_dict(result))
        pd.testing.assert_frame_equal(again.coefficients, result.coefficients, check_index_type=False)
        assert set(again.tables) == set(result.tables)
        assert again.specification == result.specification
    stored = dm.MediationTable(result_from_dict(result_to_dict(chain)))
    assert stored.build(stored.evidence) == dm.MediationTable(chain).build(dm.MediationTable(chain).evidence)


def test_a_result_of_another_estimator_is_refused(chain, moderated, groups, tmp_path):
    for exhibit in (
        dm.MediationTable(groups),
        dm.MediationPlot(moderated),
        dm.MediationSensitivityPlot(groups),
        dm.MarginalEffectPlot(chain),
        dm.GroupDifferenceTable(chain),
    ):
        ending = "md" if exhibit.kind == "table" else "png"
        with pytest.raises(ExhibitError):
            exhibit.save(tmp_path / f"exhibit.{ending}")
