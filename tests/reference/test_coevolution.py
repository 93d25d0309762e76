"""Co-evolution: its parts against the functions that they are made of and a second engine, the whole against a known process."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault

A = np.array([[0.5, 0.4, 0.0], [0.0, 0.4, 0.3], [0.0, 0.0, 0.4]])
SYSTEMS = tuple(
    dm.IndexDefinition(name, (dm.Indicator(column), dm.Indicator(f"{column}_2")), weighting="equal")
    for name, column in (("technology", "patents"), ("structure", "services"), ("institution", "market"))
)
LEVELS = {"firm": "tfp", "industry": "advancement", "economy": "gdp"}


def simulated(n=100, t=14, seed=1):
    rng = np.random.default_rng(seed)
    effect = rng.normal(size=(n, 3))
    u = np.zeros((n, t + 20, 3))
    for step in range(1, t + 20):
        u[:, step] = effect + u[:, step - 1] @ A + rng.normal(size=(n, 3))
    u = u[:, 20:].reshape(-1, 3)
    frame = pd.DataFrame({"id": np.repeat(np.arange(n), t), "year": np.tile(np.arange(2000, 2000 + t), n)})
    names = ["patents", "services", "market"]
    frame[names] = u
    for name in names:
        frame[f"{name}_2"] = 2 * frame[name] + 0.5 * rng.normal(size=len(frame))
    past = frame.groupby("id")[names].shift(1).fillna(0)
    frame["digital"] = rng.normal(size=len(frame))
    frame["tfp"] = (
        0.3 * past["patents"] + 0.3 * past["services"] + 0.5 * frame.digital + rng.normal(size=len(frame))
    )
    frame["advancement"] = 0.3 * past["services"] + rng.normal(size=len(frame))
    frame["gdp"] = rng.normal(size=len(frame))
    return frame


FRAME = simulated()
FOUND = dm.coevolution(FRAME, SYSTEMS, entity="id", time="year", outcomes=LEVELS, base="digital", draws=99)


def test_indices_and_coupling_are_those_of_the_measures():
    for system in SYSTEMS:
        assert np.allclose(FOUND.indices[system.name], dm.composite_index(FRAME, system).scores)
    three = FOUND.indices[["technology", "structure", "institution"]]
    coupled = dm.coupling_coordination(three)
    for name in ("coupling", "development", "coordination"):
        assert np.allclose(FOUND.indices[name], coupled[name])
    synergy = dm.composite_synergy(
        pd.concat([FRAME[["id", "year"]], three], axis=1), entity="id", time="year"
    )
    assert np.allclose(FOUND.indices["synergy"], synergy["synergy"], equal_nan=True)


def test_who_leads_is_found_and_those_who_follow_do_not_lead():
    leads = FOUND.leads
    for pair in (("technology", "structure"), ("structure", "institution")):
        assert leads.loc[[pair], ["var_q", "dh_p", "projection_p"]].to_numpy().max() < 0.01
    for pair in (("institution", "technology"), ("institution", "structure"), ("structure", "technology")):
        assert leads.loc[[pair], "var_p"].item() > 0.01
    strengths = FOUND.strengths
    assert strengths.loc[[("technology", "structure")], "conf_low"].item() > 0
    assert strengths.loc[[("institution", "technology")], "conf_low"].item() < 0


def test_causality_and_shares_are_those_of_the_panel_var():
    names = ["technology", "structure", "institution"]
    less = FOUND.indices[names] - FOUND.indices.groupby("year")[names].transform("mean")
    model = dm.PanelVAR(tuple(names), 1, entity="id", time="year", collapse=True, last_lag=4)
    fit = dm.fit_panel_var(model, pd.concat([FRAME[["id", "year"]], less], axis=1))
    for leader, follower in FOUND.leads.index:
        line = FOUND.leads.loc[[(leader, follower)]].iloc[0]
        assert line["var_p"] == pytest.approx(fit.causality.loc[[(follower, leader)], "p_value"].item())
    # A shock to technology alone, in standard deviations: the sum of powers of the matrix, the first left out.
    matrix = fit.coefficients["estimate"].to_numpy().reshape(3, 3)
    later = sum(np.linalg.matrix_power(matrix, h) for h in range(1, 6))
    deviations = np.sqrt(np.diag(fit.error_covariance))
    expected = later[1, 0] * deviations[0] / deviations[1]
    assert FOUND.strengths.loc[[("technology", "structure")], "estimate"].item() == pytest.approx(expected)


def test_transmission_is_a_system_whose_errors_are_clustered_over_all_equations():
    """Slopes by `estimate`; the joint test by a stacked regression with every term interacted with its equation."""
    whole = FRAME.assign(**{name: FOUND.indices[name] for name in ("technology", "structure", "institution")})
    terms = ("L.technology", "L.structure", "L.institution")
    spec = dm.Specification(
        "tfp", terms, controls="digital", entity="id", time="year", fixed_effects=("id", "year")
    )
    own = dm.estimate(spec, whole)
    for name in ("estimate", "std_error", "p_value", "conf_low"):
        assert np.allclose(FOUND.transmission.loc["firm", name], own.coefficients.loc[list(terms), name])
    wald = dm.wald_test(own, terms)
    line = FOUND.tests.loc["indices add to the base: firm"]
    assert line["statistic"] == pytest.approx(wald.statistic)
    assert line["p_value"] == pytest.approx(wald.p_value)
    past = whole.groupby("id")[["technology", "structure", "institution"]].shift(1)
    rows = past.notna().all(axis=1)
    parts = []
    for equation, outcome in LEVELS.items():
        part = pd.DataFrame({"id": whole.id, "year": whole.year, "equation": equation, "y": whole[outcome]})
        for other in LEVELS:
            for name in past:
                part[f"{name}_{other}"] = past[name] * (other == equation)
            part[f"digital_{other}"] = whole["digital"] * (other == equation)
        parts.append(part[rows])
    stacked = pd.concat(parts, ignore_index=True)
    tested = [f"{name}_{other}" for other in LEVELS for name in past]
    together = dm.Specification(
        "y", tuple(tested), controls=tuple(f"digital_{other}" for other in LEVELS), entity="id", time="year",
        fixed_effects=("id:equation", "year:equation"), repeated_rows=True,
        covariance=dm.Clustered("id", small_sample="none"),
    )  # fmt: skip
    result = dm.estimate(together, stacked)
    plain = dm.wald_test(result, tested).statistic
    factor = [
        (dm.estimate(spec.replace(outcome=each), whole).coefficients["std_error"] / dm.estimate(
            spec.replace(outcome=each, covariance=dm.Clustered("id", small_sample="none")), whole
        ).coefficients["std_error"]).iloc[0] ** 2
        for each in LEVELS.values()
    ]  # fmt: skip
    assert np.ptp(factor) < 1e-12
    found = FOUND.tests.loc["indices add to the base: all equations"]
    assert found["statistic"] == pytest.approx(plain / factor[0], rel=1e-6)
    assert found["df_numerator"] == 9


def test_what_reaches_firms_and_industries_but_not_the_economy_is_told_apart():
    p = FOUND.tests["p_value"]
    assert p["indices add to the base: firm"] < 0.01
    assert p["indices add to the base: industry"] < 0.01
    assert p["indices add to the base: economy"] > 0.01
    assert p["indices add to the base: all equations"] < 0.01
    assert p["coordination counts alike in all equations"] < 0.01
    assert FOUND.tests["delta_r2_within"].iloc[0] > FOUND.tests["delta_r2_within"].iloc[2]


def test_what_indices_add_is_the_fall_of_squares_within():
    whole = FRAME.assign(**{name: FOUND.indices[name] for name in ("technology", "structure", "institution")})
    spec = dm.Specification(
        "tfp", ("digital",), entity="id", time="year", fixed_effects=("id", "year"), sample="year > 2000"
    )
    short = dm.estimate(spec, whole).statistics["r2_within"]
    terms = ("L.technology", "L.structure", "L.institution", "digital")
    long = dm.estimate(spec.replace(regressors=terms), whole).statistics["r2_within"]
    assert FOUND.tests["delta_r2_within"].iloc[0] == pytest.approx(long - short, rel=1e-6)


def test_rows_in_any_order_give_the_same_bytes():
    options = {"entity": "id", "time": "year", "outcomes": LEVELS, "draws": 19}
    one, other = (
        dm.coevolution(each, SYSTEMS, **options) for each in (FRAME, FRAME.sample(frac=1, random_state=1))
    )
    for name in ("strengths", "leads", "transmission", "tests"):
        assert getattr(one, name).to_numpy().tobytes() == getattr(other, name).to_numpy().tobytes()


def test_thirty_one_provinces_over_twelve_years_are_enough_and_said_to_be_few():
    found = dm.coevolution(simulated(31, 12), SYSTEMS, entity="id", time="year", outcomes=LEVELS, draws=99)
    assert "few_units" in {getattr(note, "kind", "") for note in found.notes}
    assert found.leads.loc[[("technology", "structure")], "var_p"].item() < 0.05


@pytest.mark.parametrize(("change", "options", "kind"), [
    (lambda d: d[d.year < 2002], {}, "panel_var.panel_too_short"),
    (lambda d: d, {"outcomes": {"technology": "tfp"}}, "evolution.subsystem_names_not_unique"),
    (lambda d: d.assign(technology=1.0), {}, "evolution.subsystem_name_is_column"),
    (lambda d: d, {"outcomes": {"firm": "profit"}}, Fault.of("names.unknown_column", name='profit')),
    (lambda d: d.assign(tfp=d.id), {}, "design.outcome_constant_within"),
    (lambda d: d.drop(columns="market_2"), {}, Fault.of("measures.directions_of_other_columns", absent=('market_2',))),
    (lambda d: d[d.id < 5], {}, "panel_var.more_moments_than_units"),
])  # fmt: skip
def test_what_cannot_be_studied_is_refused_in_words(change, options, kind):
    given = {"outcomes": LEVELS, "draws": 19, **options}
    with refused(dm.DigimfgError, kind):
        dm.coevolution(change(FRAME), SYSTEMS, entity="id", time="year", **given)


def test_figure_2_stands_beside_its_estimates_in_both_languages():
    from digimfg.exhibits.style import house_style

    exhibit = dm.CoevolutionPlot(FOUND)
    chart = exhibit.build(exhibit.evidence)
    for language, head in (("en", "(b) As estimated"), ("zh", "（b）估计结果")):
        with house_style():
            figure = chart.draw(language)
        words = [text.get_text() for axes in figure.axes for text in axes.texts]
        assert head in words
        line = FOUND.strengths.loc[[("technology", "structure")]].iloc[0]
        shown = f"{line['estimate']:.2f}\n[{line['conf_low']:.2f}, {line['conf_high']:.2f}]"
        assert shown.replace("-", "\u2212") in words
    alone = dm.CoevolutionPlot(FRAME)
    with house_style():
        assert len(alone.build(alone.evidence).draw("en").axes) == 1
