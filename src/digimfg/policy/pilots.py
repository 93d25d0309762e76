"""Pilots of China's digital policies: who was named when, and what says so."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pandas as pd

from digimfg.arguments import checked
from digimfg.errors import EstimationError, MeasureError, SpecificationError, nearest
from digimfg.file_forms import FileForm
from digimfg.kinds import Key, NumberColumn, Remedy, StoredFrame, Such
from digimfg.text import Text
from digimfg.variables.unit_names import unit_code

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "first_years",
    "list_pilots",
    "pilot_treatment",
    "pilots",
]

_FILE = Path(__file__).parent / "data" / "pilots.toml"
_COLUMNS = [
    "policy",
    "batch",
    "place",
    "named_as",
    "code",
    "date",
    "year",
    "confidence",
    "document",
    "source",
]


_FORM: FileForm[dict[str, Any]] = FileForm(
    schema=dict[str, Any],
    what=Text("the register of pilot policies", "试点政策登记册"),
    remedy=Text("install the package again", "重新安装本包"),
    error=MeasureError,
)


@cache
def _register() -> Mapping[str, Any]:
    return _FORM.read(_FILE)


def _known(name: str) -> bool:
    return name in _register()["policies"]


def _nearest(name: str) -> Text | None:
    found = nearest(name, list(_register()["policies"]))
    return Text(f"nearest: {found}", f"最接近：{found}")


Policy = Annotated[
    str, Such(_known, Text("of dm.list_pilots()", "（见 dm.list_pilots()）")), Remedy(_nearest)
]


@checked
def pilots(policy: Policy) -> pd.DataFrame:
    """Return the places of a pilot policy, one row each, with what says so.

    Parameters
    ----------
    policy
        One of `list_pilots`.

    Returns
    -------
    DataFrame
        ``policy batch place named_as code date year confidence document source``. `named_as` is the area or
        place as the list names it (京津冀), `place` the province, city or county meant, `code` its code where
        it is a province or city, else empty. `date` is as precise as the page that was read.
        ``confidence``: ``"reported"`` where a page that names the place was read (``source``),
        ``"unconfirmed"`` where none was.

    Examples
    --------
    >>> pilots("digital_economy_zone")[["place", "date", "confidence"]].iloc[0].tolist()
    ['浙江省', '2019-10-20', 'reported']
    """
    register = _register()
    rows: list[dict[str, Any]] = []
    for batch in register["batches"]:
        if batch["policy"] != policy:
            continue
        for named in batch["places"]:
            area = register["areas"].get(named)
            members = [(named, batch["confidence"])]
            if area is not None:
                sure = (
                    "unconfirmed"
                    if "unconfirmed" in (area["confidence"], batch["confidence"])
                    else "reported"
                )
                members = [(place, sure) for place in area["places"]]
                members += [(place, "unconfirmed") for place in area.get("further", ())]
            rows += [
                {
                    "policy": policy,
                    "batch": batch["batch"],
                    "place": place,
                    "named_as": named,
                    "code": unit_code("city", place) or unit_code("province", place) or "",
                    "date": batch["date"],
                    "year": int(batch["date"][:4]),
                    "confidence": confidence,
                    "document": batch["document"],
                    "source": batch["source"] if confidence == "reported" else "",
                }
                for place, confidence in members
            ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def list_pilots() -> pd.DataFrame:
    """Return the pilot policies of the register: names, years, how many places were announced and are held.

    Returns
    -------
    DataFrame
        ``policy name_en name_zh first_year last_year announced held unconfirmed``. Where fewer are `held` (as
        the lists name them) than `announced`, the list was not read whole.

    Examples
    --------
    >>> list_pilots().set_index("policy").loc["broadband_china", ["announced", "held"]].tolist()
    [117, 117]
    """
    rows = []
    for policy, names in _register()["policies"].items():
        held = pilots(policy)
        announced = {
            batch["batch"]: batch["announced"]
            for batch in _register()["batches"]
            if batch["policy"] == policy
        }
        named = held.drop_duplicates(["batch", "named_as"])
        rows.append(
            {
                "policy": policy,
                "name_en": names["en"],
                "name_zh": names["zh"],
                "first_year": int(held["year"].min()),
                "last_year": int(held["year"].max()),
                "announced": sum(announced.values()),
                "held": len(named),
                "unconfirmed": int((held["confidence"] == "unconfirmed").sum()),
            }
        )
    return pd.DataFrame(rows)


@checked
def pilot_treatment(
    frame: StoredFrame,
    policy: Policy,
    *,
    entity: Key,
    time: NumberColumn,
    unconfirmed: Literal["treated", "missing"] | None = None,
) -> pd.Series[float]:
    """Return a policy's 0/1 treatment of cities or provinces: 1 from the year in which they were named.

    Parameters
    ----------
    frame
        Cities or provinces by year.
    policy
        One of `list_pilots`.
    entity, time
        Codes or names of cities or provinces, and years.
    unconfirmed
        Units whose place is unconfirmed: ``"treated"`` takes them as named, ``"missing"`` leaves their value
        missing (an estimator drops the rows and counts them); by default they are refused.

    Raises
    ------
    SpecificationError
        If the register does not hold the policy's list whole, or units are unconfirmed and `unconfirmed` is
        not given.
    EstimationError
        If no unit of the frame is a place of China.

    Notes
    -----
    A province that was named treats its cities. Counties, districts and development zones that were named
    treat no city.

    Examples
    --------
    >>> frame = pd.DataFrame({"province": ["浙江", "浙江", "江苏"], "year": [2018, 2020, 2020]})
    >>> pilot_treatment(frame, "digital_economy_zone", entity="province", time="year").tolist()
    [0.0, 1.0, 0.0]
    """
    row = list_pilots().set_index("policy")[["held", "announced"]].astype(int)
    held, announced = int(row["held"][policy]), int(row["announced"][policy])
    if held < announced:
        raise SpecificationError.of("policy.pilots_incomplete", held=held, announced=announced)
    first = first_years(frame[entity], policy)
    doubt = first["unconfirmed"]
    if doubt.any() and unconfirmed is None:
        raise SpecificationError.of(
            "policy.pilots_unconfirmed", n=int(doubt.sum()), names=", ".join(map(str, first.index[doubt][:5]))
        )
    year = frame[entity].map(first["year"])
    treated = (frame[time].astype(float) >= year.astype(float)).astype(float)
    if unconfirmed == "missing":
        treated = treated.mask(frame[entity].map(doubt).fillna(False).astype(bool))
    return treated.rename(policy)


def first_years(entity: pd.Series, policy: str) -> pd.DataFrame:
    """Return, by unit that a policy reached, the first year and whether that is unconfirmed."""
    units = entity.dropna().unique().tolist()
    codes = {unit: unit_code("city", unit) or unit_code("province", unit) for unit in units}
    if not any(codes.values()):
        raise EstimationError.of("policy.units_not_chinese", got=", ".join(repr(unit) for unit in units[:3]))
    places = pilots(policy)
    by_code = places[places["code"] != ""].sort_values(["year", "confidence"], kind="stable")
    known = by_code.drop_duplicates("code").set_index("code")
    rows = {}
    for unit, code in codes.items():
        if code is None:
            continue
        found = [key for key in (code, f"{code[:2]}0000") if key in known.index]
        if found:
            years = known.loc[found].sort_values(["year", "confidence"], kind="stable").iloc[0]
            rows[unit] = (int(years["year"]), years["confidence"] == "unconfirmed")
    return pd.DataFrame.from_dict(rows, orient="index", columns=["year", "unconfirmed"]).astype(
        {"year": float, "unconfirmed": bool}
    )
