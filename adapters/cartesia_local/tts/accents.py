"""The catalogue of accents: `GET /accents`, and what an accent means to the engine.

Source: schema notes `Accent`, `VoiceAccent`, `AttachVoiceAccent`, `VoiceAccentDisplayName` (ids and names). Which
locale an accent belongs to, and which one is a locale's default, is not documented and decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from attrs import frozen

from cartesia_core.versions import V2025_11_04, V2026_08_14
from cartesia_local.speech.languages import primary

if TYPE_CHECKING:
    from cartesia_core._json import JsonValue
    from cartesia_local.fields import Fields


@frozen
class Accent:
    """An accent.

    Attributes:
        id: From 2026-08-14 on.
        name: How versions before name it.
        locale: The engine speaks it as this.
        is_default: Whether it is what the locale usually sounds like.
        is_localizable: Whether voices can be given it.
    """

    id: str
    name: str
    locale: str
    is_default: bool = True
    is_localizable: bool = False

    @property
    def language(self) -> str:
        """The locale's language."""
        return primary(self.locale)

    def shown(self) -> dict[str, JsonValue]:
        """Give it as `GET /accents` does."""
        return {
            "id": self.id,
            "name": self.name,
            "language": self.language,
            "locale": self.locale,
            "is_locale_default": self.is_default,
            "is_localizable": self.is_localizable,
        }


_CATALOGUE: Final = (
    Accent("abruzzo-italian", "Abruzzo Italian", "it-IT", is_default=False),
    Accent("african-american", "African American English", "en-US", is_default=False),
    Accent("african-french", "African French", "fr-SN"),
    Accent("arabic", "Arabic", "ar-EG"),
    Accent("arabic-english", "Arabic English", "en-AE"),
    Accent("australian", "Australian English", "en-AU", is_localizable=True),
    Accent("bagheli", "Bagheli Hindi", "hi-IN", is_default=False),
    Accent("belgian-french", "Belgian French", "fr-BE"),
    Accent("brazilian-portuguese", "Brazilian Portuguese", "pt-BR", is_localizable=True),
    Accent("british", "British English", "en-GB", is_localizable=True),
    Accent("budapest", "Budapest Hungarian", "hu-HU"),
    Accent("bulgarian", "Bulgarian", "bg-BG"),
    Accent("california", "California English", "en-US", is_default=False),
    Accent("camba", "Camba Spanish", "es-BO"),
    Accent("campania", "Campania Italian", "it-IT", is_default=False),
    Accent("canadian-english", "Canadian English", "en-CA"),
    Accent("canadian-french", "Canadian French", "fr-CA", is_localizable=True),
    Accent("castilian", "Castilian Spanish", "es-ES", is_localizable=True),
    Accent("central-tamil", "Central Tamil", "ta-IN", is_localizable=True),
    Accent("central-thai", "Central Thai", "th-TH", is_localizable=True),
    Accent("central-vietnamese", "Central Vietnamese", "vi-VN"),
    Accent("chilean", "Chilean Spanish", "es-CL"),
    Accent("colombian", "Colombian Spanish", "es-CO"),
    Accent("czech", "Czech", "cs-CZ"),
    Accent("danish", "Danish", "da-DK"),
    Accent("european-portuguese", "European Portuguese", "pt-PT"),
    Accent("finnish", "Finnish", "fi-FI"),
    Accent("general-american", "General American English", "en-US", is_localizable=True),
    Accent("high-german", "High German", "de-DE", is_localizable=True),
    Accent("hindi", "Hindi", "hi-IN", is_localizable=True),
    Accent("indian-english", "Indian English", "en-IN"),
    Accent("indian-urdu", "Indian Urdu", "ur-IN"),
    Accent("irish", "Irish English", "en-IE"),
    Accent("israeli", "Israeli Hebrew", "he-IL", is_localizable=True),
    Accent("istanbul", "Istanbul Turkish", "tr-TR", is_localizable=True),
    Accent("italian", "Italian", "it-IT", is_localizable=True),
    Accent("jakarta", "Jakarta Indonesian", "id-ID"),
    Accent("japanese", "Japanese", "ja-JP", is_localizable=True),
    Accent("jessore", "Jessore Bengali", "bn-BD"),
    Accent("khaleeji", "Khaleeji Arabic", "ar-AE"),
    Accent("konkani", "Konkani", "mr-IN"),
    Accent("korean", "Korean", "ko-KR", is_localizable=True),
    Accent("kyiv", "Kyiv Ukrainian", "uk-UA"),
    Accent("malay", "Malay", "ms-MY"),
    Accent("mandarin", "Mandarin Chinese", "zh-CN", is_localizable=True),
    Accent("manila", "Manila Filipino", "tl-PH"),
    Accent("mexican", "Mexican Spanish", "es-MX", is_localizable=True),
    Accent("middle-eastern-arabic", "Middle Eastern Arabic", "ar-JO"),
    Accent("midwestern-american", "Midwestern American English", "en-US", is_default=False),
    Accent("modern-standard-arabic", "Modern Standard Arabic", "ar-SA", is_localizable=True),
    Accent("moldovan", "Moldovan Romanian", "ro-MD"),
    Accent("new-york", "New York English", "en-US", is_default=False),
    Accent("new-zealand", "New Zealand English", "en-NZ"),
    Accent("north-kerala", "North Kerala Malayalam", "ml-IN"),
    Accent("odia", "Odia", "or-IN"),
    Accent("oslo", "Oslo Norwegian", "no-NO"),
    Accent("parisian", "Parisian French", "fr-FR", is_localizable=True),
    Accent("parsi", "Parsi Gujarati", "gu-IN"),
    Accent("peruvian", "Peruvian Spanish", "es-PE"),
    Accent("polish", "Polish", "pl-PL", is_localizable=True),
    Accent("powadhi", "Powadhi Punjabi", "pa-IN"),
    Accent("randstad", "Randstad Dutch", "nl-NL", is_localizable=True),
    Accent("romanian", "Romanian", "ro-RO"),
    Accent("russian", "Russian", "ru-RU", is_localizable=True),
    Accent("singaporean", "Singaporean English", "en-SG"),
    Accent("slovak", "Slovak", "sk-SK"),
    Accent("south-african", "South African English", "en-ZA"),
    Accent("southern-karnataka", "Southern Karnataka Kannada", "kn-IN"),
    Accent("southern-us", "Southern American English", "en-US", is_default=False, is_localizable=True),
    Accent("southern-vietnamese", "Southern Vietnamese", "vi-VN", is_default=False),
    Accent("standard-japanese", "Standard Japanese", "ja-JP", is_default=False),
    Accent("stockholm", "Stockholm Swedish", "sv-SE", is_localizable=True),
    Accent("swiss-standard", "Swiss Standard German", "de-CH"),
    Accent("taiwanese-mandarin", "Taiwanese Mandarin", "zh-TW"),
    Accent("tbilisi", "Tbilisi Georgian", "ka-GE"),
    Accent("telangana", "Telangana Telugu", "te-IN", is_localizable=True),
    Accent("thessaloniki", "Thessaloniki Greek", "el-GR"),
    Accent("urdu", "Urdu", "ur-PK"),
    Accent("zagreb", "Zagreb Croatian", "hr-HR"),
)
ACCENTS: Final[Mapping[str, Accent]] = {accent.id: accent for accent in _CATALOGUE}
"""By id, in their order."""
BY_NAME: Final[Mapping[str, Accent]] = {accent.name: accent for accent in ACCENTS.values()}
_DEFAULTS: Final[Mapping[str, Accent]] = {accent.locale: accent for accent in ACCENTS.values() if accent.is_default}
_USUAL: Final[Mapping[str, str]] = {
    "en": "en-US",
    "es": "es-MX",
    "pt": "pt-BR",
    "ar": "ar-SA",
    "fr": "fr-FR",
    "de": "de-DE",
    "zh": "zh-CN",
    "ro": "ro-RO",
    "ur": "ur-PK",
}
"""Which locale a language means where several have accents."""


def usual_locale(language: str) -> str:
    """Give the locale that a bare language means; the language itself where there is no accent of it."""
    usual = _USUAL.get(language)
    return usual or next((accent.locale for accent in ACCENTS.values() if accent.language == language), language)


def default_accent(locale: str) -> Accent | None:
    """Give what a locale usually sounds like."""
    return _DEFAULTS.get(locale)


def read_accent(fields: Fields, key: str, version: str, *, is_localizable: bool = False) -> Accent | None:
    """Read the field of an accent: its id, before 2026-08-14 its name; None where it is absent.

    Raises:
        Refused: There is no such accent, or it must be one that voices can be given and is not.
    """
    if version < V2025_11_04:
        return None
    known = ACCENTS if version >= V2026_08_14 else BY_NAME
    text = fields.optional_text(key)
    if text is None:
        return None
    accent = known.get(text)
    if accent is None:
        kind = "id" if version >= V2026_08_14 else "name"
        raise fields.misfit(key, f"the {kind} of an accent from GET /accents")
    if is_localizable and not accent.is_localizable:
        raise fields.misfit(key, "an accent with is_localizable in GET /accents")
    return accent
