"""What a call needs before it can be made: voices, dictionaries, datasets of its own."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Final

from cartesia_core import PronunciationDictItem, WavFormat
from cartesia_sync import Client
from tests.judges.endpoints import words as w

CLIP_TEXT: Final = "This is my voice, and it is short."
_NUMBERS: Final = count(1)


class Needs:
    """Makes what calls need, on one server.

    Args:
        client: A client of the server that is not looked at.
        clip: A recording.
    """

    def __init__(self, client: Client, clip: Path) -> None:
        self._client: Final = client
        self._clip: Final = clip
        self._makers: Final[dict[str, Callable[[], dict[str, str]]]] = {
            "clip": lambda: {"clip": str(clip)},
            "voice": self._voice,
            "accented": self._accented,
            "dictionary": self._dictionary,
            "dataset": self._dataset,
            "file": self._file,
            "fine_tune": self._fine_tune,
            "metric": self._metric,
            "used_metric": self._used_metric,
            "new_name": lambda: {"new_name": f"metric-{next(_NUMBERS)}"},
        }

    def make(self, *names: str) -> dict[str, str]:
        """Make new ones; give their ids."""
        made: dict[str, str] = {}
        for name in names:
            made.update(self._makers[name]())
        return made

    def _voice(self) -> dict[str, str]:
        return {"voice": self._client.voices.clone(clip=self._clip, name="Voice", language="en").id}

    def _accented(self) -> dict[str, str]:
        voice = self._voice()["voice"]
        self._client.voices.add_accents(voice, accents=["parisian"])
        return {"accented": voice}

    def _dictionary(self) -> dict[str, str]:
        items = [PronunciationDictItem("NYC", "New York")]
        return {"dictionary": self._client.pronunciation_dicts.create(name="Words", items=items).id}

    def _dataset(self) -> dict[str, str]:
        return {"dataset": self._client.datasets.create(name="Set", description="D").id}

    def _file(self) -> dict[str, str]:
        made = self._dataset()
        self._client.datasets.files.upload(made["dataset"], file=self._clip, purpose="fine_tune")
        return {**made, "file": next(iter(self._client.datasets.files.list(made["dataset"]))).id}

    def _fine_tune(self) -> dict[str, str]:
        made = self._client.fine_tunes.create(
            name="Tune",
            description="D",
            language="en",
            model_id="sonic-3-2026-01-12",
            dataset=self._file()["dataset"],
        )
        return {"fine_tune": made.id}

    def _metric(self) -> dict[str, str]:
        name = f"made-{next(_NUMBERS)}"
        return {"metric": self._client.agents.metrics.create(name=name, prompt="Does somebody say hello?").id}

    def _used_metric(self) -> dict[str, str]:
        metric = self._metric()["metric"]
        self._client.agents.metrics.add_to_agent(metric, agent_id=w.AGENT)
        return {"used_metric": metric}


def record(client: Client, folder: Path) -> Path:
    """Record a clip: a woman who says one sentence."""
    audio = client.tts.generate(
        model_id=w.MODEL, transcript=CLIP_TEXT, voice=w.OTHER_VOICE, output_format=WavFormat("pcm_s16le", w.RATE)
    )
    path = folder / "clip.wav"
    path.write_bytes(audio.content)
    return path
