"""Where audio goes: files of many kinds, memory, streams, players, sound devices.

Nothing here knows how the audio is fetched; `cartesia_core.sinks` says what a sink is.
"""

from cartesia_audio.choose import FILE_SUFFIXES, open_sink, sink_for
from cartesia_audio.device import DeviceSink, Loudspeaker
from cartesia_audio.encoded import ENCODED_SUFFIXES, EncodedFileSink
from cartesia_audio.files import FileSink, RawFileSink, VerbatimFileSink, WavFileSink
from cartesia_audio.memory import MemorySink, StreamSink, TeeSink
from cartesia_audio.player import PLAYERS, PlayerSink

__all__ = [
    "ENCODED_SUFFIXES",
    "FILE_SUFFIXES",
    "PLAYERS",
    "DeviceSink",
    "EncodedFileSink",
    "FileSink",
    "Loudspeaker",
    "MemorySink",
    "PlayerSink",
    "RawFileSink",
    "StreamSink",
    "TeeSink",
    "VerbatimFileSink",
    "WavFileSink",
    "open_sink",
    "sink_for",
]
