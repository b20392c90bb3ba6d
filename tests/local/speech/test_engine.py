"""The engine as a whole: what it says, how it stops, and what becomes of it when its process dies."""

from __future__ import annotations

import os
import signal
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import trio
import trio.testing

from cartesia_core.errors import CartesiaError, InvalidArgument, LocalProtocolError, MissingExtra
from cartesia_local.speech.engine import SAMPLE_RATE, Engine, EngineCrashed, Samples, Utterance
from cartesia_local.speech.process import ChildProcess, engine_command
from cartesia_local.speech.protocol import WINDOW, Block, Job
from cartesia_local.speech.voices import DEFAULT_VOICE, VOICES, EngineVoice
from tests.local.speech.saying import PARAGRAPH, SENTENCE, collect, say, say_all, with_engine

CRASHING = "№№-परीक्षण परीक्षण"  # found by fuzzing: kills eSpeak NG 1.52 in Hindi, Spanish and others
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="uses /proc and waitid")


def plain(text: str) -> Utterance:
    return Utterance(text, DEFAULT_VOICE)


def test_speech_lasts_as_long_as_its_text_and_is_not_silent() -> None:
    """Thirteen words take three to seven seconds, and sound from beginning to end without clipping."""
    said = say(SENTENCE)
    assert 3 < said.seconds < 7
    assert said.loudness > 0.05
    assert np.abs(said.pcm).max() < 0.95
    first_half, second_half = np.array_split(said.pcm, 2)
    assert min(np.abs(first_half).max(), np.abs(second_half).max()) > 0.2


def test_longer_text_is_longer_speech() -> None:
    """Three times the text takes three times as long, within a tenth."""
    one, three = say_all(plain(PARAGRAPH), plain(PARAGRAPH * 3))
    assert three.seconds == pytest.approx(3 * one.seconds, rel=0.1)


@pytest.mark.parametrize("voice", VOICES[:5], ids=[voice.name for voice in VOICES[:5]])
def test_the_same_text_gives_the_same_bytes(voice: EngineVoice) -> None:
    """In one process and in another, whatever was said in between; breathy voices are the hard ones."""
    utterance = Utterance(SENTENCE, voice)
    first, _, second = say_all(utterance, plain("Something else."), utterance)
    (third,) = say_all(utterance)
    assert first.pcm.tobytes() == second.pcm.tobytes() == third.pcm.tobytes()


@pytest.mark.parametrize("speed", [0.6, 0.8, 1.3, 1.5])
def test_speed_changes_the_duration_in_proportion(speed: float) -> None:
    """Within 5 % of linear, for a man's and a woman's voice."""
    for voice in VOICES[:2]:
        normal, changed = say_all(Utterance(PARAGRAPH, voice), Utterance(PARAGRAPH, voice, speed=speed))
        assert changed.seconds == pytest.approx(normal.seconds / speed, rel=0.05)


def test_volume_is_a_gain_that_never_clips() -> None:
    """Half is exactly half; double is near double where it is quiet, bent where it is loud, never above 1."""
    half, normal, double = (say(SENTENCE, volume=volume) for volume in (0.5, 1.0, 2.0))
    assert np.array_equal(half.pcm, normal.pcm / 2)
    quiet = np.abs(normal.pcm) < 0.3
    assert np.allclose(double.pcm[quiet], normal.pcm[quiet] * 2)
    assert 0.95 < np.abs(double.pcm).max() < 1.0
    assert 1.6 < double.loudness / normal.loudness <= 2.0


def test_emotions_can_be_told_apart() -> None:
    """An imitation by rate and pitch: the angry one hurries, the sad one drags; an unknown one is neutral."""
    neutral, angry, sad, unknown = (say(SENTENCE, emotion=name) for name in (None, "angry", "sad", "like a teapot"))
    assert angry.seconds < neutral.seconds < sad.seconds
    assert unknown.pcm.tobytes() == neutral.pcm.tobytes()


@pytest.mark.parametrize("text", ["", "  \n ", '<break time="0s"/>', "<spell> </spell>"])
def test_nothing_to_say_is_no_sound(text: str) -> None:
    """Text without words ends at once."""
    assert say(text).pieces == []


def test_odd_characters_are_spoken_over() -> None:
    """NUL, half a surrogate pair, emoji, brackets and markup of others neither stop nor break anything."""
    said = say("one \0 two \ud83d three \U0001f600 four [[five]] <six> a < b & c &amp; seven.")
    assert said.words[0].word == "one"
    assert said.words[-1].word == "seven."
    assert "ɛ v" in said.ipa


@pytest.mark.parametrize(("speed", "volume"), [(0.4, 1.0), (2.1, 1.0), (1.0, -0.1), (1.0, 2.5), (float("nan"), 1.0)])
def test_speed_and_volume_have_limits(speed: float, volume: float) -> None:
    """What the engine cannot do is refused before anything happens."""
    with pytest.raises(InvalidArgument, match="allowed is"):
        Utterance("hi", DEFAULT_VOICE, speed=speed, volume=volume)


def test_leaving_early_stops_the_synthesis_at_once() -> None:
    """After one piece of an hour's text the same process is free again for somebody else."""

    async def work(engine: Engine) -> None:
        before = engine.pids
        async with engine.speak(plain(PARAGRAPH * 500)) as pieces:
            async for _ in pieces:
                break
            began = trio.current_time()
        assert trio.current_time() - began < 0.5
        assert (await collect(engine, plain("Next."))).text == "Next."
        assert engine.pids == before

    with_engine(work)


def test_cancellation_frees_the_process() -> None:
    """A cancelled listener leaves nothing behind that the next one could hear."""

    async def work(engine: Engine) -> None:
        alone = await collect(engine, plain(SENTENCE))
        for checkpoints in range(6):
            with trio.CancelScope() as scope:
                async with engine.speak(plain(PARAGRAPH * 100)) as pieces:
                    for _ in range(checkpoints):
                        await pieces.__anext__()
                    scope.cancel()
                    async for _ in pieces:
                        await trio.lowlevel.checkpoint()
            assert scope.cancelled_caught
            assert (await collect(engine, plain(SENTENCE))).pcm.tobytes() == alone.pcm.tobytes()

    with_engine(work)


def test_two_utterances_are_spoken_at_the_same_time() -> None:
    """With two workers both make progress in turns, and neither hears the other."""
    order: list[str] = []

    async def listen(engine: Engine, name: str, text: str, expected: bytes) -> None:
        heard = b""
        async with engine.speak(plain(text)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Samples):
                    order.append(name)
                    heard += piece.pcm.tobytes()
        assert heard == expected

    async def work(engine: Engine) -> None:
        texts = {"one": PARAGRAPH * 2, "two": SENTENCE * 4}
        expected = {name: (await collect(engine, plain(text))).pcm.tobytes() for name, text in texts.items()}
        async with trio.open_nursery() as nursery:
            for name, text in texts.items():
                nursery.start_soon(listen, engine, name, text, expected[name])

    with_engine(work, workers=2)
    assert sum(a != b for a, b in pairwise(order)) > 10


def test_further_utterances_wait_in_order() -> None:
    """With one worker the second begins when the first is over, the third after the second."""
    order: list[str] = []

    async def listen(engine: Engine, name: str) -> None:
        async with engine.speak(plain(SENTENCE)) as pieces:
            order.extend([name async for _ in pieces])

    async def work(engine: Engine) -> None:
        async with trio.open_nursery() as nursery:
            for name in "abc":
                nursery.start_soon(listen, engine, name)
                await trio.testing.wait_all_tasks_blocked()

    with_engine(work)
    assert order == sorted(order)
    assert set(order) == set("abc")


def test_a_listener_who_takes_his_time_holds_the_engine_up() -> None:
    """The child makes no more than its window of blocks while nobody asks for them."""

    async def main() -> None:
        child = await ChildProcess.start(engine_command())
        job = Job("gmw/en-US+klatt5", 165, 50, 50, PARAGRAPH * 5, 0)
        await child.begin(job)
        assert child._process.stdout is not None
        received = 0
        while True:  # read without giving permits, until nothing comes any more
            with trio.move_on_after(0.5) as scope:
                received += len(await child._process.stdout.receive_some())
            if scope.cancelled_caught:
                break
        await child.kill()
        assert WINDOW * 2500 < received < (WINDOW + 2) * 2900

    trio.run(main)


def test_a_text_that_crashes_the_engine_is_one_error() -> None:
    """The library dies of a segmentation fault; that utterance fails, another one and the next go on."""

    async def crash(engine: Engine) -> None:
        with pytest.raises(EngineCrashed, match="died on this text"):
            await collect(engine, Utterance(CRASHING, DEFAULT_VOICE, language="hi"))

    async def work(engine: Engine) -> None:
        async with engine.speak(plain(PARAGRAPH * 5)) as pieces:
            await pieces.__anext__()
            await crash(engine)
            await crash(engine)
            assert (await collect(engine, plain("Still here."))).seconds > 0.5
            rest = [piece async for piece in pieces]
        assert len(rest) > 500

    with_engine(work, workers=2)
    assert issubclass(EngineCrashed, CartesiaError)


def test_a_killed_process_is_one_error() -> None:
    """Whoever was listening is told what happened; the next one gets a new process."""

    async def work(engine: Engine) -> None:
        before = engine.pids
        async with engine.speak(plain(PARAGRAPH * 100)) as pieces:
            await pieces.__anext__()
            os.kill(before[0], signal.SIGTERM)
            with pytest.raises(EngineCrashed, match="SIGTERM"):
                async for _ in pieces:
                    pass
        assert (await collect(engine, plain("Again."))).text == "Again."
        assert engine.pids != before

    with_engine(work)


@linux_only
def test_a_process_that_died_in_idleness_is_replaced_silently() -> None:
    """Nobody was listening, so nobody is told."""

    async def work(engine: Engine) -> None:
        os.kill(engine.pids[0], signal.SIGKILL)
        await trio.to_thread.run_sync(os.waitid, os.P_PID, engine.pids[0], os.WEXITED | os.WNOWAIT)
        assert (await collect(engine, plain("Again."))).text == "Again."

    with_engine(work)


def test_closing_the_engine_ends_listeners_and_processes() -> None:
    """A listener gets an error instead of waiting for ever, and no process stays behind."""

    async def main() -> None:
        engine = Engine()
        await engine.__aenter__()
        pids = engine.pids
        async with engine.speak(plain(PARAGRAPH * 100)) as pieces:
            await pieces.__anext__()
            await engine.__aexit__(None, None, None)
            with pytest.raises(EngineCrashed, match="closed"):
                async for _ in pieces:
                    pass
        with pytest.raises(LocalProtocolError, match="closed"):
            async with engine.speak(plain("hi")):
                pass
        for pid in pids:
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)

    trio.run(main)


@pytest.mark.parametrize("speaking", [False, True])
def test_a_child_dies_with_its_parent(speaking: bool) -> None:
    """When the pipe closes it ends by itself, idle or held up in the middle of a job."""

    async def main() -> None:
        child = await ChildProcess.start(engine_command())
        if speaking:
            await child.begin(Job("gmw/en-US+klatt5", 165, 50, 50, PARAGRAPH * 5, 0))
            while not isinstance(await child.next(), Block):
                pass
        assert child._process.stdin is not None
        await child._process.stdin.aclose()
        with trio.fail_after(5):
            assert await child._process.wait() == 0
        await child.kill()

    trio.run(main)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of terminals")
def test_ctrl_c_in_a_terminal_does_not_reach_the_children() -> None:
    """SIGINT goes to the whole process group; only the parent decides what it means."""

    async def work(engine: Engine) -> None:
        await collect(engine, plain("Up."))
        os.kill(engine.pids[0], signal.SIGINT)
        before = engine.pids
        assert (await collect(engine, plain("Still."))).text == "Still."
        assert engine.pids == before

    with_engine(work)


def test_a_voice_that_does_not_exist_is_an_error_of_that_job() -> None:
    """The child says so and stays usable."""

    async def main() -> None:
        child = await ChildProcess.start(engine_command())
        await child.begin(Job("no/such", 165, 50, 50, "hi", 0))
        with pytest.raises(EngineCrashed, match="no voice 'no/such'"):
            await child.next()
        assert child.usable
        await child.kill()

    trio.run(main)


def test_data_in_a_deep_folder_is_found(tmp_path: Path) -> None:
    """The library itself refuses paths of 160 characters and more."""
    command = engine_command()
    deep = tmp_path / ("d" * 90) / ("e" * 90)
    deep.mkdir(parents=True)
    (deep / "espeak-ng-data").symlink_to(command[-1], target_is_directory=True)

    async def main() -> None:
        child = await ChildProcess.start([*command[:-1], str(deep / "espeak-ng-data")])
        await child.begin(Job("gmw/en-US", 165, 50, 50, "hello", 0))
        assert await child.next() is not None
        await child.kill()

    trio.run(main)


def test_a_missing_engine_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without espeakng-loader the message says what to install."""
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(MissingExtra, match=r"cartesia-core\[local\]"):
        Engine()


@linux_only
def test_memory_does_not_grow_with_the_text() -> None:
    """40,000 characters are more than half an hour of speech; neither process holds more than a minute of it."""

    def kilobytes(pid: int, name: str) -> int:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name))

    async def work(engine: Engine) -> None:
        await collect(engine, plain(PARAGRAPH * 5))
        before = kilobytes(os.getpid(), "VmRSS")
        text = (PARAGRAPH * 500)[:40_000]
        samples, words = 0, 0
        async with engine.speak(plain(text)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Samples):
                    samples += len(piece.pcm)
                else:
                    words += type(piece).__name__ == "WordTime"
        assert samples / SAMPLE_RATE > 1600
        assert words == len(text.split())
        assert kilobytes(os.getpid(), "VmRSS") - before < 16_000
        assert kilobytes(engine.pids[0], "VmHWM") < 40_000

    with_engine(work)
