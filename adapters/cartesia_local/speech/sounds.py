# ruff: noqa: RUF001 -- IPA is written in letters that look like others
"""IPA to the names that eSpeak NG has for phonemes.

The engine knows each language's own sounds only and leaves out all others without a word; so a sound that a language
lacks is replaced by a near one here. Source: the engine's own labels for its phonemes, English and four others.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from cartesia_core.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["mnemonics"]

_SEPARATOR: Final = "|"
_STRESS: Final = {"ˈ": "'", "ˌ": ","}
# Syllables, ties, length, aspiration and tone: nothing that the engine could be told.
_IGNORED: Final = frozenset(".‿͜͡ːˑʰʲʷˠˤⁿˀ˥˦˧˨˩ ")


def _table(rows: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in rows.split())


# All languages of the engine have these.
_CONSONANTS: Final = _table("""
    p=p b=b t=t d=d k=k f=f v=v s=s z=z h=h m=m n=n l=l j=j w=w x=x q=q c=c g=g ɡ=g θ=T ð=D ʃ=S ʒ=Z ŋ=N ɹ=r ɻ=r r=R
    ɾ=* tʃ=tS dʒ=dZ ts=t|s dz=d|z tɕ=tS dʑ=dZ ç=C ɕ=S ʑ=Z ʈ=t. ɖ=d. ɳ=n. ɭ=l. ʂ=s. ʐ=z. ɽ=* ʁ=r ʀ=r ɣ=Q χ=X ʔ=?
    ɲ=n^ ʎ=l^ β=B ɟ=J ʝ=J^ ɫ=l ʍ=w ɦ=h ɸ=f ʋ=v ɱ=m ɥ=w ɬ=S ɰ=w ħ=h ʕ=? ɴ=N ɢ=g
""")
_ENGLISH_VOWELS: Final = _table("""
    a=a æ=a ɑ=A: ɑː=A: aː=A: ɐ=a# ɒ=0 ɔ=O ɔː=O: o=o oː=o: ʌ=V ə=@ ɚ=3 ɜ=3: ɜː=3: ɝ=3: e=e eː=e: ɛ=E ɪ=I i=i iː=i:
    ᵻ=I# ɨ=I# ʊ=U u=u uː=u: ʉ=u: y=u: ʏ=U ø=3: œ=3: ɤ=V ɯ=U ɵ=U ɘ=@ aɪ=aI aʊ=aU eɪ=eI oʊ=oU əʊ=oU ɔɪ=OI
""")
_OTHER_VOWELS: Final = _table("""
    a=a æ=a ɑ=a ɐ=a ɒ=O ɔ=O o=o ʌ=a ə=@ ɚ=@ ɜ=@ ɝ=@ e=e ɛ=E ɪ=i i=i ᵻ=i ɨ=i ʊ=u u=u ʉ=u y=i ʏ=i ø=e œ=E ɤ=o ɯ=u ɵ=o
    ɘ=@
""")
_LONGEST: Final = 2


def mnemonics(phonemes: Sequence[str], *, english: bool) -> str:
    """Give the engine's spelling of a word in IPA, without its double brackets.

    Args:
        phonemes: Symbols of IPA, with stress marks where wanted.
        english: Whether an English voice will speak; only these have all the English vowels.

    Raises:
        InvalidArgument: A symbol is no sound that the engine could come near to.
    """
    vowels = _ENGLISH_VOWELS if english else _OTHER_VOWELS
    names: list[str] = []
    stress = ""
    for symbol in _symbols("".join(phonemes), vowels):
        if symbol in _STRESS:
            stress = _STRESS[symbol]  # IPA puts it before the syllable, the engine before the vowel
        elif symbol in vowels:
            names.append(stress + vowels[symbol])
            stress = ""
        else:
            names.append(_CONSONANTS[symbol])
    return _SEPARATOR.join(names)


def _symbols(word: str, vowels: dict[str, str]) -> Iterator[str]:
    """Take a word apart into symbols that have a name, the longest first; diacritics without one are left out."""
    word = "".join(symbol for symbol in _decomposed(word) if not _is_mark(symbol))
    place = 0
    while place < len(word):
        length = next((length for length in range(_LONGEST, 0, -1) if _known(word[place : place + length], vowels)), 0)
        if length:
            yield word[place : place + length]
        else:
            _refuse_unless_ignored(word[place])
        place += length or 1


def _known(symbol: str, vowels: dict[str, str]) -> bool:
    return symbol in vowels or symbol in _CONSONANTS or symbol in _STRESS


def _decomposed(word: str) -> str:
    # The c with cedilla is a letter of its own in IPA, not a c with a mark.
    return "ç".join(unicodedata.normalize("NFD", part) for part in unicodedata.normalize("NFC", word).split("ç"))


def _is_mark(symbol: str) -> bool:
    return unicodedata.combining(symbol) != 0


def _refuse_unless_ignored(symbol: str) -> None:
    if symbol not in _IGNORED:
        raise InvalidArgument(f"The local engine cannot speak the phoneme {symbol!r} (U+{ord(symbol):04X}).")
