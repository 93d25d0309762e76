"""What a ledger's TOML file holds."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from annotated_types import Ge, Gt, Le, Len, Lt
from typing_extensions import TypedDict

from digimfg.errors import AnalysisError
from digimfg.evidence.claims import Construct, DesignKind, Kind, Layer, Testability
from digimfg.file_forms import Bilingual, FileForm, Words
from digimfg.text import Text

__all__ = [
    "ACCEPTED_FORM",
    "LEDGER_FORM",
    "NEEDS_FORM",
    "VERSIONS_FORM",
    "ClaimForm",
    "DescriptionForm",
    "EstimatesForm",
    "Known",
    "LedgerForm",
    "VersionForm",
]

_Level = Annotated[float, Gt(0), Lt(1)]
Known = Literal["yes", "no", "cannot be shown"]
"""Whether any estimate of the claim, a trial included, was known when a rule was written."""


class RuleForm(TypedDict, total=False):
    """The fields of a `Rule`."""

    alpha: _Level
    robust_alpha: _Level
    robust_share: Annotated[float, Ge(0), Le(1)]
    validity_alpha: _Level
    power: _Level
    few_clusters: Annotated[int, Ge(0)]
    procedure: Literal[1, 2]
    honest_bound: Annotated[float, Ge(0)]


class EstimatesForm(TypedDict):
    """The fields of `Estimates`."""

    analysis: str
    main: str
    robust: NotRequired[list[str]]
    term: NotRequired[str]
    sign: int
    smallest_effect: Annotated[float, Ge(0)]
    smallest_effect_reason: Bilingual
    validity: NotRequired[list[str]]
    part: NotRequired[Bilingual]
    data: NotRequired[str]
    joint: NotRequired[list[str]]
    battery: NotRequired[str]
    battery_rows: NotRequired[list[str]]
    design: NotRequired[DesignKind]
    falsification: NotRequired[str]
    honest_bound: NotRequired[Annotated[float, Ge(0)]]
    construct: NotRequired[Construct]
    construct_reason: NotRequired[Bilingual]


class RecordForm(TypedDict):
    """The fields of a `Record`."""

    register: str
    rows: NotRequired[list[str]]
    columns: NotRequired[list[str]]
    quantities: NotRequired[list[str]]


class NumberForm(Words):
    """The fields of a `Number`: its label in both languages, and where it stands."""

    source: str
    row: Annotated[list[str], Len(1)]
    column: NotRequired[str]
    table: NotRequired[str]


class DescriptionForm(TypedDict):
    """The fields of a `Description`."""

    analysis: str
    part: Bilingual
    numbers: Annotated[list[NumberForm], Len(1)]
    weakness: Bilingual


class ClaimForm(TypedDict):
    """The fields of a `Claim`: its words in both languages, its rule where it changes the ledger's."""

    id: Annotated[str, Len(1)]
    section: str
    text: str
    en: str
    lines: NotRequired[Annotated[list[int], Len(2, 2)]]
    kind: Kind
    testability: Testability
    layers: list[Layer]
    estimates: NotRequired[list[EstimatesForm]]
    facts: NotRequired[list[dict[str, str | float]]]
    records: NotRequired[list[RecordForm]]
    descriptions: NotRequired[list[DescriptionForm]]
    measures: NotRequired[list[Bilingual]]
    needs: NotRequired[list[str]]
    rule: NotRequired[RuleForm]


class LedgerForm(TypedDict):
    """Claims, one rule for all, and the file of the paper that their lines count."""

    paper: NotRequired[Annotated[str, Len(1)]]
    rule: NotRequired[RuleForm]
    claims: list[ClaimForm]


class NeedForm(Words):
    """What data a claim may need."""

    shipped: bool
    command: str


_REMEDY = Text(
    "compare with the shipped ledger, digimfg/paper/data/claims.toml",
    "可对照随包附带的 digimfg/paper/data/claims.toml",
)
LEDGER_FORM: FileForm[LedgerForm] = FileForm(
    schema=LedgerForm,
    what=Text("a TOML file of claims", "论断 TOML 文件"),
    remedy=_REMEDY,
    error=AnalysisError,
)
NEEDS_FORM: FileForm[dict[str, NeedForm]] = FileForm(
    schema=dict[str, NeedForm],
    what=Text("a TOML file of data that claims need", "论断所需数据的 TOML 文件"),
    remedy=_REMEDY,
    error=AnalysisError,
)


class AcceptedForm(TypedDict):
    """Verdicts as they were accepted, and the rules that they followed."""

    rules_hash: str
    rules: dict[str, dict[str, Any]]
    verdicts: dict[str, dict[str, Any]]


ACCEPTED_FORM: FileForm[AcceptedForm] = FileForm(
    schema=AcceptedForm,
    what=Text("verdicts as they were accepted", "已确认的判定"),
    remedy=Text(
        "look at the verdicts, then accept them again: `digimfg verdict --accept`",
        "先查看判定，再重新确认：`digimfg verdict --accept`",
    ),
    error=AnalysisError,
    closed=False,
)


class VersionForm(TypedDict):
    """One version of the rule of one claim, as it was declared."""

    version: Annotated[int, Ge(1)]
    date: str
    estimate_known: Known
    reason: Words
    rule: dict[str, Any]
    hash: str


VERSIONS_FORM: FileForm[dict[str, list[VersionForm]]] = FileForm(
    schema=dict[str, list[VersionForm]],
    what=Text("versions of rules as they were declared", "各版规则的声明"),
    remedy=Text("install digimfg again", "重新安装 digimfg"),
    error=AnalysisError,
)
