import numpy as np
import pandas as pd

import digimfg as dm

panel = dm.simulate_panel("china_province", seed=2026)
panel["coast"] = np.where(panel["province"].isin(["310000", "320000", "330000", "440000"]), "coast", "inland")
panel["ever"] = panel.groupby("province")["pilot"].transform("max")
keys = ("province", "year")
spec = dm.Specification(
    "upgrading_linear",
    "digital_index",
    controls="control",
    entity="province",
    time="year",
    fixed_effects=keys,
)
result = dm.estimate(spec, panel)
policy = dm.Specification("upgrading_policy", "pilot", entity="province", time="year")
instrumented = spec.replace(
    outcome="upgrading_endogenous",
    regressors=(),
    endogenous="digital_index",
    instruments="instrument",
    estimator=dm.TwoStageLeastSquares(),
)
mediation = dm.Mediation(mediators="mediator", replications=99, seed=1)
mediated = dm.estimate(spec.replace(outcome="upgrading_mediated", estimator=mediation), panel)
space = dm.SpatialPanel(weights=dm.china_province_weights())
durbin = dm.estimate(spec.replace(outcome="upgrading_spatial", controls=(), estimator=space), panel)
noise = np.random.default_rng(0).normal(size=150)
series = pd.DataFrame({"year": range(1870, 2020), "x": np.sin(np.arange(150) / 3) + noise})
means = panel.groupby("province")[["technology_index", "structure_index", "upgrading_linear"]].mean()
sets = ((means.rank() - 0.5) / len(means)).set_axis(["technology", "structure", "upgrading"], axis=1)
rows = dm.truth_table(sets, "upgrading", ("technology", "structure"))
