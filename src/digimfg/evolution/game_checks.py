"""Read what players and payoffs of a game are, and refuse what is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from digimfg.errors import MeasureError
from digimfg.evolution.formulas import formula_names
from digimfg.kinds import Finite
from digimfg.notes import note_of

__all__ = ["Payoff", "check_payoffs", "check_players", "entries"]

Payoff = str | Finite

_MOST = 3


def entries(pays: Payoff | Sequence[Payoff]) -> tuple[Payoff, ...]:
    """Return what each player gets, of one value or several."""
    return (pays,) if isinstance(pays, str | int | float) else tuple(pays)


_COLUMNS = ("path", "time", "kind", "signs", "stability")


def check_players(players: Sequence[tuple[str, tuple[str, ...]]]) -> None:
    """Raise unless one to three populations have two strategies each and none has the name of a column of
    answers.
    """
    taken = [
        name for name, _ in players if name in _COLUMNS or name.startswith(("eigenvalue_", "imaginary_"))
    ]
    if taken:
        raise MeasureError.of("evolution.players_called_as_columns", names=_COLUMNS, taken=taken)
    odd = [name for name, strategies in players if len(strategies) != 2 or len(set(strategies)) != 2]
    if 1 <= len(players) <= _MOST and not odd:
        return
    raise MeasureError.of(
        "evolution.populations_of_game",
        found=note_of("evolution.odd_players", odd=_listed(players, odd))
        if odd
        else note_of("evolution.populations", n=len(players)),
    )


def _listed(players: Sequence[tuple[str, tuple[str, ...]]], names: Sequence[str]) -> str:
    return "; ".join(
        f"{name}: {', '.join(strategies) or '—'}" for name, strategies in players if name in names
    )


def check_payoffs(
    profiles: Sequence[tuple[str, ...]], paid: Mapping[tuple[str, ...], tuple[Payoff, ...]], n_players: int
) -> None:
    """Raise unless every profile of strategies has a payoff for each player, and no other has one."""
    missing = [profile for profile in profiles if profile not in paid]
    unknown = [profile for profile in paid if profile not in profiles]
    odd = [profile for profile, pays in paid.items() if len(pays) != n_players]
    if not missing and not unknown and not odd:
        for pays in paid.values():
            for pay in pays:
                formula_names(pay)
        return
    raise MeasureError.of(
        "evolution.payoffs_of_game",
        n=len(profiles),
        k=n_players,
        missing=_named(missing),
        unknown=_named(unknown),
        odd=_named(odd),
    )


def _named(profiles: Sequence[tuple[str, ...]]) -> str:
    shown = ", ".join("(" + ", ".join(map(str, profile)) + ")" for profile in profiles[:4])
    return shown or "—"
