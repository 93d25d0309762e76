"""What a reader of a mediation must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.mechanisms.mediation_options import MediationOptions
    from digimfg.estimators.mechanisms.model import Model
    from digimfg.estimators.mechanisms.preparation import Prepared

__all__ = ["MOST_CONTRASTED", "mediation_notes"]

MOST_CONTRASTED = 63
"""Specific indirect effects up to which every two are compared."""


def mediation_notes(
    options: MediationOptions, prepared: Prepared, model: Model, failed: int, undefined: int, *, alike: bool
) -> tuple[Text, ...]:
    """Return the notes in the order in which they are read."""
    notes = [note_of("mechanisms.as_good_as_random")]
    if options.replications:
        unit = term_label(prepared.resampled)
        what = note_of("mechanisms.clusters_of_unit", unit=unit) if unit.en else Text("rows", "观测")
        kind = {
            "percentile": Text("percentile", "百分位"),
            "bca": Text("bias-corrected and accelerated", "偏差校正加速（BCa）"),
        }[options.interval]
        notes.append(
            note_of(
                "mechanisms.bootstrap_of_effects",
                sort=kind,
                what=what,
                replications=options.replications,
                seed=options.seed,
            )
        )
    else:
        notes.append(note_of("mechanisms.delta_method"))
    if undefined:
        notes.append(note_of("mechanisms.no_interval", undefined=undefined))
    if failed:
        notes.append(note_of("mechanisms.failed_samples", failed=failed))
    if not alike:
        notes.append(note_of("mechanisms.suppression"))
    listed = len(model.effects)
    if listed < model.n_ways:
        longest = max((len(effect.mediators) for effect in model.effects[:-1]), default=0)
        through: Text = note_of("mechanisms.paths_through", longest=longest)
        if not longest:
            through = Text("through all mediators", "经全部中介")
        number = f"{model.n_ways:,}" if len(options.mediators) <= 40 else f"2^{len(options.mediators)} - 1"
        notes.append(note_of("mechanisms.listed_effects", through=through, listed=listed, number=number))
    if listed > MOST_CONTRASTED:
        notes.append(note_of("mechanisms.differences_not_given", most_contrasted=MOST_CONTRASTED))
    if options.structure == "serial" and len(options.mediators) > 1:
        notes.append(note_of("mechanisms.order_of_chain"))
    if len(options.mediators) > 1:
        notes.append(note_of("mechanisms.sensitivity_by_mediator"))
    if options.three_steps:
        notes.append(note_of("mechanisms.three_steps_on_request"))
    return tuple(notes)
