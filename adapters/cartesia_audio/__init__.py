"""Where audio goes to, and comes from: files of many kinds, memory, streams, players, sound devices, microphones.

Nothing here knows of the network; `cartesia_core.sinks` says what a sink is, `cartesia_core.stt.sources` what a source.
What decodes is loaded when it is first asked for: plain files, players and memory need no other library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from cartesia_audio.choose import FILE_SUFFIXES, open_sink, sink_for
from cartesia_audio.device import DeviceSink, Loudspeaker
from cartesia_audio.encoded import ENCODED_SUFFIXES, EncodedFileSink
from cartesia_audio.files import FileSink, RawFileSink, VerbatimFileSink, WavFileSink
from cartesia_audio.memory import MemorySink, StreamSink, TeeSink
from cartesia_audio.player import PLAYERS, PlayerSink
from cartesia_audio.source import BytesSource, IterableSource, PieceSource
from cartesia_core.errors import MissingExtra

if TYPE_CHECKING:
    from cartesia_audio.file_source import FileSource
    from cartesia_audio.microphone import Microphone, MicrophoneOpener, MicrophoneSource

_HOMES: Final = {
    "FileSource": "file_source",
    "Microphone": "microphone",
    "MicrophoneOpener": "microphone",
    "MicrophoneSource": "microphone",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        if error.name != "numpy":
            raise
        raise MissingExtra(f'{name} needs numpy: pip install "cartesia-core[audio]".') from error
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


__all__ = [
    "ENCODED_SUFFIXES",
    "FILE_SUFFIXES",
    "PLAYERS",
    "BytesSource",
    "DeviceSink",
    "EncodedFileSink",
    "FileSink",
    "FileSource",
    "IterableSource",
    "Loudspeaker",
    "MemorySink",
    "Microphone",
    "MicrophoneOpener",
    "MicrophoneSource",
    "PieceSource",
    "PlayerSink",
    "RawFileSink",
    "StreamSink",
    "TeeSink",
    "VerbatimFileSink",
    "WavFileSink",
    "open_sink",
    "sink_for",
]
