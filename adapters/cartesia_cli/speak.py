"""`cartesia-core speak`."""

from __future__ import annotations

import click
from typing_extensions import Unpack

from cartesia_cli.exits import EPILOG
from cartesia_cli.narration import Wanted, speak
from cartesia_cli.reach import reach_options
from cartesia_core.audio import ENCODINGS

__all__ = ["command"]


class _Given(Wanted):
    words: tuple[str, ...]


@click.command("speak", epilog=EPILOG, short_help="Speak a text, a file or what comes on standard input.")
@click.argument("words", metavar="[TEXT]...", nargs=-1)
@click.option("--file", metavar="FILE", help="Speak this UTF-8 text file instead of TEXT.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Write the audio to FILE; its extension says what it will be: wav, raw, flac, ogg, opus, mp3, ... "
    "- writes WAV (or raw samples, with --format) to standard output. Without -o the audio is played.",
)
@click.option("--voice", metavar="NAME|ID", help="Name or id of a voice; the beginning of a name will do.")
@click.option("--model", default="sonic-3", show_default=True, metavar="ID", help="The model that speaks.")
@click.option("--language", metavar="CODE", help="Language of the text, e.g. fr; without --voice also chooses one.")
@click.option("--locale", metavar="TAG", help="Language and region, e.g. pt-BR; not together with --language.")
@click.option("--speed", type=float, metavar="X", help="Factor on the pace, 0.6 to 1.5.")
@click.option("--volume", type=float, metavar="X", help="Factor on the loudness, 0.5 to 2.0.")
@click.option("--emotion", metavar="NAME", help="An emotion of the vendor's list, e.g. calm.")
@click.option(
    "--format",
    "audio_format",
    metavar="FORMAT",
    help="Say exactly what to write, e.g. wav_pcm_s16le_44100 or raw_pcm_mulaw_8000.",
)
@click.option("--encoding", metavar="NAME", help=f"Encoding of the samples: {', '.join(ENCODINGS)}.")
@click.option("--sample-rate", type=int, metavar="HZ", help="Samples per second, e.g. 16000.")
@click.option("--timestamps", is_flag=True, help="Print when each word is spoken, as a table.")
@click.option("--json", "is_json", is_flag=True, help="With --timestamps: print one JSON object a line.")
@click.option("--captions", metavar="FILE", help="Write captions to FILE, named .srt or .vtt.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing about what is going on.")
@reach_options
def command(**given: Unpack[_Given]) -> None:
    """Speak TEXT, or what comes on standard input (-), or a file.

    The audio goes to its place while it is made, so a whole book needs no more memory than a sentence. Text on standard
    input may come slowly, e.g. from a language model: each sentence is spoken when it is complete. Tags in the text,
    such as <break time="1s"/>, are obeyed.

    Ctrl-C leaves a file with what was spoken until then, and so does a server that fails half-way.

    \b
      cartesia-core speak "Hello, world." -o hello.wav --captions hello.srt
      cartesia-core speak --file chapter.txt -o chapter.mp3 --voice Walter
      some-program | cartesia-core speak - -o - | ffplay -nodisp -
    """  # noqa: D301 -- the library's mark
    speak(given["words"], given)
