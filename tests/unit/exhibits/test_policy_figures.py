"""Figures of difference-in-differences: both languages, the same bytes, the numbers of their answers."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence
from digimfg.exhibits.style import house_style


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(0)
    made = pd.DataFrame({"city": np.repeat(np.arange(40), 8), "year": np.tile(np.arange(2001, 2009), 40)})
    start = np.array([2004, 2006, 0, 0])[made["city"] % 4]
    made["pilot"] = ((start > 0) & (made["year"] >= start)).astype(int)
    made["ever"] = (start > 0).astype(int)
    made["x"] = rng.normal(size=320)
    made["y"] = rng.normal(size=320) + made["pilot"]
    return made


@pytest.fixture(scope="module")
def results(frame):
    return {
        method: dm.estimate(
            dm.Specification("y", "pilot", entity="city", time="year",
                             estimator=dm.StaggeredDifferenceInDifferences(method=method, draws=199)), frame,
        )
        for method in ("two_way", "sun_abraham", "imputation")
    }  # fmt: skip


@pytest.fixture(scope="module")
def answers(frame, results):
    plain = dm.Specification("y", "pilot", entity="city", time="year")
    one = frame[(frame["ever"] == 0) | (frame["city"] == 0)]
    return {
        "bacon": dm.bacon_decomposition(plain, frame),
        "honest": dm.honest_did(results["sun_abraham"], bounds=(0, 1)),
        "pilot": dm.synthetic_control(one, "y", entity="city", time="year", treated=0, treated_from=2004),
        "balance": dm.entropy_balance(frame[frame["year"] == 2003], "ever", ["x"]),
        "matching": dm.propensity_score_matching(frame[frame["year"] == 2003], "ever", ["x"]),
    }


def exhibits(results, answers):
    return {
        "dynamic": dm.DynamicEffectsPlot(results, periods=(-3, 3)),
        "bands": dm.DynamicEffectsPlot(results["imputation"], bands=True),
        "bacon": dm.BaconPlot(answers["bacon"]),
        "honest": dm.HonestDiDPlot(answers["honest"]),
        "paths": dm.SyntheticControlPlot(answers["pilot"], outcome="y"),
        "gaps": dm.SyntheticControlPlot(answers["pilot"], lines="gaps", most_rmspe=2.0),
        "balance": dm.BalancePlot(answers["balance"]),
        "scores": dm.BalancePlot(answers["matching"], curves="scores"),
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_figure_is_written_with_the_same_bytes_twice(results, answers, tmp_path, language):
    for name, exhibit in exhibits(results, answers).items():
        first = exhibit.save(tmp_path / f"{name}_a.png", language=language).read_bytes()
        second = exhibit.save(tmp_path / f"{name}_b.png", language=language).read_bytes()
        assert first == second
        assert len(first) > 4_000


def test_several_methods_stand_side_by_side_at_their_event_times(results, answers):
    exhibit = dm.DynamicEffectsPlot(results, periods=(-3, 3))
    chart = exhibit.build(exhibit.evidence)
    with house_style():
        figure = chart.draw("zh")
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["双向固定效应DID", "Sun–Abraham", "插补法（Borusyak–Jaravel–Spiess）"]
    first = figure.axes[0].containers[0].lines[0]
    table = results["two_way"].tables["event_study"].loc[-3:3]
    np.testing.assert_allclose(
        np.asarray(first.get_ydata(), dtype=float), table.loc[~table["reference"], "estimate"]
    )
    assert "0." in chart.notes[0].en
    assert "Joint test" in chart.notes[0].en


def test_the_note_of_the_decomposition_gives_weights_by_kind(answers):
    exhibit = dm.BaconPlot(answers["bacon"])
    note = exhibit.build(exhibit.evidence).notes[0]
    weight = answers["bacon"].by_kind.loc["treated_vs_never", "weight"]
    assert f"weight {weight:.3f}" in note.en
    assert "处理组对从未处理组" in note.zh


def test_wrong_answers_and_options_are_refused(frame, results, answers, tmp_path):
    plain = dm.estimate(dm.Specification("y", "pilot", entity="city", time="year"), frame)
    for exhibit in (
        dm.DynamicEffectsPlot(plain), dm.DynamicEffectsPlot(results, bands=True), dm.BaconPlot(answers["honest"]),
        dm.BalancePlot(answers["bacon"]), dm.BalancePlot(answers["balance"], curves="scores"),
    ):  # fmt: skip
        with pytest.raises(ExhibitError):
            exhibit.save(tmp_path / "figure.png")
    with refused(ExhibitError, "arguments.value_outside", argument="lines"):
        dm.SyntheticControlPlot(answers["pilot"], lines="both")


@pytest.mark.parametrize(("kind", "said"), [("matching", "匹配前"), ("balance", "加权前")])
def test_balance_is_told_before_what_was_done(answers, kind, said):
    plot = dm.BalancePlot(answers[kind])
    chart = plot.build(plot.evidence)
    assert f"{said}两组方差" in chart.notes[0].zh
    figure = chart.draw("zh")
    labels = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    labels += [
        text.get_text()
        for axes in figure.axes
        for text in (axes.get_legend().get_texts() if axes.get_legend() else ())
    ]
    assert labels == [said, said.replace("前", "后")]


def test_methods_with_different_bases_say_so(frame, results):
    def notes(**named):
        return " ".join(note.en for note in dm.DynamicEffectsPlot(named).build(Evidence(results=named)).notes)

    varying = dm.estimate(
        dm.Specification(
            "y", "pilot", entity="city", time="year", estimator=dm.StaggeredDifferenceInDifferences(draws=0)
        ),
        frame,
    )
    said = notes(a=results["two_way"], b=varying, c=results["imputation"])
    for words in (
        "different bases",
        "period −1",
        "each period the one before it",
        "all periods without treatment",
    ):
        assert words in said
    assert "different bases" not in notes(a=results["two_way"], b=results["sun_abraham"])
    assert "different bases" not in notes(b=varying)
