"""Print moments of Pedroni's statistics under the null: python tests/reference/pedroni_moments.py.

Pedroni (1999) prints those for two to seven regressors; those for one regressor in
``inference/cointegration/moments.py`` are from this script (100,000 draws of random walks of 1,000 steps), whose
rows for two regressors are Pedroni's.
"""

import numpy as np


def moments(
    regressors: int, deterministic: str, draws: int, steps: int = 1000, seed: int = 1
) -> list[list[float]]:
    """Return mean and variance of panel v, rho and t and of group rho and t.

    With Q the residual of one random walk given the others (Pedroni 2004, doi:10.1017/S0266466604203073), panel
    statistics are functions of the means of ∫Q², ∫QdQ and b'b, group statistics means of ratios.
    """
    rng = np.random.default_rng(seed)
    parts = []
    for _ in range(draws // 250):
        walks = rng.normal(size=(250, steps, regressors + 1)).cumsum(axis=1)
        if deterministic != "none":
            fixed = np.vander(np.arange(steps), 2 if deterministic == "trend" else 1)
            basis, _ = np.linalg.qr(fixed / np.linalg.norm(fixed, axis=0))
            walks = walks - basis @ (basis.T @ walks)
        y, x = walks[:, :, 0], walks[:, :, 1:]
        crossed = np.swapaxes(x, 1, 2)
        slopes = np.linalg.solve(crossed @ x, crossed @ y[:, :, None])[:, :, 0]
        q = y - np.einsum("ntk,nk->nt", x, slopes)
        squares = (q[:, :-1] ** 2).sum(axis=1) / steps**2
        product = (q[:, :-1] * np.diff(q, axis=1)).sum(axis=1) / steps
        parts.append(np.column_stack([squares, product, (slopes**2).sum(axis=1)]))
    drawn = np.concatenate(parts)
    squares, product, length = drawn.T
    a, b, c = drawn.mean(axis=0)
    spread = np.cov(drawn.T)
    scale = np.sqrt(a * (1 + c))
    gradients = {
        1 / a: np.array([-1 / a**2, 0, 0]),
        b / a: np.array([-b / a**2, 1 / a, 0]),
        b / scale: np.array([-b / (2 * scale * a), 1 / scale, -b / (2 * scale * (1 + c))]),
    }
    rho, t = product / squares, product / np.sqrt(squares * (1 + length))
    return [
        *([float(mean), float(each @ spread @ each)] for mean, each in gradients.items()),
        *([float(each.mean()), float(each.var())] for each in (rho, t)),
    ]


if __name__ == "__main__":
    for deterministic in ("none", "constant", "trend"):
        print(deterministic, np.round(moments(1, deterministic, 100_000), 3).tolist(), flush=True)
