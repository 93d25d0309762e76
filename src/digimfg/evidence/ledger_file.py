"""Read ledgers from TOML files: the shipped one and those of users."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any, get_args

from digimfg.errors import AnalysisError, nearest
from digimfg.evidence.claims import Claim, Estimates, ExactTest, Kind, Layer, Need, Record, Rule, Testability
from digimfg.paradigm.parsing import tidy
from digimfg.text import Text

__all__ = ["DATA", "ledger", "needs", "read_ledger"]

DATA = Path(__file__).parent / "data"


@cache
def ledger() -> tuple[Claim, ...]:
    """Return the paper's 33 claims in their order.

    Examples
    --------
    >>> claims = ledger()
    >>> len(claims), claims[1].text.en
    (33, 'Recessions and depressions shorten, and the Kondratieff cycle falls from 63 to 43 years.')
    """
    return read_ledger(DATA / "claims.toml")


@cache
def needs() -> dict[str, Need]:
    """Return the data that claims may need, by name."""
    content = tomllib.loads((DATA / "needs.toml").read_text(encoding="utf-8"))
    return {
        name: Need(
            name=name, label=Text(each["en"], each["zh"]), shipped=each["shipped"], command=each["command"]
        )
        for name, each in content.items()
    }


def read_ledger(path: str | Path) -> tuple[Claim, ...]:
    """Read claims of your own from a TOML file of the form of the shipped ledger.

    Parameters
    ----------
    path
        A file with ``[[claims]]`` tables and, if wanted, one ``[rule]`` for all; a claim may change it in
        ``rule = { alpha = 0.01 }``.

    Raises
    ------
    AnalysisError
        If the file is missing or no TOML, two claims have one id, or a claim lacks a field, has an unknown one, or
        names data or an exact test that does not exist.
    """
    file = Path(path)
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise _bad(
            str(file), Text("a TOML file of claims", "论断 TOML 文件"), f"{type(error).__name__}: {error}"
        ) from error
    rule = _made(Rule, content.get("rule", {}), f"{file.name}, [rule]")
    claims = tuple(_claim(each, rule, file.name) for each in content.get("claims", ()))
    seen: set[str] = set()
    for claim in claims:
        if claim.id in seen:
            raise _bad(
                file.name,
                Text("one claim per id", "每个编号只有一条论断"),
                Text(f"'{claim.id}' twice", f"“{claim.id}”重复"),
            )
        seen.add(claim.id)
    return claims


def _claim(content: Mapping[str, Any], rule: Rule, file: str) -> Claim:
    where = f"{file}, {content.get('id', '?')}"
    required = ("id", "section", "text", "en", "kind", "testability", "layers")
    missing = [name for name in required if name not in content]
    if missing:
        raise _bad(
            where,
            Text(f"the fields {', '.join(required)}", f"字段 {', '.join(required)}"),
            Text(f"without {', '.join(missing)}", f"缺少 {', '.join(missing)}"),
        )
    values = {
        name: value
        for name, value in content.items()
        if name not in ("en", "rule", "estimates", "facts", "records", "measures")
    }
    values["text"] = Text(content["en"], tidy(content["text"]))
    values["measures"] = tuple(
        Text(each["en"], each["zh"]) if isinstance(each, dict) else Text.of(each)
        for each in content.get("measures", ())
    )
    values["lines"] = tuple(content["lines"]) if "lines" in content else None
    values["rule"] = replace(rule, **_known(Rule, content.get("rule", {}), where))
    values["estimates"] = tuple(_estimates(each, where) for each in content.get("estimates", ()))
    values["facts"] = tuple(_exact_test(each, where) for each in content.get("facts", ()))
    values["records"] = tuple(_made(Record, _tuples(each), where) for each in content.get("records", ()))
    claim: Claim = _made(Claim, _tuples(values), where)
    _check_choice(claim.kind, get_args(Kind), where)
    _check_choice(claim.testability, get_args(Testability), where)
    for layer in claim.layers:
        _check_choice(layer, get_args(Layer), where)
    for name in claim.needs:
        _check_choice(name, needs(), where)
    return claim


def _exact_test(content: Mapping[str, Any], where: str) -> ExactTest:
    from digimfg.evidence.facts import FACTS

    name = content.get("name", "")
    _check_choice(name, FACTS, where)
    return ExactTest(name=name, parameters={key: value for key, value in content.items() if key != "name"})


def _estimates(content: Mapping[str, Any], where: str) -> Estimates:
    values = _tuples(content)
    for name in ("smallest_effect_reason", "part"):
        if name in values:
            values[name] = (
                Text(**values[name]) if isinstance(values[name], Mapping) else Text.of(values[name])
            )
    _check_choice(values.get("data", "world"), needs(), where)
    if values.get("sign") not in (-1, 0, 1):
        raise _bad(where, Text("sign = 1, -1 or 0", "sign = 1、-1 或 0"), repr(values.get("sign")))
    made: Estimates = _made(Estimates, values, where)
    return made


def _tuples(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in content.items()}


def _made(kind: Any, values: Mapping[str, Any], where: str) -> Any:
    known = _known(kind, values, where)
    try:
        return kind(**known)
    except TypeError as error:
        raise _bad(
            where, Text(f"the fields of {kind.__name__}", f"{kind.__name__} 的各字段"), str(error)
        ) from error


def _known(kind: Any, values: Mapping[str, Any], where: str) -> dict[str, Any]:
    names = [each.name for each in fields(kind)]
    for name in values:
        _check_choice(name, names, where)
    return dict(values)


def _check_choice(value: str, known: Iterable[str], where: str) -> None:
    names = list(known)
    if value not in names:
        near = nearest(value, names)
        raise AnalysisError(
            where=where,
            expected=Text(f"one of: {', '.join(names)}", f"下列之一：{', '.join(names)}"),
            got=repr(value),
            remedy=Text(f"nearest: {near}", f"相近：{near}"),
        )


def _bad(where: str, expected: Text, got: Text | str) -> AnalysisError:
    return AnalysisError(
        where=where,
        expected=expected,
        got=got,
        remedy=Text(
            "compare with the shipped ledger, digimfg/evidence/data/claims.toml",
            "可对照随包附带的 digimfg/evidence/data/claims.toml",
        ),
    )
