"""The detectors of turns and of pauses alone: thresholds are times."""

from __future__ import annotations

import pytest

from cartesia_local.hearing.presence import FRAME_SECONDS, Cue, PauseDetector, Thresholds, TurnDetector


def voice(detector: TurnDetector, seconds: float, *, is_voice: bool) -> list[Cue]:
    """Let time pass with a voice or without."""
    cues = [detector.hear(is_voice=is_voice) for _ in range(round(seconds / FRAME_SECONDS))]
    return [cue for cue in cues if cue is not None]


def crossing(thresholds: Thresholds, cue: Cue) -> float:
    """Tell how long it takes from silence to a start, or from a long voice to another cue."""
    detector = TurnDetector(thresholds)
    if cue is not Cue.START:
        voice(detector, 3, is_voice=True)
    frames = 1
    while detector.hear(is_voice=cue is Cue.START) is not cue:
        frames += 1
    return round(frames * FRAME_SECONDS, 2)


@pytest.mark.parametrize(
    ("name", "cue", "times"),
    [
        ("start", Cue.START, {0.5: 0.06, 0.8: 0.12, 0.9: 0.15}),
        ("eager_end", Cue.EAGER_END, {0.6: 0.12, 0.4: 0.21, 0.3: 0.27}),
        ("end", Cue.END, {0.35: 0.24, 0.2: 0.36, 0.05: 0.66}),
    ],
)
def test_thresholds_are_times(name: str, cue: Cue, times: dict[float, float]) -> None:
    """Those that the documentation names."""
    for threshold, expected in times.items():
        assert crossing(Thresholds(**{name: threshold}), cue) == expected


def test_a_click_is_no_turn() -> None:
    """Ninety milliseconds are not enough, however often they come."""
    detector = TurnDetector(Thresholds())
    for _ in range(20):
        assert voice(detector, 0.09, is_voice=True) == []
        assert voice(detector, 0.6, is_voice=False) == []


def test_a_voice_that_flickers_ends_by_its_time() -> None:
    """Noise that is taken for a voice a third of the time keeps a turn open, up to the limit."""
    detector = TurnDetector(Thresholds(end_timeout_ms=900))
    voice(detector, 1, is_voice=True)
    cues = [
        cue for _ in range(60) for each in (False, False, True) if (cue := detector.hear(is_voice=each)) is not None
    ]
    assert cues == [Cue.END]


def test_pauses() -> None:
    """A single piece with a voice is no beginning; silence counts from the last voice on."""
    detector = PauseDetector(0.09)
    seen = []
    for each in "#.##.#...":
        detector.hear(is_voice=each == "#")
        seen.append((detector.has_begun, detector.has_ended))
    assert [begun for begun, _ in seen] == [False, False, False, True, False, False, False, False, False]
    assert [ended for _, ended in seen] == [False] * 8 + [True]
