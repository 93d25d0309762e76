"""The paper as data: its tables, figures and policies, with their errata, and what its chronology can
show.
"""

import digimfg as dm

ANALYSIS = dm.Analysis(
    title=dm.Text(
        "The paper as data: paradigms, waves, policies, institutes", "论文资料：范式、周期、政策与创新中心"
    ),
    panel=None,
    specifications={},
    exhibits=(
        dm.ParadigmTable("paradigm_table"),
        dm.WavePlot("technology_waves"),
        dm.WaveTable("technology_wave_tests"),
        dm.CoevolutionPlot("coevolution"),
        dm.PolicyTimeline("policy_timeline"),
        dm.PolicyTimeline("stem_timeline", register="stem_policies"),
        dm.InstitutePlot("institutes"),
        dm.ErrataTable(
            "institute_errata", register="institutes", title=dm.Text("Errata of Table 2", "表2勘误")
        ),
    ),
    claims=("C01", "C02", "C04", "C06", "C21", "C27", "C28"),
)
