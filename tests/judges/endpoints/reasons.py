"""Why a request of ours differs from that of an official SDK."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

from attrs import frozen

GENERAL: Final = {
    "header user-agent": "each library names itself",
    "header x-cartesia-client": "the vendor's statistics of its own SDK, optional by the catalogue",
    "header x-stainless-*": "diagnostics of the generator of SDK 4",
    "header x-fern-*": "diagnostics of the generator of SDK 2",
    "file * type": "SDK 2 and 4 ask the machine for the type of a file; ours has a table of its own",
}
"""Parts of requests that differ everywhere, or on some machines."""


@frozen
class Reason:
    """Why some part differs.

    Attributes:
        sdks: Which SDKs.
        forms: Which forms, as patterns.
        part: Which part, as a pattern.
        text: Why.
    """

    sdks: tuple[str, ...]
    forms: tuple[str, ...]
    part: str
    text: str

    def is_about(self, sdk: str, form: str, part: str) -> bool:
        """Tell whether it speaks of a difference."""
        return (
            sdk in self.sdks
            and fnmatchcase(part, self.part)
            and any(fnmatchcase(form, pattern) for pattern in self.forms)
        )


OLD: Final = ("2.0.17", "1.4.0")
ALL: Final = ("4.2.0", *OLD)
ANY: Final = ("*",)

REASONS: Final = (
    Reason(OLD, ANY, "header accept", "ours says what it can read, as SDK 4 does; the older SDKs take anything"),
    Reason(
        ("4.2.0",),
        ("voice_changer.sse",),
        "header accept",
        "the deprecated name asks for anything and throws the answer away",
    ),
    Reason(
        ALL,
        ("tts.bytes*", "infill.bytes*", "voice_changer.bytes", "agents.calls.download_audio"),
        "header accept-encoding",
        "audio gains nothing from gzip, and httpx takes cut gzip for whole",
    ),
    Reason(ALL, ANY, "header content-type", "the SDK names a type where there is no content"),
    Reason(
        ("4.2.0",),
        ("*.list", "*.list_voices"),
        "requests",
        "the SDK walks on until an empty page; ours obeys `has_more` and saves that call",
    ),
    Reason(
        ("1.4.0",),
        ("*@legacy", "voices.create", "voices.mix"),
        "header cartesia-version",
        "ours pins the last version that has the form, 2024-11-13",
    ),
    Reason(
        ("2.0.17",),
        ("voices.localize@legacy",),
        "header cartesia-version",
        "ours pins the last version that has the form, 2026-03-01",
    ),
    Reason(
        ("2.0.17",),
        ("voices.localize@legacy",),
        "header authorization",
        "the key goes as the pinned version has it: `Authorization: Bearer`, not `X-API-Key`",
    ),
    Reason(
        ("2.0.17",),
        ("voices.localize@legacy",),
        "header x-api-key",
        "the key goes as the pinned version has it: `Authorization: Bearer`, not `X-API-Key`",
    ),
    Reason(("2.0.17",), ("voices.create",), "path", "the catalogue has no slash at the end"),
    Reason(
        ("1.4.0",),
        ("tts.*",),
        "body.voice.mode",
        "the definitions of 2024-06-10 name the mode of a voice; the SDK leaves it out",
    ),
    Reason(("1.4.0",), ("tts.sse",), "body.add_timestamps", "ours asks for the times of words; the SDK cannot"),
)
TEXTS: Final = tuple(dict.fromkeys(reason.text for reason in REASONS))
"""The notes of the table, in their order."""


def general(part: str) -> bool:
    """Tell whether a part differs everywhere."""
    return any(fnmatchcase(part, pattern) for pattern in GENERAL)


def reason_for(sdk: str, form: str, part: str) -> Reason | None:
    """Give the reason for a difference; None if there is none."""
    return next((reason for reason in REASONS if reason.is_about(sdk, form, part)), None)


def note_for(sdk: str, form: str, part: str) -> str:
    """Give the number of the note about a difference; without one, the part with a question mark."""
    reason = reason_for(sdk, form, part)
    return f"[{TEXTS.index(reason.text) + 1}]" if reason else f"[? {part}]"
