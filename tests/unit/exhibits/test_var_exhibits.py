"""Figures and tables of panel VARs and local projections, in both languages."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.exhibits.style import house_style


def panel():
    rng = np.random.default_rng(2)
    y = np.zeros((60, 12, 2))
    for t in range(1, 12):
        y[:, t] = y[:, t - 1] @ np.array([[0.5, 0.3], [0.0, 0.4]]) + rng.normal(size=(60, 2))
    keys = {"id": np.repeat(range(60), 12), "year": np.tile(range(12), 60)}
    return pd.DataFrame({**keys, "a": y[..., 0].ravel(), "b": y[..., 1].ravel()}).assign(s=lambda d: d.id % 2)


FRAME = panel()
MODEL = dm.PanelVAR(("a", "b"), 1, entity="id", time="year", collapse=True, last_lag=4)
FIT = dm.fit_panel_var(MODEL, FRAME)
LABELS = {"a": dm.Text("Technology", "技术"), "b": dm.Text("Structure", "结构")}


def drawn(exhibit, language):
    with house_style():
        return exhibit.build(exhibit.evidence).draw(language)


@pytest.mark.parametrize("draws", [0, 19])
def test_each_pair_has_its_panel_named_in_the_readers_words(draws):
    answer = dm.impulse_responses(FIT, 4, draws=draws)
    figure = drawn(dm.ImpulseResponsePlot(answer, labels=LABELS), "zh")
    assert len(figure.axes) == 4
    assert [axes.get_title() for axes in figure.axes[:2]] == ["冲击：技术", "冲击：结构"]
    line = figure.axes[1].lines[-1]
    assert line.get_ydata().tolist() == answer.responses.loc[("b", "a"), "estimate"].tolist()
    one = drawn(dm.ImpulseResponsePlot(answer, impulses=("a",), responses=("b",), labels=LABELS), "en")
    assert [axes.get_title() for axes in one.axes] == ["Shock: Technology"]


def test_a_variable_that_is_not_in_the_model_is_answered_with_those_that_are():
    exhibit = dm.ImpulseResponsePlot(dm.impulse_responses(FIT, 2, draws=0), impulses=("c",))
    with refused(dm.ExhibitError, "exhibits.names_unknown"):
        exhibit.build(exhibit.evidence)


def test_states_stand_side_by_side():
    spec = dm.Specification("b", "a", entity="id", time="year", fixed_effects=("id", "year"))
    answer = dm.local_projections(spec, FRAME, state="s", horizon=2, leads=1, draws=99)
    chart = dm.LocalProjectionPlot(answer, labels=LABELS).build(dm.LocalProjectionPlot(answer).evidence)
    assert chart.title.zh == "技术之后的结构"
    with house_style():
        figure = chart.draw("zh")
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["状态0", "状态1"]


def test_shares_of_variance_stand_in_per_cent_and_sum_to_a_hundred():
    answer = dm.variance_decomposition(FIT, 8, draws=19)
    exhibit = dm.VarianceDecompositionTable(answer, digits=4, labels=LABELS)
    table = exhibit.build(exhibit.evidence)
    shares = [row.cells[2:] for row in table.rows if not row.attached]
    assert len(shares) == 2 * 3
    assert all(sum(map(float, cells)) == pytest.approx(100, abs=2e-4) for cells in shares)
    assert [row.cells[1] for row in table.rows if not row.attached][:3] == ["1", "5", "8"]
    with refused(dm.ExhibitError, "exhibits.horizons_beyond"):
        exhibit.replace(horizons=(9,)).build(exhibit.evidence)


def test_the_smallest_of_each_criterion_is_marked(tmp_path):
    answer = dm.choose_var_lags(MODEL, FRAME, up_to=2)
    exhibit = dm.LagChoiceTable(answer)
    rows = exhibit.build(exhibit.evidence).rows
    for column, name in enumerate(("mbic", "maic", "mqic"), start=1):
        assert [row.cells[0] for row in rows if row.cells[column].endswith("*")] == [str(answer.chosen[name])]
    text = exhibit.save(tmp_path / "lags_zh.md").read_text(encoding="utf-8")
    assert "滞后期数" in text


def test_a_column_for_each_equation_and_who_causes_whom():
    rng = np.random.default_rng(3)
    three = FRAME.assign(c=rng.normal(size=len(FRAME)))
    fit = dm.fit_panel_var(
        dm.PanelVAR(("b", "a", "c"), 1, entity="id", time="year", collapse=True, last_lag=4), three
    )
    exhibit = dm.PanelVARTable(fit, labels=LABELS, stars=())
    table = exhibit.build(exhibit.evidence)
    assert [span.text for span in table.header[0]][1:3] == [LABELS["b"], LABELS["a"]]
    held = fit.coefficients["estimate"].to_dict()
    assert table.rows[0].cells[1:] == tuple(
        f"{held[name, 'L.b']:.3f}".replace("-", "\u2212") for name in "bac"
    )
    causes = [row for row in table.rows if row.cells[0] == LABELS["a"]]
    assert causes[0].cells[2] == "—"
    assert any("Windmeijer" in note.en for note in table.notes)
    assert len(exhibit.replace(causality=False).build(exhibit.evidence).rows) == len(table.rows) - 5
    assert "滞后" in dm.PanelVARTable(fit).build(exhibit.evidence).rows[0].cells[0].zh
