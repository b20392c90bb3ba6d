# ruff: noqa: RUF001 -- the punctuation of other scripts is meant
"""From an utterance to what the engine has to do, one after the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias
from xml.sax.saxutils import escape

from attrs import define, evolve, field, frozen

from cartesia_core import transcript
from cartesia_core.errors import InvalidArgument
from cartesia_local.speech.emotions import manner
from cartesia_local.speech.languages import SPACELESS, engine_language, primary
from cartesia_local.speech.lexicon import AS_WRITTEN, Lexicon, Piece, Said
from cartesia_local.speech.protocol import SAMPLE_RATE, Job
from cartesia_local.speech.sounds import mnemonics
from cartesia_local.speech.words import Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cartesia_local.speech.voices import EngineVoice

__all__ = ["LONGEST_BREAK_SECONDS", "Silence", "Speech", "Step", "Utterance", "steps"]

_SSML: Final = 0x10
_PHONEMES: Final = 0x100
_END_PAUSE: Final = 0x1000

# Words a minute at which eSpeak NG speaks at the API's speed 1.
_NORMAL_RATE: Final = 165
_SLOWEST, _FASTEST = 80, 450
_LONGEST_JOB: Final = 1000
"""Characters: about a minute of speech. Bounds what both processes hold, and what a crash costs."""

LONGEST_BREAK_SECONDS: Final = 600.0
"""The vendor documents no limit; this one keeps a slip of the pen from filling a disk."""

_SPEEDS: Final = (0.5, 2.0)
_VOLUMES: Final = (0.0, 2.0)

_WORD: Final = re.compile(r"\S+")
# A word of four letters or more before the full stop is hardly an abbreviation.
_SENTENCE_END: Final = re.compile(r"""(?:\w{4}\.|[!?…])["'”’»)\]]*\s+|[。！？]|\n\s*\n""")
_CLAUSE_END: Final = re.compile(r"[,;:،、，；](?:\s+|(?<=[、，；]))")
_SPACE: Final = re.compile(r"\s+")
_CLINGING: Final = re.compile(r"""[.,;:!?…。！？，、；：،؟।"'”’»)\]]+(?=\s|$)""")
_PUNCTUATED: Final = re.compile(r"""[.,;:!?…。！？，、；：،؟।]["'”’»)\]]*\s*$""")


@frozen
class Utterance:
    """What is to be said, and how.

    Args:
        text: May carry the API's tags.
        voice: Who speaks.
        language: Language or locale of the text; by default the voice's own.
        speed: 0.5 to 2, 1 being the voice's own. A tag in the text takes its place from there on.
        volume: 0 to 2, 1 being the voice's own. A tag in the text takes its place from there on.
        emotion: One of the API's emotions, imitated by rate and pitch. A tag takes its place from there on.
        lexicon: How words are to be said.

    Raises:
        InvalidArgument: Speed or volume is out of range, or the engine does not speak the language.
    """

    text: str
    voice: EngineVoice
    language: str | None = None
    speed: float = 1.0
    volume: float = 1.0
    emotion: str | None = None
    lexicon: Lexicon = AS_WRITTEN

    def __attrs_post_init__(self) -> None:
        for name, value, (low, high) in (("speed", self.speed, _SPEEDS), ("volume", self.volume, _VOLUMES)):
            if not low <= value <= high:
                raise InvalidArgument(f"{name} is {value!r}; allowed is {low:g} to {high:g}.")
        if self.language is not None:
            engine_language(self.language)


@frozen
class Silence:
    """Nothing is said for so many samples."""

    samples: int


@frozen
class Speech:
    """One job of the engine.

    Args:
        job: What the child process gets.
        tokens: The words in its text; `None` where the engine says what a word is.
        gain: Factor for its samples.
    """

    job: Job
    tokens: tuple[Token, ...] | None
    gain: float


Step: TypeAlias = Silence | Speech


@frozen
class _Manner:
    """What tags can change."""

    speed: float
    volume: float
    emotion: str | None


@define
class _Run:
    """Text without a change of manner, as the engine gets it."""

    text: str = ""
    replaced: list[tuple[int, int, str]] = field(factory=list[tuple[int, int, str]])
    """Places in the text that are written otherwise in the transcript, and how."""

    def add(self, text: str) -> None:
        """Add what is spoken as it is written; its double brackets must not be taken for phonemes."""
        first, *rest = text.split("[[")
        self.text += first
        for part in rest:
            self.replace("[[", "((")
            self.text += part

    def replace(self, written: str, text: str) -> None:
        """Add what is written otherwise than it is spoken."""
        self.replaced.append((len(self.text), len(self.text) + len(text), written))
        self.text += text

    def spans(self, start: int, end: int) -> list[tuple[int, int]]:
        """Give where the words stand between two places; what is said for one word is one."""
        spans: list[tuple[int, int]] = []
        for match in _WORD.finditer(self.text[start:end]):
            first, last = start + match.start(), start + match.end()
            if spans and any(begin < first < stop for begin, stop, _ in self.replaced):
                spans[-1] = (spans[-1][0], last)
            else:
                spans.append((first, last))
        return spans

    def token(self, start: int, end: int) -> Token:
        """Give the word at this place as it is written."""
        pieces: list[str] = []
        place = start
        for begin, stop, written in self.replaced:
            if start <= begin < end:
                pieces += [self.text[place:begin], written]
                place = stop
        return Token("".join([*pieces, self.text[place:end]]), start, end)


def steps(utterance: Utterance) -> Iterator[Step]:
    """Give what to do, step by step; the whole text is checked before the first step.

    Raises:
        InvalidArgument: A tag cannot be used, or the engine does not speak the language.
    """
    pieces = list(utterance.lexicon.applied(_glued([token.piece for token in transcript.tokenize(utterance.text)])))
    for piece in pieces:
        for inner in piece.pieces if isinstance(piece, Said) else (piece,):
            _check(inner)
    return _Planner(utterance).steps(pieces)


def _glued(pieces: list[transcript.Piece]) -> list[transcript.Piece]:
    """Put punctuation behind a spelled word inside its tag: it is no word of its own, but makes a pause."""
    for index, (spelled, end, after) in enumerate(zip(pieces, pieces[1:], pieces[2:], strict=False)):
        if not isinstance(end, transcript.SpellEnd):
            continue
        if isinstance(spelled, transcript.Text) and isinstance(after, transcript.Text):
            punctuation = _CLINGING.match(after.text)
            if punctuation is not None:
                pieces[index] = transcript.Text(spelled.text + punctuation[0])
                pieces[index + 2] = transcript.Text(after.text[punctuation.end() :])
    return pieces


def _check(piece: transcript.Piece) -> None:
    if isinstance(piece, transcript.Malformed):
        raise InvalidArgument(f"The tag {piece.text[:60]} in the transcript cannot be used. {piece.problem}")
    if isinstance(piece, transcript.Break) and piece.seconds > LONGEST_BREAK_SECONDS:
        raise InvalidArgument(
            f"A break of {piece.seconds:g} seconds is too long: {LONGEST_BREAK_SECONDS:g} are allowed."
        )
    if isinstance(piece, transcript.Phonemes):
        mnemonics(piece.symbols, english=True)


class _Planner:
    def __init__(self, utterance: Utterance) -> None:
        self._voice = utterance.voice
        self._name = utterance.voice.engine_name_for(utterance.language)
        self._english = primary(utterance.language or utterance.voice.locale) == "en"
        self._spaceless = primary(utterance.language or utterance.voice.locale) in SPACELESS
        self._spelling = False
        self._manner = _Manner(utterance.speed, utterance.volume, utterance.emotion)

    def steps(self, pieces: Iterable[Piece]) -> Iterator[Step]:
        """Give the steps; how to speak changes on the way."""
        run = _Run()
        for piece in self._simple(pieces):
            if isinstance(piece, Said):
                run.replace(piece.written, "".join(map(self._sounding, piece.pieces)))
            elif isinstance(piece, transcript.Text) and not self._spelling:
                run.add(piece.text)
            elif isinstance(piece, transcript.Phonemes) and not self._spaceless:
                run.replace(str(piece), self._phonemes(piece))
            else:
                # A break stands for the pause that punctuation before it would make.
                yield from self._finish(run, pause=_pauses(run.text) and not isinstance(piece, transcript.Break))
                run = _Run()
                yield from self._tagged(piece)
        yield from self._finish(run, pause=True)

    def _simple(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Leave a replaced word whole only where it has times of its own and is text or phonemes throughout."""
        for piece in pieces:
            if isinstance(piece, Said) and (self._spaceless or not all(map(_is_plain, piece.pieces))):
                yield from piece.pieces
            else:
                yield piece

    def _sounding(self, piece: transcript.Piece) -> str:
        return self._phonemes(piece) if isinstance(piece, transcript.Phonemes) else str(piece).replace("[[", "((")

    def _tagged(self, piece: transcript.Piece) -> Iterator[Step]:
        if isinstance(piece, transcript.Break):
            yield Silence(round(piece.seconds * SAMPLE_RATE))
        elif isinstance(piece, transcript.Text):
            yield from self._spelled(piece.text)
        elif isinstance(piece, transcript.Phonemes):
            job = self._phonemes(piece)
            yield self._speech(job, (Token(str(piece), 0, len(job)),), _PHONEMES)
        elif isinstance(piece, transcript.Laughter):
            yield self._laughter()
        else:
            self._turn(piece)

    def _phonemes(self, piece: transcript.Phonemes) -> str:
        return f"[[{mnemonics(piece.symbols, english=self._english)}]]"

    def _turn(self, piece: transcript.Piece) -> None:
        if isinstance(piece, transcript.Speed):
            self._manner = evolve(self._manner, speed=piece.ratio)
        elif isinstance(piece, transcript.Volume):
            self._manner = evolve(self._manner, volume=piece.ratio)
        elif isinstance(piece, transcript.Emotion):
            self._manner = evolve(self._manner, emotion=piece.value)
        elif isinstance(piece, (transcript.SpellBegin, transcript.SpellEnd)):
            self._spelling = isinstance(piece, transcript.SpellBegin)

    def _finish(self, run: _Run, *, pause: bool) -> Iterator[Step]:
        start = 0
        while start < len(run.text):
            end = _cut(run.text, start)
            text = run.text[start:end]
            if text.strip():
                last = end >= len(run.text.rstrip())
                flags = _PHONEMES if run.replaced else 0
                flags |= _END_PAUSE if (pause if last else _pauses(text)) else 0
                yield self._speech(text, self._tokens(run, start, end), flags)
            start = end

    def _tokens(self, run: _Run, start: int, end: int) -> tuple[Token, ...] | None:
        if self._spaceless:
            return None
        found = (run.token(*span) for span in run.spans(start, end))
        return tuple(Token(token.word, token.start - start, token.end - start) for token in found)

    def _spelled(self, text: str) -> Iterator[Step]:
        for written in _WORD.findall(text):
            clinging = _CLINGING.search(written)
            letters = written[: clinging.start()] if clinging and clinging.start() else written
            job = f'<say-as interpret-as="characters">{escape(letters)}</say-as>'
            flags = _SSML | (_END_PAUSE if _pauses(written) else 0)
            yield self._speech(job, (Token(written, 0, len(job)),), flags)

    def _laughter(self) -> Step:
        job = self._job(f"{engine_language('en')}+{self._voice.variant}", "ha ha ha ha!", (), 0)
        livelier = job._replace(rate=min(job.rate + 60, _FASTEST), pitch=min(job.pitch + 15, 99), pitch_range=99)
        return Speech(livelier, (), self._manner.volume)

    def _speech(self, text: str, tokens: tuple[Token, ...] | None, flags: int) -> Speech:
        return Speech(self._job(self._name, text, tokens or (), flags), tokens, self._manner.volume)

    def _job(self, voice: str, text: str, tokens: tuple[Token, ...], flags: int) -> Job:
        how = manner(self._manner.emotion)
        rate = round(_NORMAL_RATE * self._manner.speed * how.rate * self._voice.rate)
        return Job(
            voice=voice,
            rate=max(_SLOWEST, min(rate, _FASTEST)),
            pitch=max(0, min(self._voice.pitch + how.pitch, 99)),
            pitch_range=max(0, min(self._voice.pitch_range + how.pitch_range, 99)),
            text=text,
            flags=flags,
            # A word alone shares with nobody: no need to count.
            spans=tuple((token.start, token.end) for token in tokens) if len(tokens) > 1 else (),
        )


def _is_plain(piece: transcript.Piece) -> bool:
    return isinstance(piece, (transcript.Text, transcript.Phonemes))


def _pauses(text: str) -> bool:
    return _PUNCTUATED.search(text) is not None


def _cut(text: str, start: int) -> int:
    """Give where the job that begins at `start` should end: after a sentence, else a clause, else a word."""
    limit = start + _LONGEST_JOB
    if len(text) <= limit:
        return len(text)
    for pattern in (_SENTENCE_END, _CLAUSE_END, _SPACE):
        ends = [match.end() for match in pattern.finditer(text, start, limit)]
        if ends:
            return ends[-1]
    return limit
