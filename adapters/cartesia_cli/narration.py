"""What `speak` does: checks everything that can be checked, then speaks, writes and reports."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import click

from cartesia_cli.exits import Ended, exit_of, sentence
from cartesia_cli.feed import Feed
from cartesia_cli.formats import plan_audio
from cartesia_cli.outputs import STDOUT
from cartesia_cli.progress import shown_progress
from cartesia_cli.reach import Reach, opened_client
from cartesia_cli.result import Result
from cartesia_cli.signals import Interrupts
from cartesia_cli.speech import Speech, has_reports
from cartesia_cli.texts import open_text
from cartesia_cli.voice_choice import choose_voice
from cartesia_cli.word_times import WordPrinter
from cartesia_core.errors import CartesiaError, InvalidArgument, RemoteProtocolError, SinkError
from cartesia_core.tts.models import GenerationConfig

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartesia_cli.formats import AudioPlan
    from cartesia_cli.progress import Meter
    from cartesia_cli.voice_choice import ChosenVoice
    from cartesia_core.audio import RawFormat
    from cartesia_core.tts.commands import ContextKeywords

__all__ = ["Wanted", "narrate", "speak"]


class Wanted(Reach):
    """The values of the options of `speak`."""

    file: str | None
    output: str | None
    voice: str | None
    model: str
    language: str | None
    locale: str | None
    speed: float | None
    volume: float | None
    emotion: str | None
    audio_format: str | None
    encoding: str | None
    sample_rate: int | None
    timestamps: bool
    is_json: bool
    captions: str | None
    quiet: bool


def speak(words: Sequence[str], wanted: Wanted) -> None:
    """Speak, and tell on stderr what was done.

    Raises:
        CartesiaError, ClickException: What went wrong.
    """
    plan = plan_audio(wanted["output"], wanted["audio_format"], wanted["encoding"], wanted["sample_rate"])
    if wanted["is_json"] and not wanted["timestamps"]:
        raise click.UsageError("--json goes with --timestamps")
    config = _config(wanted)
    text = open_text(words, wanted["file"])
    feed = Feed(text.blocks)
    with ExitStack() as stack:
        interrupts = Interrupts()
        stack.enter_context(interrupts.installed())
        result = _result(wanted, plan)
        stack.callback(result.abort)
        feed.start()
        if not feed.wait():
            raise InvalidArgument("the text is empty or blank; there is nothing to speak")
        client = stack.enter_context(opened_client(wanted))
        voice = choose_voice(client, wanted["voice"], wanted["locale"] or wanted["language"])
        options = _options(wanted, plan.wire, voice, config)
        options["add_timestamps"] = result.wants_words
        meter = stack.enter_context(shown_progress(text.characters, is_wanted=_leaves_terminal(wanted)))
        socket = stack.enter_context(client.tts.websocket())
        speech = Speech(socket, feed, options, time.monotonic, reports=has_reports(wanted["api_version"]))
        narrate(speech, result, meter, interrupts)
    if not wanted["quiet"]:
        click.echo(_summary(speech, result, voice), err=True)


def narrate(speech: Speech, result: Result, meter: Meter, interrupts: Interrupts) -> None:
    """Speak into the result; what broke off is kept, for it was paid for.

    Raises:
        Ended: The user ended it, or it failed with some audio there.
        CartesiaError: It failed.
    """
    try:
        with closing(iter(speech)) as pieces:
            for spoken in pieces:
                with interrupts.shielded(is_wanted=result.is_file):
                    result.take(spoken)
                meter(speech)
        if not result.seconds:
            raise RemoteProtocolError("the server sent no audio for this text; are there words in it?")
        result.close()
    except KeyboardInterrupt as reason:
        with interrupts.shielded():
            kept = result.keep()
        raise Ended(f"Interrupted; {kept}.", exit_of(reason)) from reason
    except SinkError:
        raise
    except CartesiaError as error:
        if not result.seconds:
            raise
        said = sentence(error).rstrip(".")
        raise Ended(f"{said}; {result.keep()}.", exit_of(error)) from error


def _result(wanted: Wanted, plan: AudioPlan) -> Result:
    printer = None
    if wanted["timestamps"]:
        printer = WordPrinter(is_json=wanted["is_json"], on_stderr=wanted["output"] == STDOUT)
    return Result(
        wanted["output"],
        plan,
        captions=wanted["captions"],
        language=wanted["locale"] or wanted["language"],
        printer=printer,
    )


def _leaves_terminal(wanted: Wanted) -> bool:
    """Whether nothing else is printed on the terminal meanwhile."""
    prints = wanted["timestamps"] and (wanted["output"] == STDOUT or sys.stdout.isatty())
    return not (wanted["quiet"] or prints)


def _config(wanted: Wanted) -> GenerationConfig | None:
    if wanted["speed"] is None and wanted["volume"] is None and wanted["emotion"] is None:
        return None
    return GenerationConfig(speed=wanted["speed"], volume=wanted["volume"], emotion=wanted["emotion"])


def _options(
    wanted: Wanted, audio_format: RawFormat, voice: ChosenVoice, config: GenerationConfig | None
) -> ContextKeywords:
    options: ContextKeywords = {"model_id": wanted["model"], "voice": voice.id, "output_format": audio_format}
    if wanted["language"] is not None:
        options["language"] = wanted["language"]
    if wanted["locale"] is not None:
        options["locale"] = wanted["locale"]
    if config is not None:
        options["generation_config"] = config
    return options


def _summary(speech: Speech, result: Result, voice: ChosenVoice) -> str:
    delay = f"{(speech.first_audio_seconds or 0) * 1000:.0f} ms"
    return (
        f"Spoke {speech.characters:,} characters with {voice}: {result.seconds:.1f} s of audio, "
        f"the first after {delay}; {result}."
    )
