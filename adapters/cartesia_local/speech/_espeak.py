"""The door to eSpeak NG, through ctypes. Only the child process comes through here: the library can crash.

Source of names, numbers and layouts: `speak_lib.h` of eSpeak NG 1.52.
"""

from __future__ import annotations

import ctypes
import struct
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartesia_local.speech.protocol import Job

__all__ = ["Library", "LibraryError"]

_SYNCHRONOUS: Final = 2
_BUFFER_MILLISECONDS: Final = 60  # the smallest that the library accepts
# Phoneme events, in IPA, and no exit() of the whole process when the data is missing.
_OPTIONS: Final = 0x0001 | 0x0002 | 0x8000
_RATE, _LOUDNESS, _PITCH, _RANGE = 1, 2, 3, 4
# Percent: at 100 the Klatt voices clip; at 70 the loudest peak is 0.85 of full scale.
_HEADROOM: Final = 70
_POSITION_IS_CHARACTERS: Final = 1
_UTF8: Final = 1
_OK: Final = 0
_SEPARATOR: Final = "_"
_PHONEMES_WITH_SEPARATOR: Final = ord(_SEPARATOR) << 8

# espeak_EVENT: type, unique_identifier, text_position, length, audio_position, sample, user_data, id (8 bytes).
_EVENT: Final = struct.Struct("@iIiiiiP8s")
_END_OF_LIST: Final = 0
_NEWS: Final = frozenset({1, 5, 7})  # word, clause end, phoneme

_Callback: Final = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


class LibraryError(Exception):
    """The library refused something; the message says what."""


class Library:
    """A freshly loaded copy of the library, good for one job.

    Loading it afresh takes a millisecond and, with the seed set, gives the same bytes for the same text: the phase of
    flutter and noise lives in static variables, which nothing else resets.

    Args:
        path: The shared library.

    The data is looked for below the working directory: longer paths than 160 bytes are refused by the library.
    """

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)
        rate = self._library.espeak_Initialize(_SYNCHRONOUS, _BUFFER_MILLISECONDS, b".", _OPTIONS)
        if rate <= 0:
            self._unload()
            raise LibraryError(f"eSpeak NG did not start: espeak_Initialize gave {rate}.")
        # It starts from the time of day otherwise, and breathy voices use it.
        self._library.espeak_ng_SetRandSeed(ctypes.c_long(1))

    def close(self) -> None:
        """Free everything and unload."""
        self._library.espeak_Terminate()
        self._unload()

    def prepare(self, job: Job) -> None:
        """Set voice and parameters.

        Raises:
            LibraryError: There is no such voice.
        """
        if self._library.espeak_SetVoiceByName(job.voice.encode()) != _OK:
            raise LibraryError(f"eSpeak NG has no voice {job.voice!r}.")
        for parameter, value in self._parameters(job):
            self._library.espeak_SetParameter(parameter, value, 0)

    @staticmethod
    def _parameters(job: Job) -> tuple[tuple[int, int], ...]:
        return (_RATE, job.rate), (_LOUDNESS, _HEADROOM), (_PITCH, job.pitch), (_RANGE, job.pitch_range)

    def count_phonemes(self, text: str) -> int:
        """Tell how many phonemes the text has when spoken alone."""
        translate = self._library.espeak_TextToPhonemes
        translate.restype = ctypes.c_char_p
        buffer = ctypes.create_string_buffer(text.encode())
        rest = ctypes.c_void_p(ctypes.addressof(buffer))
        count = 0
        while rest.value:
            found = translate(ctypes.byref(rest), _UTF8, _PHONEMES_WITH_SEPARATOR) or b""
            count += len(found.decode("utf-8", "replace").replace(_SEPARATOR, " ").split())
        return count

    def speak(self, job: Job, take: Callable[[list[tuple[int, int, int, bytes]], bytes], bool]) -> None:
        """Speak, giving each block of events and samples to `take` as it is made, until `take` says False.

        Raises:
            LibraryError: The library reported an error.
            Exception: What `take` raised.
        """
        failures: list[BaseException] = []

        def callback(samples: int | None, count: int, events: int) -> int:
            try:
                return 0 if take(_read_events(events), ctypes.string_at(samples, 2 * count) if samples else b"") else 1
            except BaseException as error:  # nothing may pass through the C code
                failures.append(error)
                return 1

        keep_alive = _Callback(callback)
        self._library.espeak_SetSynthCallback(keep_alive)
        text = job.text.encode()
        status = self._library.espeak_Synth(
            text, len(text) + 1, 0, _POSITION_IS_CHARACTERS, 0, _UTF8 | job.flags, None, None
        )
        if failures:
            raise failures[0]
        if status != _OK:
            raise LibraryError(f"eSpeak NG reported error {status}.")

    def _unload(self) -> None:
        import _ctypes  # ctypes itself cannot unload

        if sys.platform == "win32":
            _ctypes.FreeLibrary(self._library._handle)  # noqa: SLF001
        else:
            _ctypes.dlclose(self._library._handle)  # noqa: SLF001


def _read_events(address: int) -> list[tuple[int, int, int, bytes]]:
    found: list[tuple[int, int, int, bytes]] = []
    while True:
        kind, _, position, _, _, sample, _, label = _EVENT.unpack(ctypes.string_at(address, _EVENT.size))
        if kind == _END_OF_LIST:
            return found
        if kind in _NEWS:
            found.append((kind, sample, position, label if kind == 7 else b""))
        address += _EVENT.size
