"""Systems of equations equal systemfit and linearmodels.

Numbers: R 4.2.2, systemfit 1.1-28, data("Kmenta"), methodResidCov = "noDfCor" (tests/reference/systems.R); the
three-stage estimates are those of Kmenta, Elements of Econometrics, 2nd ed., p. 712, rounded there.
"""

import io
import subprocess

import numpy as np
import pandas as pd
import pytest
from linearmodels.system import IV3SLS, SUR
from refused import refused
from statsmodels.datasets import grunfeld

import digimfg as dm
from digimfg.errors import EstimationError, SpecificationError

FIRMS = {"ge": "General Electric", "wh": "Westinghouse", "gm": "General Motors"}


def kmenta():
    try:
        code = 'data("Kmenta", package = "systemfit"); write.csv(Kmenta, stdout(), row.names = FALSE)'
        done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("R is not here")
    if done.returncode:
        pytest.skip("the package of R is not here")
    return pd.read_csv(io.StringIO(done.stdout))


def wide():
    data = grunfeld.load_pandas().data
    parts = {name: data[data["firm"] == firm].set_index("year") for name, firm in FIRMS.items()}
    columns = {
        f"{each}_{name}": part[each]
        for name, part in parts.items()
        for each in ("invest", "value", "capital")
    }
    return pd.DataFrame(columns).reset_index()


FRAME = wide()
EQUATIONS = {
    name: dm.Specification(f"invest_{name}", (f"value_{name}", f"capital_{name}"), covariance=dm.Unadjusted())
    for name in FIRMS
}
DEMAND = dm.Specification("consump", ("price", "income"), covariance=dm.Unadjusted())
SUPPLY = dm.Specification("consump", ("price", "farmPrice", "trend"), covariance=dm.Unadjusted())
STAGES = {
    "demand": DEMAND.replace(regressors="income", endogenous="price", instruments=("farmPrice", "trend")),
    "supply": SUPPLY.replace(regressors=("farmPrice", "trend"), endogenous="price", instruments="income"),
}


def test_kmenta_is_that_of_systemfit():
    frame = kmenta()
    found = dm.estimate_system({"demand": DEMAND, "supply": SUPPLY}, frame)
    assert found.coefficients["estimate"].tolist() == pytest.approx(
        [99.275661881342, -0.271333279484, 0.294879119968, 62.294213842115, 0.146146743223, 0.212142872875, 0.332211680821],
        rel=1e-9,
    )  # fmt: skip
    assert found.coefficients["std_error"].tolist() == pytest.approx(
        [6.9279828725068, 0.0816013352109, 0.0386717086504, 9.9109599376860, 0.0844653187139, 0.0356593690206, 0.0607416898245],
        rel=1e-9,
    )  # fmt: skip
    assert found.statistics["r2_mcelroy"] == pytest.approx(0.747843500024, rel=1e-8)
    assert found.residual_covariance.loc["demand", "supply"] == pytest.approx(4.066380501, rel=1e-8)
    three = dm.estimate_system(STAGES, frame, method="3sls")
    rows = three.coefficients.loc[
        [("demand", "Intercept"), ("demand", "price"), ("demand", "income"), ("supply", "Intercept"),
         ("supply", "price"), ("supply", "farmPrice"), ("supply", "trend")]
    ]  # fmt: skip
    assert rows["estimate"].tolist() == pytest.approx(
        [94.633303867859, -0.243556537776, 0.313991794348, 52.117641088292, 0.228932169263, 0.228977519787, 0.357907426492],
        rel=1e-9,
    )  # fmt: skip
    assert rows["std_error"].tolist() == pytest.approx(
        [7.3026520951066, 0.0889541212351, 0.0432799136922, 10.6377552774989, 0.0891503907276, 0.0393492581678, 0.0651942628746],
        rel=1e-9,
    )  # fmt: skip
    assert three.statistics["r2_mcelroy"] == pytest.approx(0.747911354542, rel=1e-8)
    assert three.statistics["sargan_df"] == 1


@pytest.mark.parametrize("iterate", [False, True])
@pytest.mark.parametrize(
    ("covariance", "kind"), [(dm.Unadjusted(), "unadjusted"), (dm.Robust("none"), "robust")]
)
def test_unrelated_regressions_are_those_of_linearmodels(covariance, kind, iterate):
    specs = {name: spec.replace(covariance=covariance) for name, spec in EQUATIONS.items()}
    found = dm.estimate_system(specs, FRAME, iterate=iterate)
    parts = {
        name: {"dependent": FRAME[f"invest_{name}"],
               "exog": FRAME[[f"value_{name}", f"capital_{name}"]].assign(**{f"const_{name}": 1.0})}
        for name in FIRMS
    }  # fmt: skip
    other = SUR(parts).fit(method="gls", cov_type=kind, iterate=iterate, iter_limit=500, tol=1e-12)
    for name in FIRMS:
        for term, shown in ((f"value_{name}",) * 2, (f"capital_{name}",) * 2, ("Intercept", f"const_{name}")):
            row = found.coefficients.loc[(name, term)]
            assert row["estimate"] == pytest.approx(other.params[f"{name}_{shown}"], rel=1e-6)
            assert row["std_error"] == pytest.approx(other.std_errors[f"{name}_{shown}"], rel=1e-6)


def instrumented():
    rng = np.random.default_rng(4)
    n = 240
    frame = pd.DataFrame(rng.normal(size=(n, 5)), columns=["x1", "x2", "z1", "z2", "z3"])
    frame["firm"], frame["year"] = np.repeat(np.arange(24), 10), np.tile(np.arange(10), 24)
    u = rng.normal(size=(n, 2)) @ np.array([[1.0, 0.6], [0.0, 0.8]])
    effect = rng.normal(size=24)[frame["firm"]]
    a = (
        np.column_stack(
            [0.5 * frame["x1"] + 0.6 * frame["z1"], 0.4 * frame["x2"] + 0.5 * frame["z2"] + 0.3 * frame["z3"]]
        )
        + u
    )
    solved = np.linalg.solve(np.array([[1.0, -0.4], [0.3, 1.0]]), a.T).T
    frame["digital"], frame["upgrading"] = solved[:, 0] + effect, solved[:, 1] + effect
    return frame


PANEL = instrumented()
TWO = {
    "digital": dm.Specification(
        "digital", ("x1", "z1"), endogenous="upgrading", instruments=("x2", "z2", "z3")
    ),
    "upgrading": dm.Specification(
        "upgrading", ("x2", "z2", "z3"), endogenous="digital", instruments=("x1", "z1")
    ),
}


def with_parts(**parts):
    return {name: spec.replace(**parts) for name, spec in TWO.items()}


def test_three_stages_are_those_of_linearmodels():
    found = dm.estimate_system(with_parts(covariance=dm.Robust("none")), PANEL, method="3sls")
    parts = {
        name: {"dependent": PANEL[name], "exog": PANEL[list(spec.regressors)].assign(const=1.0),
               "endog": PANEL[list(spec.endogenous)], "instruments": PANEL[list(spec.instruments)]}
        for name, spec in TWO.items()
    }  # fmt: skip
    other = IV3SLS(parts).fit(cov_type="robust", debiased=False)
    for (name, term), row in found.coefficients.iterrows():
        shown = f"{name}_{'const' if term == 'Intercept' else term}"
        assert row["estimate"] == pytest.approx(other.params[shown], rel=1e-9)
        assert row["std_error"] == pytest.approx(other.std_errors[shown], rel=1e-9)


def test_absorbed_effects_are_those_of_dummies_and_clusters_are_sums_by_hand():
    keys = {"entity": "firm", "time": "year"}
    clustered = dm.Clustered("firm", wild_bootstrap=None)
    within = dm.estimate_system(
        with_parts(**keys, fixed_effects="firm", covariance=clustered), PANEL, method="3sls"
    )
    dummies = dm.estimate_system(
        with_parts(**keys, controls="i(firm)", covariance=clustered), PANEL, method="3sls"
    )
    for name, spec in TWO.items():
        for term in (*spec.endogenous, *spec.regressors):
            for column in ("estimate", "std_error"):
                one, other = (each.coefficients.loc[(name, term), column] for each in (within, dummies))
                assert one == pytest.approx(other, rel=1e-7)
    assert within.statistics["n_clusters"] == 24


def test_restrictions_across_equations_are_tested_with_their_covariance():
    found = dm.estimate_system(EQUATIONS, FRAME)
    test = found.test("`ge:value_ge` = `wh:value_wh`, `ge:capital_ge` = `wh:capital_wh`")
    spread = found.joint.covariance_matrix
    rows = ["ge:value_ge", "wh:value_wh", "ge:capital_ge", "wh:capital_wh"]
    r = np.array([[1.0, -1.0, 0.0, 0.0], [0.0, 0.0, 1.0, -1.0]])
    gap = r @ found.joint.coefficients.loc[rows, "estimate"].to_numpy()
    expected = gap @ np.linalg.solve(r @ spread.loc[rows, rows].to_numpy() @ r.T, gap)
    assert (test.statistic, test.df_numerator) == pytest.approx((expected, 2.0))
    own = found.equations["ge"].coefficients
    assert own.to_numpy() == pytest.approx(found.coefficients.loc["ge"].to_numpy())


def test_rows_that_one_equation_lacks_leave_all_and_order_and_units_do_not_matter():
    holes = FRAME.copy()
    holes.loc[3, "value_ge"] = np.nan
    found = dm.estimate_system(EQUATIONS, holes)
    known = dm.estimate_system(EQUATIONS, FRAME.drop(index=3))
    pd.testing.assert_frame_equal(found.coefficients, known.coefficients)
    assert any("absent from another equation" in note.en for note in found.notes)
    mixed = dm.estimate_system(EQUATIONS, FRAME.sample(frac=1, random_state=1))
    plain = dm.estimate_system(EQUATIONS, FRAME)
    pd.testing.assert_frame_equal(mixed.coefficients, plain.coefficients)
    scaled = dm.estimate_system(
        EQUATIONS, FRAME.assign(value_ge=FRAME["value_ge"] * 1e9 + 1e14, invest_wh=FRAME["invest_wh"] * 1e-9)
    )
    slopes = [row for row in plain.coefficients.index if row[1] != "Intercept"]
    assert scaled.coefficients.loc[slopes, "statistic"].to_numpy() == pytest.approx(
        plain.coefficients.loc[slopes, "statistic"].to_numpy(), rel=1e-5
    )


@pytest.mark.parametrize(
    ("equations", "options", "error", "match"),
    [
        ({name: spec.replace(sample=f"year {'<' if name == 'ge' else '>'} 1945") for name, spec in EQUATIONS.items()}, {}, EstimationError, "share|every equation"),
        (EQUATIONS | {"again": EQUATIONS["ge"]}, {}, EstimationError, "linearly dependent"),
        (EQUATIONS | {"wh": EQUATIONS["wh"].replace(covariance=dm.Robust())}, {}, SpecificationError, "covariance"),
        (EQUATIONS, {"method": "3sls"}, SpecificationError, "method='sur'"),
        (TWO, {}, SpecificationError, "method='3sls'"),
        (with_parts(estimator=dm.Poisson(), endogenous=(), instruments=()), {}, SpecificationError, "`method`"),
        (with_parts(covariance=dm.Clustered("firm", small_sample="cr2")), {"method": "3sls"}, SpecificationError, "stata"),
        ({name: spec.replace(regressors=("x1", "x2", "z1", "z2", "z3") if name == "digital" else spec.regressors,
                             instruments=() if name == "digital" else spec.instruments) for name, spec in TWO.items()},
         {"method": "3sls"}, EstimationError, "not identified"),
        ({"one": EQUATIONS["ge"]}, {}, dm.DigimfgError, "2"),
    ],
)  # fmt: skip
def test_systems_that_have_no_answer_are_refused_in_both_languages(equations, options, error, match):
    frame = PANEL if "digital" in equations else FRAME
    with pytest.raises(error, match=match) as caught:
        dm.estimate_system(equations, frame, **options)
    assert caught.value.kind
    if "digital" in equations and match == "not identified":
        assert "digital" in caught.value.message("en")


def test_equations_stand_as_columns_of_a_table():
    found = dm.estimate_system(EQUATIONS, FRAME)
    table = dm.RegressionTable(found.equations)
    shown = table.show(table.evidence)
    assert "Seemingly unrelated regressions" in str([cell for row in shown.rows for cell in row.cells])
    assert "errors of generalised least squares" in " ".join(note.en for note in shown.notes)


def test_every_equation_has_the_residuals_and_means_of_linearmodels():
    holes = FRAME.copy()
    holes.loc[3, "value_ge"] = np.nan
    found = dm.estimate_system(EQUATIONS, holes)
    kept = FRAME.drop(index=3)
    parts = {
        name: {"dependent": kept[f"invest_{name}"], "exog": kept[list(spec.regressors)].assign(const=1.0)}
        for name, spec in EQUATIONS.items()
    }
    other = SUR(parts).fit(cov_type="unadjusted")
    assert found.residuals.index.tolist() == kept.index.tolist()
    assert found.residuals.to_numpy() == pytest.approx(other.resids[list(FIRMS)].to_numpy(), abs=1e-8)
    for name, spec in EQUATIONS.items():
        one = found.equations[name]
        pd.testing.assert_series_equal(found.fitted_values[name], one.fitted_values, check_names=False)
        gap = one.fitted_values + one.residuals - kept[spec.outcome]
        assert np.abs(gap).max() < 1e-9
        rows = one.predict(FRAME)
        x = np.column_stack([np.ones(len(FRAME)), FRAME[list(spec.regressors)]])
        spread = one.covariance_matrix.to_numpy()
        assert rows["prediction"].to_numpy() == pytest.approx(x @ one.coefficients["estimate"].to_numpy())
        error = np.sqrt(np.einsum("ij,jk,ik->i", x, spread, x))
        assert rows["std_error"].to_numpy() == pytest.approx(error)
        pd.testing.assert_frame_equal(found.predict(FRAME)[name], rows)
        margins = dm.margins(one).rows
        assert margins["std_error"].tolist() == pytest.approx(np.sqrt(np.diag(spread))[1:].tolist())


def test_absorbed_effects_enter_the_means_of_three_stages():
    keys = {"entity": "firm", "time": "year", "covariance": dm.Unadjusted()}
    within = dm.estimate_system(with_parts(**keys, fixed_effects="firm"), PANEL, method="3sls")
    dummies = dm.estimate_system(with_parts(**keys, controls="i(firm)"), PANEL, method="3sls")
    for found in (within.residuals - dummies.residuals, within.fitted_values - dummies.fitted_values):
        assert np.abs(found.to_numpy()).max() < 1e-8
    new = PANEL.head(5).drop(columns=["digital", "upgrading"]).assign(digital=0.5, upgrading=0.5)
    for name in TWO:
        one, other = (each.predict(new)[name]["prediction"] for each in (within, dummies))
        assert one.to_numpy() == pytest.approx(other.to_numpy(), abs=1e-8)


def test_a_whole_system_has_no_single_mean():
    joint = dm.estimate_system(EQUATIONS, FRAME).joint
    for ask in (dm.residuals, dm.predict, dm.margins):
        with refused(EstimationError, "postestimation.not_an_estimator_of_means", got="Seemingly unrelated"):
            ask(joint)


@pytest.mark.parametrize("iterate", [False, True])
def test_a_second_opinion_estimates_the_whole_system(iterate):
    system = dm.estimate_system(EQUATIONS, FRAME, iterate=iterate)
    for result in system.equations.values():
        found = dm.second_opinion(result)
        assert found.model == "SUR"
        assert found.largest_difference < 1e-8
    assert dm.second_opinion(system.joint).model == ""


@pytest.mark.parametrize("effects", [(), ("firm", "year")])
@pytest.mark.parametrize(
    "covariance",
    [
        dm.Unadjusted(),
        dm.Robust(),
        dm.Robust("none"),
        dm.Clustered("firm", wild_bootstrap=None),
        dm.Clustered("firm", small_sample="none", wild_bootstrap=None),
    ],
)
def test_a_second_opinion_on_three_stages_has_effects_and_the_rule(covariance, effects):
    keys = {"entity": "firm", "time": "year", "fixed_effects": effects}
    holes = PANEL.assign(x1=PANEL["x1"].where(PANEL.index != 3))
    system = dm.estimate_system(with_parts(**keys, covariance=covariance), holes, method="3sls")
    for result in system.equations.values():
        found = dm.second_opinion(result)
        assert found.model == "IV3SLS"
        assert found.largest_difference < 1e-9
        assert found.rows["other_std_error"].notna().all()


@pytest.mark.parametrize("method", ["sur", "3sls"])
def test_commands_of_stata_and_r_hold_the_whole_system(tmp_path, method):
    if method == "sur":
        system, frame = dm.estimate_system(EQUATIONS, FRAME, iterate=True), FRAME
        stata = "sureg (invest_ge value_ge capital_ge) (invest_wh value_wh capital_wh) (invest_gm value_gm capital_gm), isure"
    else:
        parts = with_parts(entity="firm", time="year", fixed_effects="firm", covariance=dm.Unadjusted())
        system, frame = dm.estimate_system(parts, PANEL, method="3sls"), PANEL
        stata = "reg3 (digital upgrading x1 z1 i.firm) (upgrading digital x2 z2 z3 i.firm)"
    first = next(iter(system.equations.values()))
    assert dm.stata_code(first.specification).splitlines()[-1] == stata
    code = dm.r_code(first.specification)
    kmenta()  # skips where R or systemfit are not here
    frame.to_csv(tmp_path / "data.csv", index=False)
    (tmp_path / "run.R").write_text(f'data <- read.csv("data.csv")\n{code}\n', encoding="utf-8")
    done = subprocess.run(["Rscript", "run.R"], cwd=tmp_path, capture_output=True, text=True, check=True)
    for term in (*first.specification.endogenous, *first.specification.regressors):
        line = next(each for each in done.stdout.splitlines() if each.startswith(f"eq1_{term} "))
        shown = [float(each) for each in line.split()[1:3]]
        own = first.coefficients.loc[term, ["estimate", "std_error"]].tolist()
        assert shown == pytest.approx(own, rel=1e-6)
    robust = dm.estimate_system(
        {name: spec.replace(covariance=dm.Robust()) for name, spec in EQUATIONS.items()}, FRAME
    )
    told = dm.bridge_differences(robust.equations["ge"].specification)
    assert "the model's own errors" in " ".join(told["why"])
    assert "no command of Stata" in dm.stata_code(robust.equations["ge"].specification)
    assert "no package of R" in dm.r_code(system.joint.specification)
