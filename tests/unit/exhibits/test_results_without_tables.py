"""Exhibits of one estimator: a result of another is refused, and the error names the estimator that is needed."""

import pytest
from refused import refused
from statsmodels.datasets import grunfeld

import digimfg as dm
from digimfg.errors import ExhibitError


@pytest.fixture(scope="module")
def least_squares():
    frame = grunfeld.load_pandas().data
    return dm.estimate(dm.Specification("invest", "value", entity="firm", time="year"), frame)


@pytest.mark.parametrize(
    ("exhibit", "estimator"),
    [
        (dm.DoseResponsePlot, "ContinuousDifferenceInDifferences"),
        (dm.DynamicEffectsPlot, "StaggeredDifferenceInDifferences"),
        (dm.GroupPathsPlot, "GroupedEffects"),
        (dm.GroupDifferenceTable, "GroupDifference"),
        (dm.MarginalEffectPlot, "Moderation"),
        (dm.MediationPlot, "Mediation"),
        (dm.MediationSensitivityPlot, "Mediation"),
        (dm.MediationTable, "Mediation"),
        (dm.SpatialEffectsPlot, "SpatialPanel"),
        (dm.ThresholdPlot, "PanelThreshold"),
        (dm.TransitionPlot, "PanelSmoothTransition"),
    ],
)
def test_a_result_of_another_estimator_is_refused_by_name(exhibit, estimator, least_squares):
    shown = exhibit("wrong")
    with refused(ExhibitError, "exhibits.result_without_table"):
        shown.build(dm.Evidence(results={"baseline": least_squares}))
