"""The command for the first minute: a table, a figure and a verdict on shipped data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.display.terminal import progress
from digimfg.sheets import sheet_beside

if TYPE_CHECKING:
    import typer

    from digimfg.evidence.claims import Claim
    from digimfg.result import Result

__all__ = ["register"]

_WORDS = sheet_beside(__file__, "tour")

_TERM = "internet_users_share_2009:after_1995"
_CLAIM = _WORDS["claim"]
_NEXT = _WORDS["next"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tour", help=str(_WORDS["tour"]))(_tour)


def _tour() -> None:
    from digimfg.cli.interval_chart import interval_chart
    from digimfg.covariance import Clustered
    from digimfg.estimate import estimate
    from digimfg.exhibits.regression_table import RegressionTable
    from digimfg.panels.store import load_panel
    from digimfg.paper.ledger import verdict
    from digimfg.policy.falsification import falsification_pack
    from digimfg.specification import Specification

    with progress("tour") as show:
        show(1, 3, _WORDS["panel_of_countries"])
        world = load_panel("world", vintage="shipped")
        baseline = Specification(
            "log_tfp",
            _TERM,
            entity="country",
            time="year",
            fixed_effects=("country", "year"),
            covariance=Clustered("country"),
            sample="year >= 1985 & year <= 2017",
        )
        controls = baseline.replace(
            controls=("log_labor_productivity_1995:after_1995", "human_capital_1995:after_1995")
        )
        longer = controls.replace(sample="year >= 1975 & year <= 2017")
        by_year = baseline.replace(regressors="internet_users_share_2009:i(year, ref=1995)")
        show(2, 3, _WORDS["estimates"])
        specifications = {"baseline": baseline, "controls": controls, "from_1975": longer}
        results = {name: estimate(each, world) for name, each in specifications.items()}
        event_study = estimate(by_year, world)
        show(3, 3, _WORDS["placebo_dates"])
        pack = falsification_pack(controls, world, event=1995)
        verdicts = verdict([_claim()], {"tour": results}, studies={"tour": {"falsification": pack}})
    title = _WORDS["title"]
    print(RegressionTable(results, title=title, note_form="short"))
    chart_title = _WORDS["chart_title"]
    print(f"\n{chart_title}\n\n{interval_chart(_by_year(event_study))}\n")
    (found,) = verdicts.verdicts
    claim, judged = _WORDS["claim_heading"], _WORDS["verdict"]
    colon = _WORDS["colon"]
    print(f"{claim}{colon}{_CLAIM}")
    print(f"{judged}{colon}{found.headline}\n{found.reason}\n\n{_NEXT}")


def _claim() -> Claim:
    """Return the claim with what decides it, the rule being the usual one."""
    from digimfg.evidence.claims import Claim, Estimates

    return Claim(
        id="T1",
        section="",
        text=_CLAIM,
        lines=None,
        kind="causal",
        testability="A",
        layers=("technology",),
        estimates=(
            Estimates(
                analysis="tour",
                main="controls",
                robust=("from_1975",),
                sign=1,
                smallest_effect=0.1,
                smallest_effect_reason=_WORDS["ten_log_points"],
                design="exposure",
                falsification="falsification",
                honest_bound=0.0,
            ),
        ),
    )


def _by_year(result: Result) -> list[tuple[int, float, float, float]]:
    """Return year, estimate and the ends of its interval; the reference is zero."""
    from digimfg.exhibits.terms import event_of

    event = event_of(result)
    assert event is not None  # noqa: S101 - the specification above has one
    lines = result.coefficients.loc[list(event.levels), ["estimate", "conf_low", "conf_high"]].astype(float)
    points = [
        (int(level), float(a), float(b), float(c))
        for level, (a, b, c) in zip(event.levels.values(), lines.to_numpy(), strict=True)
    ]
    return sorted([*points, (int(event.reference or 0), 0.0, 0.0, 0.0)])
