"""Print Westerlund's statistics of Grunfeld's firms by a port of Stata's xtwest: python tests/reference/westerlund.py.

westerlund 0.1.2 (pip install westerlund==0.1.2), the Python port of xtwest 1.5, is needed here only.
"""

from statsmodels.datasets import grunfeld

CASES = (
    ("none", 0, 0, 2, ["value", "capital"]),
    ("none", 1, 0, 2, ["value"]),
    ("constant", 1, 0, 2, ["value"]),
    ("constant", 1, 1, 3, ["value", "capital"]),
    ("trend", 1, 0, 2, ["value"]),
    ("trend", 1, 1, 3, ["value", "capital"]),
)

if __name__ == "__main__":
    from Westerlund import WesterlundTest

    frame = grunfeld.load_pandas().data
    for deterministic, lags, leads, kernel, regressors in CASES:
        found = WesterlundTest(
            frame, "invest", regressors, "firm", "year", lags=lags, leads=leads, lrwindow=kernel,
            constant=deterministic != "none", trend=deterministic == "trend",
        ).run()  # fmt: skip
        print(deterministic, lags, leads, kernel, regressors)
        for name in ("test_stats", "z_scores"):
            print("", name, [round(float(value), 8) for value in found[name].values()])
