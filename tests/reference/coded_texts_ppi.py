"""Write coded_texts.json: ppi-python's estimates of a regression whose outcome is a label. python tests/reference/coded_texts_ppi.py

Needs ppi-python (0.2.3 here) and numpy, in an environment of its own.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np


def texts(n=4_000, every=8):
    """Return z, label, code of texts; every eighth is coded, and z has the same mean and spread among these as among all."""
    place = np.arange(n)
    z = ((place // every) % 2) * 2.0 - 1.0
    u = (place * 0.6180339887498949) % 1
    w = (place * 0.7548776662466927) % 1
    truth = (u < 0.35 + 0.1 * z).astype(float)
    label = np.where(w < 0.15 + 0.05 * z, 1 - truth, truth)
    return z, label, truth, place % every == 0


def main():
    """Write the file."""
    from ppi_py import ppi_mean_ci, ppi_mean_pointestimate, ppi_ols_ci, ppi_ols_pointestimate

    z, label, truth, coded = texts()
    X = np.column_stack([np.ones(len(z)), z])
    point = ppi_ols_pointestimate(X[coded], truth[coded], label[coded], X, label, lam=1)
    low, high = ppi_ols_ci(X[coded], truth[coded], label[coded], X, label, alpha=0.05, lam=1)
    mean = ppi_mean_pointestimate(truth[coded], label[coded], label, lam=1)
    mean_low, mean_high = ppi_mean_ci(truth[coded], label[coded], label, alpha=0.05, lam=1)
    found = {
        "source": f"ppi-python {version('ppi-python')} (ppi_ols_pointestimate, ppi_ols_ci, ppi_mean_pointestimate, lam=1)",
        "command": "python tests/reference/coded_texts_ppi.py",
        "slopes": np.asarray(point).tolist(),
        "low": np.asarray(low).tolist(),
        "high": np.asarray(high).tolist(),
        "mean": float(np.squeeze(mean)),
        "mean_low": float(np.squeeze(mean_low)),
        "mean_high": float(np.squeeze(mean_high)),
    }
    Path(__file__).with_suffix("").with_name("coded_texts.json").write_text(
        json.dumps(found, indent=1) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main()
