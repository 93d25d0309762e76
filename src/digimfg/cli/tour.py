"""The command for the first minute: a table, a figure and a verdict on shipped data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.display.terminal import progress
from digimfg.text import Text

if TYPE_CHECKING:
    import typer

    from digimfg.evidence.claims import Claim
    from digimfg.result import Result

__all__ = ["register"]

_TERM = "internet_users_share_2009:after_1995"
_CLAIM = Text(
    "Where the internet came to be used, productivity rose after 1995.",
    "互联网普及较高的国家，1995年后生产率上升更快。",
)
_NEXT = Text(
    """Next:
  digimfg init my-thesis --panel china_province   a thesis that builds with make
  digimfg data import FILE --panel china_province your own spreadsheet
  python -c "import digimfg; print(digimfg.guide())"  what to write, and what not to
  digimfg doctor                                  what is installed""",
    """接下来：
  digimfg init my-thesis --panel china_province   建立可用 make 重建的论文项目
  digimfg data import 文件 --panel china_province 读入自己的数据
  python -c "import digimfg; print(digimfg.guide())"  该怎么写、不该怎么写
  digimfg doctor                                  查看运行环境""",
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "tour",
        help=str(
            Text(
                "Show a table, a figure and a verdict on shipped data. It takes seconds and writes no file.",
                "用随附数据演示一张表、一幅图、一个判定；只需数秒，不写文件。",
            )
        ),
    )(_tour)


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
        show(1, 3, Text("panel of countries", "国家面板"))
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
        show(2, 3, Text("estimates", "估计"))
        specifications = {"baseline": baseline, "controls": controls, "from_1975": longer}
        results = {name: estimate(each, world) for name, each in specifications.items()}
        event_study = estimate(by_year, world)
        show(3, 3, Text("placebo dates", "安慰剂时点"))
        pack = falsification_pack(controls, world, event=1995)
        verdicts = verdict([_claim()], {"tour": results}, studies={"tour": {"falsification": pack}})
    title = Text(
        "Internet use in 2009 and productivity after 1995", "互联网普及率（2009年）与1995年后的生产率"
    )
    print(RegressionTable(results, title=title, note_form="short"))
    chart_title = Text(
        "The effect by year, 1995 = 0, with 95% intervals (without controls)",
        "分年效应（1995年 = 0）与95%置信区间（无控制变量）",
    )
    print(f"\n{chart_title}\n\n{interval_chart(_by_year(event_study))}\n")
    (found,) = verdicts.verdicts
    claim, judged = Text("Claim", "论断"), Text("Verdict", "判定")
    colon = Text(": ", "：")
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
                smallest_effect_reason=Text(
                    "ten log points of productivity between no use and full use",
                    "从无人使用到全员使用对应生产率10个对数点",
                ),
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
