"""Which of eSpeak NG's voices speaks which language code.

Source: the `language` lines of the voice files that come with espeakng-loader 0.2.4 (eSpeak NG 1.52).
"""

from __future__ import annotations

from typing import Final

from cartesia_core.errors import InvalidArgument

__all__ = ["LANGUAGES", "SPACELESS", "engine_language", "primary"]

LANGUAGES: Final[dict[str, str]] = {
    "ar": "sem/ar",
    "bg": "zls/bg",
    "bn": "inc/bn",
    "cs": "zlw/cs",
    "da": "gmq/da",
    "de": "gmw/de",
    "el": "grk/el",
    "en": "gmw/en-US",
    "en-gb": "gmw/en",
    "en-us": "gmw/en-US",
    "es": "roa/es",
    "es-419": "roa/es-419",
    "es-mx": "roa/es-419",
    "fi": "urj/fi",
    "fr": "roa/fr",
    "fr-be": "roa/fr-BE",
    "fr-ch": "roa/fr-CH",
    "fr-fr": "roa/fr",
    "gu": "inc/gu",
    "he": "sem/he",
    "hi": "inc/hi",
    "hr": "zls/hr",
    "hu": "urj/hu",
    "id": "poz/id",
    "it": "roa/it",
    "ja": "jpx/ja",
    "ka": "ccs/ka",
    "kn": "dra/kn",
    "ko": "ko",
    "ml": "dra/ml",
    "mr": "inc/mr",
    "ms": "poz/ms",
    "nl": "gmw/nl",
    "no": "gmq/nb",
    "or": "inc/or",
    "pa": "inc/pa",
    "pl": "zlw/pl",
    "pt": "roa/pt",
    "pt-br": "roa/pt-BR",
    "pt-pt": "roa/pt",
    "ro": "roa/ro",
    "ru": "zle/ru",
    "sk": "zlw/sk",
    "sv": "gmq/sv",
    "ta": "dra/ta",
    "te": "dra/te",
    "th": "tai/th",
    "tr": "trk/tr",
    "uk": "zle/uk",
    "ur": "inc/ur",
    "vi": "aav/vi",
    "zh": "sit/cmn",
    "zh-yue": "sit/yue",
}
"""Languages and regional variants of the API, and who speaks them. Of the API's languages `tl` is missing."""

SPACELESS: Final = frozenset({"ja", "th", "zh"})
"""Languages without spaces between words: their words are what the engine says they are."""


def primary(code: str) -> str:
    """Give the language of a code that may name a region: "pt" of "pt-BR"."""
    return code.replace("_", "-").split("-", 1)[0].lower()


def engine_language(code: str) -> str:
    """Give the engine's voice for a language such as `pt` or a locale such as `pt-BR`.

    A region that the engine does not know is spoken as the language in general.

    Raises:
        InvalidArgument: The engine does not speak this language; the message lists those it speaks.
    """
    name = code.replace("_", "-").lower()
    found = LANGUAGES.get(name) or LANGUAGES.get(primary(name))
    if found is None:
        raise InvalidArgument(
            f"The local engine does not speak {code!r}; it speaks "
            f"{', '.join(sorted(name for name in LANGUAGES if '-' not in name))}."
        )
    return found
