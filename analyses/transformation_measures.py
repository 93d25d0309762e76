"""Transformation measured: who closes in on whom, in productivity and in the distance to the frontier."""

import digimfg as dm

ANALYSIS = dm.Analysis(
    title=dm.Text(
        "Transformation measured: distance to the frontier and convergence clubs",
        "变革的测度：前沿差距与收敛俱乐部",
    ),
    panel="world",
    specifications={},
    exhibits=(
        dm.RidgelinePlot(
            "transformation_frontier_distribution",
            variable="tfp_relative_to_usa",
            by="year",
            values=(1985, 1990, 1995, 2000, 2005, 2010, 2015),
            bounds=(0, None),
        ),
        dm.ClubPlot(
            "transformation_clubs",
            variable="log_labor_productivity",
            hodrick_prescott=400.0,
            incomplete="drop",
            sample="year >= 1985 & year <= 2017",
            entity="country",
            time="year",
        ),
    ),
    claims=("C15", "C20"),
)
