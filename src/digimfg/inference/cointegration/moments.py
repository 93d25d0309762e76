"""Means and variances of panel cointegration statistics under the null, as published."""

from __future__ import annotations

from typing import Literal

from digimfg.errors import EstimationError
from digimfg.inference.dickey_fuller import Deterministic

__all__ = ["PEDRONI", "WESTERLUND", "moments_of", "most_regressors"]

Family = Literal["pedroni", "westerlund"]

PEDRONI = ("panel_v", "panel_rho", "panel_t", "panel_adf", "group_rho", "group_t", "group_adf")
WESTERLUND = ("group_t", "group_a", "panel_t", "panel_a")

# Regressors → (none, constant, trend) → mean and variance of v, rho, t of the panel and rho, t of the group;
# the parametric t have the moments of the others. From two regressors on Pedroni (1999), Table 2, p. 666,
# which begins there; for one regressor tests/reference/pedroni_moments.py, which gives his rows for two.
_PEDRONI: dict[int, dict[Deterministic, tuple[tuple[float, float], ...]]] = {
    1: {
        "none": ((4.031, 28.698), (-2.804, 25.609), (-1.016, 1.519), (-5.822, 26.454), (-1.390, 0.767)),
        "constant": ((8.634, 61.475), (-6.005, 31.531), (-1.730, 0.932), (-9.075, 36.015), (-2.027, 0.660)),
        "trend": ((17.951, 122.33), (-10.585, 43.614), (-2.297, 0.658), (-13.680, 51.344), (-2.531, 0.562)),
    },
    2: {
        "none": ((6.982, 81.145), (-6.388, 64.288), (-1.662, 1.559), (-9.889, 41.943), (-1.992, 0.649)),
        "constant": (
            (11.754, 104.546),
            (-9.495, 57.610),
            (-2.177, 0.964),
            (-12.938, 51.490),
            (-2.453, 0.618),
        ),
        "trend": ((21.162, 160.249), (-14.011, 64.219), (-2.648, 0.690), (-17.359, 66.387), (-2.872, 0.555)),
    },
    3: {
        "none": ((10.402, 140.804), (-10.191, 89.962), (-2.156, 1.286), (-13.865, 57.801), (-2.440, 0.600)),
        "constant": (
            (15.197, 151.094),
            (-13.256, 81.772),
            (-2.567, 0.923),
            (-16.888, 67.123),
            (-2.827, 0.585),
        ),
        "trend": ((24.556, 198.167), (-17.600, 83.815), (-2.967, 0.686), (-21.116, 81.832), (-3.179, 0.548)),
    },
    4: {
        "none": ((14.254, 182.450), (-14.136, 103.176), (-2.571, 1.028), (-17.834, 72.097), (-2.819, 0.567)),
        "constant": (
            (18.910, 190.661),
            (-17.163, 99.331),
            (-2.930, 0.843),
            (-20.841, 81.835),
            (-3.157, 0.560),
        ),
        "trend": ((28.046, 239.425), (-21.287, 103.905), (-3.262, 0.688), (-24.930, 97.362), (-3.464, 0.543)),
    },
    5: {
        "none": ((18.198, 217.784), (-18.042, 120.787), (-2.926, 0.928), (-21.805, 88.611), (-3.151, 0.559)),
        "constant": (
            (22.715, 231.864),
            (-21.013, 119.546),
            (-3.241, 0.800),
            (-24.775, 98.278),
            (-3.452, 0.553),
        ),
        "trend": (
            (31.738, 276.997),
            (-25.130, 124.613),
            (-3.545, 0.686),
            (-28.849, 113.145),
            (-3.737, 0.538),
        ),
    },
    6: {
        "none": ((22.169, 256.530), (-21.985, 132.499), (-3.244, 0.820), (-25.750, 103.371), (-3.450, 0.544)),
        "constant": (
            (26.603, 270.451),
            (-24.944, 134.341),
            (-3.531, 0.750),
            (-28.720, 113.131),
            (-3.726, 0.542),
        ),
        "trend": (
            (35.537, 310.982),
            (-28.981, 138.227),
            (-3.806, 0.654),
            (-32.716, 127.989),
            (-3.986, 0.530),
        ),
    },
    7: {
        "none": ((26.120, 277.429), (-25.889, 143.561), (-3.533, 0.750), (-29.627, 117.059), (-3.723, 0.530)),
        "constant": (
            (30.457, 293.431),
            (-28.795, 144.615),
            (-3.795, 0.685),
            (-32.538, 126.059),
            (-3.976, 0.525),
        ),
        "trend": (
            (39.231, 348.217),
            (-32.756, 154.378),
            (-4.047, 0.638),
            (-36.494, 140.756),
            (-4.217, 0.518),
        ),
    },
}

# Westerlund (2007), simulated moments: deterministic terms → mean and variance by one to six regressors.
_WESTERLUND: dict[Deterministic, dict[str, tuple[tuple[float, ...], tuple[float, ...]]]] = {
    "none": {
        "group_t": (
            (-0.9763, -1.3816, -1.7093, -1.9789, -2.1985, -2.4262),
            (1.0823, 1.0981, 1.0489, 1.0576, 1.0351, 1.0409),
        ),
        "group_a": (
            (-3.8022, -5.8239, -7.8108, -9.8791, -11.7239, -13.8581),
            (20.6868, 29.9016, 39.0109, 50.5741, 58.9595, 69.5967),
        ),
        "panel_t": (
            (-0.5105, -0.9370, -1.3169, -1.6167, -1.8815, -2.1256),
            (1.3624, 1.7657, 1.7177, 1.6051, 1.4935, 1.4244),
        ),
        "panel_a": (
            (-1.0263, -2.4988, -4.2699, -6.1141, -8.0317, -10.0074),
            (8.3827, 24.0223, 39.8827, 53.4518, 63.2406, 76.6757),
        ),
    },
    "constant": {
        "group_t": (
            (-1.7776, -2.0349, -2.2332, -2.4453, -2.6462, -2.8358),
            (0.8071, 0.8481, 0.8886, 0.9119, 0.9083, 0.9236),
        ),
        "group_a": (
            (-7.1423, -9.1249, -10.9667, -12.9561, -14.9752, -17.0673),
            (29.6336, 39.3428, 49.4880, 58.7035, 67.9499, 79.1093),
        ),
        "panel_t": (
            (-1.4476, -1.7131, -1.9206, -2.1484, -2.3730, -2.5765),
            (0.9885, 1.0663, 1.1168, 1.1735, 1.1684, 1.1589),
        ),
        "panel_a": (
            (-4.2303, -5.8650, -7.4599, -9.3057, -11.3152, -13.3180),
            (19.7090, 31.2637, 42.9975, 57.4844, 69.4374, 81.0384),
        ),
    },
    "trend": {
        "group_t": (
            (-2.3664, -2.5284, -2.7040, -2.8639, -3.0146, -3.1710),
            (0.6603, 0.7070, 0.7586, 0.8228, 0.8477, 0.8599),
        ),
        "group_a": (
            (-12.0116, -13.6324, -15.5262, -17.3648, -19.2533, -21.2479),
            (46.2420, 53.7428, 64.5591, 74.7403, 84.7990, 94.0024),
        ),
        "panel_t": (
            (-2.1124, -2.2876, -2.4633, -2.6275, -2.7858, -2.9537),
            (0.7649, 0.8137, 0.8857, 0.9985, 0.9918, 0.9898),
        ),
        "panel_a": (
            (-8.9326, -10.4874, -12.1672, -13.8889, -15.6815, -17.6515),
            (37.5948, 45.6890, 57.9985, 74.1258, 81.3934, 91.2392),
        ),
    },
}


def most_regressors(family: Family) -> int:
    """Return for how many regressors the moments are published."""
    return len(_PEDRONI) if family == "pedroni" else len(_WESTERLUND["none"]["group_t"][0])


def moments_of(
    family: Family, regressors: int, deterministic: Deterministic
) -> dict[str, tuple[float, float]]:
    """Return the mean and the variance of each statistic.

    Raises
    ------
    EstimationError
        If there are more regressors than the table has.
    """
    if regressors > most_regressors(family):
        raise EstimationError.of(
            "inference.too_many_regressors_for_test", got=str(regressors), most=most_regressors(family)
        )
    if family == "pedroni":
        v, panel_rho, panel_t, group_rho, group_t = _PEDRONI[regressors][deterministic]
        values = (v, panel_rho, panel_t, panel_t, group_rho, group_t, group_t)
        return dict(zip(PEDRONI, values, strict=True))
    return {
        name: (means[regressors - 1], variances[regressors - 1])
        for name, (means, variances) in _WESTERLUND[deterministic].items()
    }
