"""Joint tests: what is tested, the statistic with its degrees of freedom, the p-value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import format_number, format_p_value, stars_for
from digimfg.display.notes import note_paragraph, stars_phrase
from digimfg.display.table import Alignment, Row, Span, Table
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence, Labelled, Starred, Uses
from digimfg.exhibits.joint_tests import distribution, hypothesis
from digimfg.exhibits.selection import check_names, exhibit_where
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["TestTable"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class TestTable(Starred, Labelled):
    """Show joint (Wald) tests, one per row.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; tests by name may be given at once.
    tests
        Names of tests, in this order; all of them by default.
    digits
        Decimals.
    stars
        Significance levels; one star for each that the p-value lies below. ``()`` gives no stars.

    Examples
    --------
    >>> TestTable("promotion_tests", tests=("pretrends",)).tests
    ('pretrends',)
    """

    __test__: ClassVar[bool] = False  # pytest would take the name for a class of tests
    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses(tests=("tests",))

    tests: tuple[str, ...] = ()

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        check_names(self, self.tests, evidence.tests, _HEADINGS["test_word"])
        if not evidence.tests:
            raise ExhibitError.of("exhibits.no_joint_test", where=exhibit_where(self))
        rows = []
        for name in self.tests or tuple(evidence.tests):
            test = evidence.tests[name]
            label = Text.of((self.labels or {}).get(name, name.replace("_", " ")))
            value = format_number(test.statistic, self.digits) + stars_for(test.p_value, self.stars)
            cells = (label, hypothesis(test, self.labels), distribution(test), value)
            rows.append(Row(cells=(*cells, format_p_value(test.p_value, self.digits))))
        heads = (
            _HEADINGS["test"],
            _HEADINGS["null_hypothesis_jointly_zero"],
            _HEADINGS["distribution"],
            _HEADINGS["statistic"],
            _HEADINGS["p_value"],
        )
        alignment: tuple[Alignment, ...] = ("p", "p", "c", "d", "d")
        notes = [note_paragraph([stars_phrase(self.stars)])] if self.stars else []
        return Table(
            title=Text.of(self.title or _HEADINGS["joint_tests"]),
            header=(tuple(Span(text=head) for head in heads),),
            rows=tuple(rows),
            notes=(*notes,),
            alignment=alignment,
            name=self.name,
        )
