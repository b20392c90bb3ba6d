"""Emotions, imitated by rate, pitch and liveliness. The engine has none: these only make them tell apart."""

from __future__ import annotations

from typing import Final

from attrs import frozen

__all__ = ["NEUTRAL", "Manner", "manner"]


@frozen
class Manner:
    """How to change the way of speaking.

    Args:
        rate: Factor of the speed.
        pitch: What to add to the pitch, on the engine's scale of 0 to 99.
        pitch_range: What to add to the range of the melody, on the same scale.
    """

    rate: float = 1.0
    pitch: int = 0
    pitch_range: int = 0


NEUTRAL: Final = Manner()

_FAMILIES: Final[tuple[tuple[Manner, str], ...]] = (
    (Manner(1.08, 10, 25), "happy excited enthusiastic elated euphoric triumphant amazed surprised proud flirtatious"),
    (Manner(1.12, 4, 35), "angry mad outraged frustrated agitated threatened disgusted determined"),
    (Manner(1.15, 14, 10), "anxious panicked alarmed scared"),
    (Manner(0.86, -10, -25), "sad dejected melancholic disappointed hurt guilty rejected wistful apologetic"),
    (Manner(0.84, -6, -35), "bored tired resigned distant"),
    (Manner(0.92, -5, -12), "calm peaceful serene nostalgic contemplative mysterious"),
    (Manner(0.97, 4, 8), "content grateful affectionate trust sympathetic anticipation confident curious"),
    (Manner(0.94, -3, 20), "contempt envious sarcastic ironic skeptical"),
    (Manner(0.9, 6, -5), "hesitant insecure confused"),
)
_MANNERS: Final = {name: found for found, names in _FAMILIES for name in names.split()}


def manner(emotion: str | None) -> Manner:
    """Give the manner for one of the API's emotions.

    The API takes any word for an emotion; one that it does not list is spoken neutrally.
    """
    return NEUTRAL if emotion is None else _MANNERS.get(emotion.strip().lower(), NEUTRAL)
