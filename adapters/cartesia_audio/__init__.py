"""Where audio goes to, and comes from: files of many kinds, memory, streams, players, sound devices, microphones.

Nothing here knows of the network; `cartesia_core.sinks` says what a sink is, `cartesia_core.stt.sources` what a source.
"""

from cartesia_audio.choose import FILE_SUFFIXES, open_sink, sink_for
from cartesia_audio.device import DeviceSink, Loudspeaker
from cartesia_audio.encoded import ENCODED_SUFFIXES, EncodedFileSink
from cartesia_audio.file_source import FileSource
from cartesia_audio.files import FileSink, RawFileSink, VerbatimFileSink, WavFileSink
from cartesia_audio.memory import MemorySink, StreamSink, TeeSink
from cartesia_audio.microphone import Microphone, MicrophoneOpener, MicrophoneSource
from cartesia_audio.player import PLAYERS, PlayerSink
from cartesia_audio.source import BytesSource, IterableSource, PieceSource

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
