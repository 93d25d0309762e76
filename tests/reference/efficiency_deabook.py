"""Write efficiency_deabook.json: slack-based scores with an undesirable output. python tests/reference/efficiency_deabook.py

Needs deabook (0.0.10 here), pyomo and highspy, in an environment of its own.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd


def main():
    """Write the file."""
    from deabook.constant import RTS_CRS, RTS_VRS1
    from deabook.SBM import SBM

    rng = np.random.default_rng(5)
    n = 24
    frame = pd.DataFrame({"K": np.exp(rng.normal(0, 0.5, n)), "L": np.exp(rng.normal(0, 0.5, n))})
    frame["Y"] = np.sqrt(frame["K"] * frame["L"]) * np.exp(-rng.exponential(0.3, n))
    frame["C"] = frame["K"] * np.exp(rng.normal(0, 0.3, n))
    frame = frame.round(4)
    found = {
        "source": f"deabook {version('deabook')}, SBM(gx=[1, 1], gy=[1], gb=[1]), pyomo {version('pyomo')}, highspy {version('highspy')}",
        "command": "python tests/reference/efficiency_deabook.py",
        "data": frame.to_dict("list"),
    }
    for name, returns in (("constant", RTS_CRS), ("variable", RTS_VRS1)):
        model = SBM(frame, "K L = Y : C", gy=[1], gx=[1, 1], gb=[1], rts=returns)
        found[name] = model.optimize(solver="appsi_highs")["rho"].astype(float).tolist()
    Path(__file__).with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
