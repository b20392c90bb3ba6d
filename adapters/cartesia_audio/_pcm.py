"""Samples of every encoding that speech to text takes, to and from numbers between -1 and 1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cartesia_core import laws

if TYPE_CHECKING:
    from cartesia_core.stt.models import SttEncoding

__all__ = ["Numbers", "decode", "encode"]

Numbers: TypeAlias = npt.NDArray[np.float32]
_S16: Final = 2.0**15
_S32: Final = 2.0**31


def decode(encoding: SttEncoding, data: bytes) -> Numbers:
    """Give whole samples as numbers. What is no number becomes silence."""
    return _DECODERS[encoding](data)


def encode(encoding: SttEncoding, samples: Numbers) -> bytes:
    """Give numbers as samples; those out of range are clipped."""
    return _ENCODERS[encoding](samples)


def _whole(samples: Numbers, full_scale: float, dtype: str) -> bytes:
    # In double precision: single has no number between 2^31 - 65 and 2^31.
    wide = np.rint(samples.astype(np.float64) * full_scale)
    return wide.clip(-full_scale, full_scale - 1).astype(dtype).tobytes()


def _scaled(data: bytes, full_scale: float, dtype: str) -> Numbers:
    return (np.frombuffer(data, dtype).astype(np.float64) / full_scale).astype(np.float32)


def _real(data: bytes, dtype: str) -> Numbers:
    return np.nan_to_num(np.frombuffer(data, dtype).astype(np.float32), posinf=1, neginf=-1)


_DECODERS: Final[Mapping[SttEncoding, Callable[[bytes], Numbers]]] = {
    "pcm_s16le": lambda data: _scaled(data, _S16, "<i2"),
    "pcm_s32le": lambda data: _scaled(data, _S32, "<i4"),
    "pcm_f16le": lambda data: _real(data, "<f2"),
    "pcm_f32le": lambda data: _real(data, "<f4"),
    "pcm_mulaw": lambda data: _scaled(laws.mulaw_to_s16(data), _S16, "<i2"),
    "pcm_alaw": lambda data: _scaled(laws.alaw_to_s16(data), _S16, "<i2"),
}
_ENCODERS: Final[Mapping[SttEncoding, Callable[[Numbers], bytes]]] = {
    "pcm_s16le": lambda samples: _whole(samples, _S16, "<i2"),
    "pcm_s32le": lambda samples: _whole(samples, _S32, "<i4"),
    "pcm_f16le": lambda samples: samples.clip(-1, 1).astype("<f2").tobytes(),
    "pcm_f32le": lambda samples: samples.clip(-1, 1).astype("<f4").tobytes(),
    "pcm_mulaw": lambda samples: laws.s16_to_mulaw(_whole(samples, _S16, "<i2")),
    "pcm_alaw": lambda samples: laws.s16_to_alaw(_whole(samples, _S16, "<i2")),
}
