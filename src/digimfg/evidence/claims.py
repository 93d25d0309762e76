"""Claims: what bears on each, and the rule that decides, as declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from digimfg.arguments import checked
from digimfg.kinds import Count, NonNegative, Probability, Share, Whole
from digimfg.text import Text

__all__ = [
    "Claim",
    "Construct",
    "Description",
    "DesignKind",
    "Estimates",
    "ExactTest",
    "Kind",
    "Layer",
    "Need",
    "Number",
    "Record",
    "Rule",
    "Testability",
]

Kind = Literal["fact", "causal", "structural", "forecast", "normative"]
Testability = Literal["A", "B", "C", "D"]
Layer = Literal["technology", "structure", "institution"]
Construct = Literal["A", "B", "C", "D"]
"""How well what is measured fits what is claimed: A direct, B close, C partial, D remote."""
DesignKind = Literal["association", "exposure", "experiment"]


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """State when evidence decides.

    Parameters
    ----------
    procedure
        How: 2 (`digimfg.evidence.second_procedure`), or 1, the first one, kept so that its verdicts can be
        shown beside.
    alpha
        Level of the main estimate, two-sided; under procedure 2 of its p-value adjusted over all main
        estimates (Holm).
    robust_alpha
        A robust estimate agrees if it has the asserted sign and a p-value below this.
    robust_share
        Share of the robust estimates that must agree.
    validity_alpha
        A validity test (pre-trends) fails below this.
    power
        Power at which the minimum detectable effect is computed, and that a validity test needs to speak for
        a design.
    few_clusters
        Below this many clusters the wild-bootstrap p-value counts, where the result has one.
    honest_bound
        Multiple of the largest change of trend before the event up to which an exposure's effect must differ
        from zero.

    Raises
    ------
    SpecificationError
        If a level, the power or the share is no number between 0 and 1, or the number of clusters is
        negative.
    """

    alpha: Share = 0.05
    robust_alpha: Share = 0.10
    robust_share: Probability = 0.75
    validity_alpha: Share = 0.05
    power: Share = 0.80
    few_clusters: Whole = 50
    procedure: Literal[1, 2] = 2
    honest_bound: NonNegative = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimates:
    """Name the specifications of one analysis that bear on a claim.

    Parameters
    ----------
    analysis
        Its file name without ``.py``.
    main
        The specification that decides, or a study of the analysis whose answer has rows of estimates
        (`dm.Findings`).
    robust
        Specifications that must agree; ``("*",)`` is every other one with the same outcome and the term.
    term
        The term that carries the claim, by default the first regressor of `main`; of a study its row.
    sign
        The direction that the claim asserts, +1 or -1; 0 where it asserts a relation without direction.
    smallest_effect
        The least effect worth speaking of, in units of the coefficient, and why in `smallest_effect_reason`.
    validity
        Tests of the analysis that must not reject.
    part
        Which part of the claim this is about.
    data
        What the analysis takes, a name of ``needs.toml``; decides whether a missing result is an error.
    joint
        Where `sign` is 0: specifications whose terms are zero together under the null; outcomes that add up
        count once.
    battery, battery_rows
        A study (`dm.robustness_battery`) of the analysis, and those of its rows that must agree besides
        `robust`.
    design
        ``"association"``; ``"exposure"``: one date, and units exposed more or less, which needs
        `falsification`; or ``"experiment"``.
    falsification
        A study (`dm.falsification_pack`) of the analysis.
    honest_bound
        That of the rule, where this design has its own: over a long time after the event small bounds are
        wide.
    construct
        Fit of what is measured with what is claimed, A direct, B close, C partial, D remote, and why in
        `construct_reason`.
    """

    analysis: str
    main: str
    robust: tuple[str, ...] = ("*",)
    term: str = ""
    sign: Literal[-1, 0, 1]
    smallest_effect: float
    smallest_effect_reason: Text
    validity: tuple[str, ...] = ()
    part: Text = field(default_factory=lambda: Text("", ""))
    data: str = "world"
    joint: tuple[str, ...] = ()
    battery: str = ""
    battery_rows: tuple[str, ...] = ()
    design: DesignKind = "association"
    falsification: str = ""
    honest_bound: float | None = None
    construct: Construct | None = None
    construct_reason: Text = field(default_factory=lambda: Text("", ""))


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """Name the cells of a register that a claim states, and the sums that follow from them."""

    register: str
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    quantities: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ExactTest:
    """Name an exact test (`Grounds.exact_tests`) and its declared parameters."""

    name: str
    parameters: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """Name one number of an analysis.

    Parameters
    ----------
    label
        What it is.
    source
        The specification, study or figure that has it.
    table
        Its frame there: of a specification ``"coefficients"`` or one of its further tables.
    row
        Key of the row, all its levels.
    column
        Column of the frame.
    """

    label: Text
    source: str
    row: tuple[str, ...]
    column: str = "estimate"
    table: str = "coefficients"


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """Name what an analysis shows of a claim without testing it: no part of the rule, it decides nothing.

    Parameters
    ----------
    analysis
        Its file name without ``.py``.
    part
        What is described.
    numbers
        Those quoted, each traced to where it was computed.
    weakness
        Why it decides nothing.
    """

    analysis: str
    part: Text
    numbers: tuple[Number, ...]
    weakness: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """Data that a claim may need, and the command that brings them; empty where there is none."""

    name: str
    label: Text
    shipped: bool
    command: str


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One claim.

    Parameters
    ----------
    id
        ``"C01"`` …; analyses name it in ``claims``.
    section
        Section of the paper.
    text
        The paper's words (``zh``) and their sense (``en``).
    lines
        First and last line of the words in the paper's text; ``None`` for claims of one's own.
    kind
        Fact, causal, structural, forecast or normative.
    testability
        A with open data, B with data that users bring, C by simulation, D only as a record.
    layers
        Technology, structure, institution.
    estimates, facts, records, measures
        What bears on it: specifications, exact tests, cells of registers, and measures that would.
    descriptions
        What is shown beside and decides nothing.
    needs
        Data that it takes beyond what is shipped.
    rule
        When the evidence decides.
    """

    id: str
    section: str
    text: Text
    lines: tuple[Count, Count] | None
    kind: Kind
    testability: Testability
    layers: tuple[Layer, ...]
    estimates: tuple[Estimates, ...] = ()
    facts: tuple[ExactTest, ...] = ()
    records: tuple[Record, ...] = ()
    descriptions: tuple[Description, ...] = ()
    measures: tuple[Text, ...] = ()
    needs: tuple[str, ...] = ()
    rule: Rule = field(default_factory=Rule)

    @property
    def links(self) -> tuple[Estimates | Description, ...]:
        """Return what ties it to analyses: what decides, then what describes."""
        return (*self.estimates, *self.descriptions)
