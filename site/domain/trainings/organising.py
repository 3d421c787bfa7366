"""Organisers' verbs, in one place for the doors."""

from communaute.domain.trainings.changing import (
    cancel_pair,
    create_pairs,
    move_pair,
    set_capacity,
)
from communaute.domain.trainings.overview import pair_details, summaries
from communaute.domain.trainings.previews import preview_cancel, preview_move
from communaute.domain.trainings.schedule import plan_series, session_times


__all__ = [
    "cancel_pair",
    "create_pairs",
    "move_pair",
    "pair_details",
    "plan_series",
    "preview_cancel",
    "preview_move",
    "session_times",
    "set_capacity",
    "summaries",
]
