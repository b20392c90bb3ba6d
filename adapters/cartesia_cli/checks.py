"""What `doctor` looks at, in order; what cannot work because of something before it is left out."""

from __future__ import annotations

import platform
import shutil
import time
from contextlib import ExitStack
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from cartesia_cli.exits import Exit, exit_of, sentence
from cartesia_cli.finding import Check, Verdict
from cartesia_cli.network import check_network, is_reached
from cartesia_cli.reach import started_server
from cartesia_cli.voice_choice import DEFAULT_ID
from cartesia_core import NO_RETRIES, RawFormat, WavFormat, __version__
from cartesia_core.auth import ApiKey
from cartesia_core.errors import CartesiaError
from cartesia_core.tts.events import AudioChunk
from cartesia_core.url import check_base_url
from cartesia_core.versions import NEWEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cartesia_cli.reach import Reach
    from cartesia_sync import Client

__all__ = ["run_checks"]

_EXTRAS: Final = {
    "httpx": ("httpx",),
    "trio": ("httpx", "trio"),
    "audio": ("soundfile", "sounddevice", "numpy", "soxr"),
    "media": ("av",),
    "local": ("espeakng_loader", "h11", "lameenc", "numpy", "pocketsphinx", "soxr", "trio"),
}
_CLOCK_SECONDS: Final = 60.0
_FORMAT: Final = RawFormat("pcm_s16le", 16000)
_WAV: Final = WavFormat("pcm_s16le", 16000)


def run_checks(reach: Reach) -> Iterator[Check]:
    """Look at everything."""
    yield Check("version", Verdict.GOOD, f"cartesia-core {__version__}, API {reach['api_version']}, {_python()}")
    yield from _extras()
    yield _playing()
    yield _recording()
    if reach["is_local"]:
        yield from _local(reach)
        return
    key = _key(reach["api_key"])
    yield key
    try:
        base_url = check_base_url(reach["base_url"])
    except CartesiaError as error:
        yield _failure("base URL", error)
        return
    network = list(check_network(base_url))
    yield from network
    if is_reached(network):
        yield from _api(reach, base_url, None if key.verdict is Verdict.BAD else reach["api_key"])


def _python() -> str:
    return f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"


def _extras() -> Iterator[Check]:
    for extra, modules in _EXTRAS.items():
        missing = [module for module in modules if find_spec(module) is None]
        if missing:
            advice = f"{', '.join(missing)} not installed; if wanted: pip install 'cartesia-core[{extra}]'"
            yield Check(f"extra {extra}", Verdict.NOTE, advice)
        else:
            yield Check(f"extra {extra}", Verdict.GOOD, "installed")


def _playing() -> Check:
    from cartesia_audio import PLAYERS

    found = next((name for name in PLAYERS if shutil.which(name)), None)
    if found is not None:
        return Check("player", Verdict.GOOD, f"{found} plays what has no -o")
    return Check("player", Verdict.NOTE, f"none of {', '.join(PLAYERS)} found; without -o only a sound device can play")


def _recording() -> Check:
    from cartesia_audio import MicrophoneSource

    try:
        MicrophoneSource().close()
    except CartesiaError as error:
        return Check("microphone", Verdict.NOTE, f"{sentence(error).rstrip('.')}; only `transcribe --live` needs one")
    return Check("microphone", Verdict.GOOD, "can be opened")


def _key(key: str | None) -> Check:
    if not (key or "").strip():
        text = "none; set CARTESIA_API_KEY or pass --api-key, or use --local"
        return Check("API key", Verdict.BAD, text, Exit.AUTHENTICATION)
    try:
        length = len(ApiKey(key or "").reveal())
    except CartesiaError as error:
        return Check("API key", Verdict.BAD, sentence(error), Exit.AUTHENTICATION)
    return Check("API key", Verdict.GOOD, f"given, of length {length}")


def _local(reach: Reach) -> Iterator[Check]:
    with ExitStack() as stack:
        began = time.monotonic()
        try:
            base_url, key = stack.enter_context(started_server())
        except CartesiaError as error:
            yield _failure("local server", error)
            return
        yield Check("local server", Verdict.GOOD, f"listens on {base_url} after {_milliseconds(began)}")
        with _client(reach, base_url, key) as client:
            yield from _answers(client)
            yield _guarded("speech", lambda: _speech(client))
            yield _guarded("hearing", lambda: _hearing(client))


def _api(reach: Reach, base_url: str, key: str | None) -> Iterator[Check]:
    # The state of the service is told to everyone: a key that is no key will do.
    with _client(reach, base_url, key or "none") as client:
        if key is None:
            yield _guarded("API", lambda: _status(client))
        else:
            yield from _answers(client)


def _client(reach: Reach, base_url: str, key: str) -> Client:
    from cartesia_sync import Client

    return Client(api_key=key, base_url=base_url, version=reach["api_version"], timeout=10.0, retry=NO_RETRIES)


def _answers(client: Client) -> Iterator[Check]:
    yield _guarded("API", lambda: _status(client))
    yield _guarded("clock", lambda: _clock(client))
    yield _guarded("key accepted", lambda: _voices(client))
    yield _guarded("socket", lambda: _socket(client))


def _status(client: Client) -> Check:
    began = time.monotonic()
    status = client.get_status()
    state = f"up, answers in {_milliseconds(began)}, its newest version is {status.version}"
    if not status.ok:
        return Check("API", Verdict.BAD, "the service says it is not well; try again later")
    if status.version > NEWEST:
        return Check("API", Verdict.NOTE, f"{state}; this program knows {NEWEST}, which it goes on speaking")
    return Check("API", Verdict.GOOD, state)


def _clock(client: Client) -> Check:
    date = client.get_status.raw().headers.get("date")
    if date is None:
        return Check("clock", Verdict.NOTE, "not compared: the server does not say what time it is")
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return Check("clock", Verdict.NOTE, f"not compared: the server's date is no date ({date!r})")
    off = abs((datetime.now(timezone.utc) - theirs).total_seconds())
    if off > _CLOCK_SECONDS:
        return Check("clock", Verdict.NOTE, f"{off:.0f} s off the server's; tokens and certificates may seem expired")
    return Check("clock", Verdict.GOOD, "agrees with the server's")


def _voices(client: Client) -> Check:
    voice = next(iter(client.voices.list(limit=1)), None)
    seen = "the list of voices is empty" if voice is None else f"{voice.name} is the first of the voices"
    return Check("key accepted", Verdict.GOOD, f"yes, {seen}")


def _socket(client: Client) -> Check:
    began = time.monotonic()
    with client.tts.websocket():
        return Check("socket", Verdict.GOOD, f"opens in {_milliseconds(began)}")


def _speech(client: Client) -> Check:
    began = time.monotonic()
    first: float | None = None
    nbytes = 0
    with client.tts.websocket() as socket:
        for event in socket.speak("All is well.", model_id="sonic-3", voice=DEFAULT_ID, output_format=_FORMAT):
            if isinstance(event, AudioChunk):
                first = first or time.monotonic()
                nbytes += len(event.audio)
    if first is None:
        return Check("speech", Verdict.BAD, "the server sent no audio")
    seconds = _FORMAT.seconds(nbytes)
    return Check(
        "speech", Verdict.GOOD, f"{seconds:.1f} s spoken, the first audio after {(first - began) * 1000:.0f} ms"
    )


def _hearing(client: Client) -> Check:
    spoken = client.tts.generate(
        model_id="sonic-3", transcript="The weather is nice today.", voice=DEFAULT_ID, output_format=_WAV
    )
    began = time.monotonic()
    heard = client.stt.transcribe(file=spoken.content, model="ink-whisper").text
    if "weather" not in heard:
        return Check("hearing", Verdict.BAD, f"what was spoken was not understood: {heard!r}")
    return Check("hearing", Verdict.GOOD, f"{spoken.seconds:.1f} s of audio understood in {_milliseconds(began)}")


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except CartesiaError as error:
        return _failure(name, error)


def _failure(name: str, error: CartesiaError) -> Check:
    return Check(name, Verdict.BAD, sentence(error).rstrip("."), exit_of(error))


def _milliseconds(began: float) -> str:
    return f"{(time.monotonic() - began) * 1000:.0f} ms"
