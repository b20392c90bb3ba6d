"""`python -m cartesia_cli.demo`: the whole way of a text to a WAV file and captions, without account or network.

It starts the local server, speaks a paragraph through the WebSocket, and writes `hello.wav` and `hello.srt` into the
current folder.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cartesia_core import AudioChunk, CartesiaError, RawFormat, WordTimestamps
from cartesia_core.captions import to_srt
from cartesia_core.words import Word, words_of

if TYPE_CHECKING:
    from cartesia_core.ports import SyncTtsSocket
    from cartesia_core.sinks import AudioSink
    from cartesia_core.voices import Voice

__all__ = ["main"]

PARAGRAPH: Final = (
    "Hello! This voice is made on your own machine, by a small server that speaks the protocol of the Cartesia API. "
    "The text you are hearing went out over a WebSocket, and the sound came back while it was being made. "
    "Every word has its time, so the captions beside this recording know when to appear. "
    "With an account and a key, the same program speaks with the voices of the service."
)
FORMAT: Final = RawFormat("pcm_s16le", 44100)
WAV: Final = "hello.wav"
SRT: Final = "hello.srt"


class Narration:
    """What came of the paragraph."""

    def __init__(self) -> None:
        self.words: Final[list[Word]] = []
        self.nbytes: int = 0
        self.first_audio_seconds: float = 0.0

    @property
    def seconds(self) -> float:
        """How long it is."""
        return FORMAT.seconds(self.nbytes)

    def speak(self, socket: SyncTtsSocket, voice: Voice, sink: AudioSink) -> None:
        """Speak the paragraph into a sink."""
        began = time.monotonic()
        events = socket.speak(PARAGRAPH, model_id="sonic-3", voice=voice, output_format=FORMAT, add_timestamps=True)
        for event in events:
            if isinstance(event, AudioChunk):
                self.first_audio_seconds = self.first_audio_seconds or time.monotonic() - began
                self.nbytes += len(event.audio)
                sink.write(event.audio)
            elif isinstance(event, WordTimestamps):
                self.words.extend(words_of(event))


def narrate() -> None:
    """Start the server, speak, write the files, and tell what was done."""
    from cartesia_audio import open_sink
    from cartesia_local import LocalServer
    from cartesia_sync import Client

    narration = Narration()
    with LocalServer() as server, Client(base_url=server.url, api_key=server.key) as client:
        voice = next(iter(client.voices.list()))
        with open_sink(WAV, FORMAT) as sink, client.tts.websocket() as socket:
            narration.speak(socket, voice, sink)
    Path(SRT).write_text(to_srt(narration.words, total_seconds=narration.seconds), encoding="utf-8")
    _tell(voice, narration)


def _tell(voice: Voice, narration: Narration) -> None:
    lines = (
        ("voice", f"{voice.name}: {voice.description}"),
        ("audio", f"{narration.seconds:.1f} s of speech"),
        ("first audio", f"after {narration.first_audio_seconds * 1000:.0f} ms"),
        ("words", f"{len(narration.words)} with times, the last one ends at {narration.words[-1].end_seconds:.1f} s"),
        ("files", f"{Path(WAV).resolve()} ({Path(WAV).stat().st_size:,} bytes)"),
        ("", f"{Path(SRT).resolve()}"),
    )
    sys.stdout.writelines(f"{name:<12} {text}\n" for name, text in lines)


def main() -> int:
    """Run the demo; give the exit code."""
    from cartesia_cli.exits import Exit, exit_of, sentence

    try:
        narrate()
    except CartesiaError as error:
        sys.stderr.write(f"Error: {sentence(error)}\n")
        return exit_of(error)
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return Exit.INTERRUPTED
    except OSError as error:
        sys.stderr.write(f"Error: {SRT} could not be written: {(error.strerror or str(error)).lower()}.\n")
        return Exit.OUTPUT
    return Exit.OK


if __name__ == "__main__":
    sys.exit(main())
