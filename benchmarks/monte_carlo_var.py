"""Bias, size and coverage of panel VARs, local projections and tests of who leads: python -m
benchmarks.monte_carlo_var.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.monte_carlo import write_table

A = np.array([[0.5, 0.2, 0.0], [0.2, 0.4, 0.0], [0.1, 0.1, 0.3]])
"""First lag of a, b, c on each (rows: equations); c moves neither a nor b."""
DESIGNS = ((31, 12, 100), (285, 12, 40), (3_000, 10, 12))
"""Units, periods, samples of panel VARs."""
PROJECTED = ((31, 12, 200), (285, 12, 100), (3_000, 10, 30))
LED = ((31, 12, 100), (285, 12, 30), (3_000, 10, 12))
MODELS = {
    "two steps, collapsed, lags 2 to 4": {"collapse": True, "last_lag": 4},
    "one step, collapsed, lags 2 to 4": {"collapse": True, "last_lag": 4, "steps": 1},
    "one step, all lags": {"steps": 1},
}
HORIZON, DRAWS = 4, 199
_MOST = 1_000
"""Units beyond which all lags as instruments are left out: minutes of draws for the same consistency."""


def panel(rng: np.random.Generator, n_units: int, n_years: int) -> pd.DataFrame:
    """Return three variables of a stationary VAR with unit effects, errors independent."""
    burn_in = 30
    effect = rng.standard_normal((n_units, 3))
    y = np.zeros((n_units, burn_in + n_years, 3))
    for t in range(1, y.shape[1]):
        y[:, t] = effect + y[:, t - 1] @ A.T + rng.standard_normal((n_units, 3))
    keys = {"id": np.repeat(np.arange(n_units), n_years), "year": np.tile(np.arange(n_years), n_units)}
    columns = {name: y[:, burn_in:, place].ravel() for place, name in enumerate("abc")}
    return pd.DataFrame({**keys, **columns})


def responses_of_a_to_b() -> np.ndarray:
    """Return the true answers of a to a rise of b by one, periods 0 to HORIZON."""
    return np.array([np.linalg.matrix_power(A, h)[0, 1] for h in range(HORIZON + 1)])


def panel_var(rng: np.random.Generator, n_units: int, n_years: int, name: str) -> dict[str, float]:
    """Return what one sample shows of the slope of a on past b, of a true zero, and of the path of
    responses.
    """
    frame = panel(rng, n_units, n_years)
    model = dm.PanelVAR(("a", "b", "c"), 1, entity="id", time="year", **MODELS[name])
    fit = dm.fit_panel_var(model, frame)
    own, cross = (fit.coefficients.loc[[("a", term)]].iloc[0] for term in ("L.a", "L.b"))
    path = dm.impulse_responses(
        fit, HORIZON, shock="unit", draws=DRAWS, seed=int(rng.integers(2**31))
    ).responses.xs(("b", "a"), level=("impulse", "response"))
    truth = responses_of_a_to_b()
    inside = (path["band_low"] <= truth + 1e-12) & (truth - 1e-12 <= path["band_high"])
    return {
        "own": own["estimate"] - A[0, 0],
        "cross": cross["estimate"] - A[0, 1],
        "ratio": cross["std_error"],
        "inside": float(abs(cross["estimate"] - A[0, 1]) <= 1.959964 * cross["std_error"]),
        "size": float(fit.causality.loc[[("a", "c")], "p_value"].item() < 0.05),
        "joint_size": float(fit.causality.loc[[("all others", "c")], "p_value"].item() < 0.05),
        "hansen": float(fit.statistics["hansen_p"] < 0.05),
        "pointwise": float(path["conf_low"].iloc[2] <= truth[2] <= path["conf_high"].iloc[2]),
        "band": float(inside.all()),
    }


def projections(
    rng: np.random.Generator, n_units: int, n_years: int, correction: str
) -> list[dict[str, float]]:
    """Return what one sample shows of the responses of a to b and, a true zero, of a to c."""
    frame = panel(rng, n_units, n_years)
    spec = dm.Specification(
        "a", ("b",), entity="id", time="year", fixed_effects=("id", "year"),
        covariance=dm.Clustered("id", wild_bootstrap=None),
    )  # fmt: skip
    options = {"horizon": HORIZON, "correction": correction, "draws": 999, "seed": int(rng.integers(2**31))}
    held = dm.local_projections(spec.replace(controls=("c", "L.c")), frame, **options)
    null = dm.local_projections(
        spec.replace(regressors=("c",), controls=("b", "L.b")), frame, **options
    ).statistics["sup_t_p"]
    truth = responses_of_a_to_b()
    table = held.responses
    band = float(((table["band_low"] <= truth) & (truth <= table["band_high"])).all())
    return [
        {
            "h": h,
            "bias": table.loc[h, "estimate"] - truth[h],
            "error": table.loc[h, "std_error"],
            "inside": float(table.loc[h, "conf_low"] <= truth[h] <= table.loc[h, "conf_high"]),
            "band": band,
            "size": float(null < 0.05),
        }
        for h in (1, 3)
    ]


def leads(rng: np.random.Generator, n_units: int, n_years: int) -> dict[str, float]:
    """Return whether each test finds that b leads a (true) and that c leads a (false)."""
    frame = panel(rng, n_units, n_years)
    systems = tuple(
        dm.IndexDefinition(f"index_{name}", (dm.Indicator(name),), weighting="equal") for name in "abc"
    )
    found = dm.coevolution(frame, systems, entity="id", time="year", draws=19).leads
    return {
        f"{test}, {'b' if place == 0 else 'c'} leads a": float(
            found.loc[[(f"index_{leader}", "index_a")], column].item() < 0.05
        )
        for place, leader in enumerate("bc")
        for test, column in (("VAR", "var_p"), ("Dumitrescu–Hurlin", "dh_p"), ("projection", "projection_p"))
    }


def table_of_vars(designs: tuple[tuple[int, int, int], ...] = DESIGNS) -> pd.DataFrame:
    """Return the table of the panel VAR."""
    rows = []
    for n, t, samples in designs:
        for place, name in enumerate(MODELS):
            if n > _MOST and "collapse" not in MODELS[name]:
                continue
            found = pd.DataFrame(
                [panel_var(np.random.default_rng((17, n, place, s)), n, t, name) for s in range(samples)]
            )
            rows.append(
                {
                    "N": n, "T": t, "estimator": name, "bias of a on a": found["own"].mean(),
                    "bias of a on b": found["cross"].mean(),
                    "rmse of a on b": float(np.sqrt((found["cross"] ** 2).mean())),
                    "std. error ÷ std. deviation": found["ratio"].mean() / found["cross"].std(),
                    "coverage of 95 %": found["inside"].mean(),
                    "c causes a, rejects at 5 %": found["size"].mean(),
                    "c causes any, rejects at 5 %": found["joint_size"].mean(),
                    "Hansen rejects at 5 %": found["hansen"].mean(),
                    "response, period 2, coverage": found["pointwise"].mean(),
                    "whole path, coverage": found["band"].mean(),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def table_of_projections(designs: tuple[tuple[int, int, int], ...] = PROJECTED) -> pd.DataFrame:
    """Return the table of local projections."""
    rows = []
    for n, t, samples in designs:
        for place, correction in enumerate(("none", "split_panel")):
            found = pd.DataFrame(
                [
                    row
                    for s in range(samples)
                    for row in projections(np.random.default_rng((18, n, place, s)), n, t, correction)
                ]
            )
            for h, part in found.groupby("h"):
                rows.append(
                    {
                        "N": n, "T": t, "correction": correction, "period": h,
                        "truth": responses_of_a_to_b()[int(h)],
                        "bias": part["bias"].mean(), "rmse": float(np.sqrt((part["bias"] ** 2).mean())),
                        "std. error ÷ std. deviation": part["error"].mean() / part["bias"].std(),
                        "coverage of 95 %": part["inside"].mean(),
                        "whole path, coverage": part["band"].mean(),
                        "true zero path, rejects at 5 %": part["size"].mean(),
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def table_of_leads(
    designs: tuple[tuple[int, int, int], ...] = LED,
) -> pd.DataFrame:
    """Return the table of the tests of who leads."""
    rows = []
    for n, t, samples in designs:
        found = pd.DataFrame([leads(np.random.default_rng((19, n, s)), n, t) for s in range(samples)])
        rows.append({"N": n, "T": t, **found.mean().to_dict()})
    return pd.DataFrame(rows)


def main() -> None:
    """Write the tables."""
    write_table("panel_var", table_of_vars())
    write_table("projections", table_of_projections())
    write_table("leads", table_of_leads())


if __name__ == "__main__":
    main()
