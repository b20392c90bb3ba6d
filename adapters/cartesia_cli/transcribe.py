"""`cartesia-core transcribe`."""

from __future__ import annotations

import click
from typing_extensions import Unpack

from cartesia_cli.exits import EPILOG
from cartesia_cli.hearing import Hearing, check_hearing
from cartesia_cli.listening import listen
from cartesia_cli.reach import reach_options
from cartesia_cli.recording import transcribe
from cartesia_core.stt.models import STT_ENCODINGS

__all__ = ["command"]


@click.command("transcribe", epilog=EPILOG, short_help="Write down a recording, or what is said.")
@click.argument("file", metavar="[FILE]", required=False)
@click.option("--live", is_flag=True, help="Listen to the microphone, or to FILE at the pace at which it was spoken.")
@click.option("--turns", is_flag=True, help="With --live: a line for each turn of a conversation.")
@click.option("--device", metavar="NAME|N", help="With --live: the microphone, by number or a part of its name.")
@click.option(
    "--seconds", type=click.FloatRange(min=0, min_open=True), metavar="S", help="With --live: stop after that."
)
@click.option("--fast", is_flag=True, help="With --live FILE: as fast as it goes.")
@click.option("--model", metavar="ID", help="The model that hears; ink-whisper unless given, ink-2 with --turns.")
@click.option("--language", metavar="CODE", help="Language of the speech, e.g. fr.")
@click.option("--keyterm", "keyterms", multiple=True, metavar="TEXT", help="With --live: listen for it; repeatable.")
@click.option("--encoding", metavar="NAME", help=f"Encoding of samples without a header: {', '.join(STT_ENCODINGS)}.")
@click.option("--sample-rate", type=int, metavar="HZ", help="Of samples without a header.")
@click.option("-o", "--output", metavar="FILE", help="Write the text to FILE instead of standard output.")
@click.option("--words", is_flag=True, help="Print when each word was said, as a table.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object; with --live, one a line for every event.")
@click.option("--captions", metavar="FILE", help="Write captions to FILE, named .srt or .vtt.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing about what is going on.")
@reach_options
def command(**given: Unpack[Hearing]) -> None:
    """Write down what is said in FILE, on standard input (-), or into a microphone (--live).

    A recording may have any length and be flac, m4a, mp3, mp4, ogg, wav or webm. It is sent as it is; standard input is
    read to its end first.

    With --live the text comes while it is spoken; on a terminal the line that is not final yet is updated in place.
    Ctrl-C ends the recording, and the rest of the text is waited for; a second one ends that.

    \b
      cartesia-core transcribe talk.mp3 --captions talk.srt
      cartesia-core transcribe --live --turns
      cartesia-core speak "Hello, world." -o - | cartesia-core transcribe -
    """  # noqa: D301 -- the library's mark
    check_hearing(given)
    if given["live"]:
        listen(given)
    else:
        transcribe(given)
