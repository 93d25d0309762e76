"""A pack: the analysis that puts every test of a kind of panel to the panel that is there."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from digimfg.analysis import Analysis, Study
from digimfg.arguments import checked
from digimfg.derived.panel import DerivedPanel
from digimfg.errors import PanelError
from digimfg.panels.store import load_panel
from digimfg.paper.packs.claim_test_table import ClaimTestTable
from digimfg.paper.packs.declared import PANEL_KEYS, TESTS, panel_tests
from digimfg.paper.packs.roles import ROLES
from digimfg.paper.packs.testing import PackPanel, claim_test, pack_versions
from digimfg.sheets import sheet_beside
from digimfg.simulation.panels import simulate_panel

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["claim_pack", "list_claim_tests"]

_TITLES = sheet_beside(__file__, "pack", "titles")
_SEED = 2026
_NO_NAMES: Mapping[str, str] = MappingProxyType({})


@checked
def claim_pack(
    panel: PackPanel, data: DerivedPanel | None = None, *, variables: Mapping[str, str] = _NO_NAMES
) -> Analysis:
    """Return the analysis that puts every test of a kind of panel to your panel.

    Parameters
    ----------
    panel
        ``"china_province" "china_city" "firm" "world"``.
    data
        A panel with computed columns; by default the panel of that name: your imported files, or, for
        ``"world"``, the shipped panel or the vintage asked for. Before anything was imported a synthetic twin
        stands in for provinces and firms, marked in every exhibit and verdict, and no verdict rests on it;
        for
        cities nothing is tested.
    variables
        As in `claim_test`; the ``role`` of a column in ``labels.toml`` says the same.

    Examples
    --------
    >>> claim_pack("world").claims
    ('C06', 'C10', 'C15', 'C33', 'C33b')
    """
    tests = panel_tests(panel)
    held = data if data is not None else _panel(panel)
    studies = {
        claim: Study(claim_test, claim=claim, panel=panel, variables=dict(variables)) for claim in tests
    }
    return Analysis(
        title=_TITLES[panel],
        panel=held,
        specifications={},
        studies={} if held is None else studies,
        exhibits=() if held is None else (ClaimTestTable(f"claims_{panel}"),),
        claims=tuple(tests),
    )


@checked
def list_claim_tests(panel: PackPanel | None = None) -> pd.DataFrame:
    """List the tests of claims: on which panel, what each needs, and when its rule was declared.

    Parameters
    ----------
    panel
        One kind of panel; by default all.

    Returns
    -------
    pandas.DataFrame
        A row per claim, panel and role: ``claim panel role label_en label_zh indicators least rule``;
        ``indicators`` are columns of the dictionary, `least` of which fill a role that has no column of its
        own.

    Examples
    --------
    >>> list_claim_tests("world").query("claim == 'C10'")["role"].tolist()
    ['upgrading_governed', 'digital_index', 'governance_index']
    """
    import pandas as pd

    rows = []
    for (kind, claim), test in TESTS.items():
        if panel is not None and kind != panel:
            continue
        rule = pack_versions()[f"{claim}@{kind}"][-1].declared
        for name in test.roles:
            own = ROLES[name]
            base = ROLES[own.like] if own.like else own
            rows.append(
                {
                    "claim": claim,
                    "panel": kind,
                    "role": name,
                    "label_en": own.label.en,
                    "label_zh": own.label.zh,
                    "indicators": " ".join(base.indicators),
                    "least": base.least if base.indicators else 0,
                    "rule": rule.en,
                }
            )
    return pd.DataFrame(rows)


def _panel(panel: PackPanel) -> str | DerivedPanel | None:
    """Return the panel that is there, a twin of it, or nothing."""
    try:
        if panel != "world":
            load_panel(panel)
    except PanelError:
        if panel == "china_city":
            return None
        return DerivedPanel(simulate_panel(panel, seed=_SEED), (), keys=PANEL_KEYS[panel], name=panel)
    return panel
