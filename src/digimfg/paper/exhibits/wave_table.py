"""What four waves say of length and phases, with exact tests and their limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import format_count, format_number
from digimfg.display.notes import note_paragraph
from digimfg.display.table import Alignment, Row, Span, Table
from digimfg.exhibits import Evidence, Exhibit, Uses
from digimfg.kinds import Digits
from digimfg.paper.exhibits.shared import register_frame
from digimfg.records import records
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["WaveTable"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class WaveTable(Exhibit):
    """Show length and phases of the finished waves, their means, and exact permutation tests of a fall.

    Parameters
    ----------
    source, title, notes, note_form
        See `Exhibit`; the register ``"waves"`` may be given at once, by default the shipped one is shown.
    digits
        Decimals of p-values.

    Examples
    --------
    >>> WaveTable("wave_tests").digits
    3
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses()

    digits: Digits = 3

    def build(self, evidence: Evidence) -> Table:  # noqa: ARG002 - shows the paper, not an analysis
        """Return the table."""
        from digimfg.paper.history import wave_history

        frame = register_frame(self, "waves")
        history = records(wave_history(frame))
        rows = tuple(
            Row(
                cells=(
                    Text(f"{record['label_en']} (years)", f"{record['label_zh']}（年）"),
                    *str(record["values"]).split(", "),
                    format_number(float(record["mean"]), 2),
                    format_count(float(record["claimed_years"])),
                    format_count(float(record["kendall_s"])),
                    *(
                        format_number(float(record[name]), self.digits)
                        for name in ("p_decreasing", "p_two_sided", "floor_two_sided")
                    ),
                )
            )
            for record in history
        )
        n_waves = len(str(history[0]["values"]).split(", "))
        waves = tuple(Span(text=Text(f"Wave {number}", f"第{number}波")) for number in range(1, n_waves + 1))
        header = (
            Span(text=_HEADINGS["phase"]),
            *waves,
            Span(text=_HEADINGS["mean"]),
            Span(text=_HEADINGS["claimed"]),
            Span(text="S"),
            Span(text=_HEADINGS["p_one_sided"]),
            Span(text=_HEADINGS["p_two_sided"]),
            Span(text=_HEADINGS["floor"]),
        )
        alignment: list[Alignment] = ["l"]
        alignment += ["d"] * (n_waves + 6)
        length = history[0]
        sentences = [
            Text(
                "S: Kendall's statistic (pairs that rise minus pairs that fall); p: share of all orders "
                "of the same values that fall at least as much (one-sided) or are at least as extreme "
                "(two-sided)",
                "S 为 Kendall 统计量（上升对数减下降对数）；p "
                "为同一组数值全部排列中下降程度不低于实际（单侧）或极端程度不低于实际（双侧）的比例",
            ),
            Text(
                "Floor: the smallest two-sided p that any order of these values could have",
                "下限：任一排列的可达最小双侧p值",
            ),
            Text(
                f"{length['label_en']}: {length['conclusion_en']}",
                f"{length['label_zh']}：{length['conclusion_zh']}",
            ),
            _HEADINGS["years_of_war"],
        ]
        title = _HEADINGS["do_technology_waves_shorten_exact_tests"]
        return Table(
            title=Text.of(self.title or title),
            header=(header,),
            rows=rows,
            notes=(note_paragraph(sentences),),
            alignment=tuple(alignment),
            name=self.name,
        )
