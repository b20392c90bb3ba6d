"""Calls about pronunciation dictionaries, tokens and the state of the service."""

from __future__ import annotations

from typing import Final

from cartesia_core import AccessTokenGrants, PronunciationDictItem, access_token, pronunciation_dicts, status
from cartesia_core._json import JsonValue
from tests.core.forms.form import ID, QUOTED, READ, UPDATE, Form, lists

DICT_ITEMS: Final = (
    PronunciationDictItem("Cartesia", alias="car-TEE-zha", case_sensitive=True),
    PronunciationDictItem("GIF", pronunciation="jif", extra={"new": [None, 1]}),
)
DICT_ITEMS_SENT: Final[list[JsonValue]] = [
    {"text": "Cartesia", "alias": "car-TEE-zha", "case_sensitive": True},
    {"new": [None, 1], "text": "GIF", "pronunciation": "jif"},
]
_DICT: Final = f"/pronunciation-dicts/{QUOTED}"

DICTIONARIES: Final[dict[str, tuple[Form, ...]]] = {
    "pronunciation_dicts.list": lists(
        "/pronunciation-dicts/",
        pronunciation_dicts.list(limit=100, starting_after="a"),
        pronunciation_dicts.list(limit=1, ending_before="b"),
    ),
    "pronunciation_dicts.create": (
        Form(
            call=pronunciation_dicts.create(name="N", items=DICT_ITEMS),
            method="POST",
            path="/pronunciation-dicts/",
            body={"name": "N", "items": DICT_ITEMS_SENT},
        ),
        Form(
            call=pronunciation_dicts.create(name="N", items=None),
            method="POST",
            path="/pronunciation-dicts/",
            body={"name": "N", "items": None},
        ),
        Form(
            call=pronunciation_dicts.create(name="N"), method="POST", path="/pronunciation-dicts/", body={"name": "N"}
        ),
    ),
    "pronunciation_dicts.get": (Form(call=pronunciation_dicts.get(ID), path=_DICT, retry=READ),),
    "pronunciation_dicts.update": (
        Form(
            call=pronunciation_dicts.update(ID, name="N", items=DICT_ITEMS),
            method="PATCH",
            path=_DICT,
            body={"name": "N", "items": DICT_ITEMS_SENT},
            retry=UPDATE,
        ),
        Form(
            call=pronunciation_dicts.update(ID, name=None, items=None),
            method="PATCH",
            path=_DICT,
            body={"name": None, "items": None},
            retry=UPDATE,
        ),
        Form(call=pronunciation_dicts.update(ID), method="PATCH", path=_DICT, body={}, retry=UPDATE),
    ),
    "pronunciation_dicts.delete": (
        Form(call=pronunciation_dicts.delete(ID), method="DELETE", path=_DICT, accept="*/*"),
    ),
    "pronunciation_dicts.pin": (
        Form(call=pronunciation_dicts.pin(ID), method="POST", path=f"{_DICT}/pin", version="2025-04-16", retry=UPDATE),
    ),
    "pronunciation_dicts.unpin": (
        Form(
            call=pronunciation_dicts.unpin(ID),
            method="POST",
            path=f"{_DICT}/unpin",
            version="2025-04-16",
            retry=UPDATE,
        ),
    ),
}

OTHERS: Final[dict[str, tuple[Form, ...]]] = {
    "status.get": (Form(call=status.get(), path="/", retry=READ),),
    "access_token.create": (
        Form(
            call=access_token.create(grants=AccessTokenGrants(tts=True, stt=False, agent=None), expires_in=3600),
            method="POST",
            path="/access-token",
            body={"grants": {"tts": True, "stt": False, "agent": None}, "expires_in": 3600},
            retry=READ,
        ),
        Form(
            call=access_token.create(grants=None, expires_in=None),
            method="POST",
            path="/access-token",
            body={"grants": None, "expires_in": None},
            retry=READ,
        ),
        Form(
            call=access_token.create(grants=AccessTokenGrants(tts=True)),
            method="POST",
            path="/access-token",
            body={"grants": {"tts": True}},
            retry=READ,
        ),
        Form(call=access_token.create(), method="POST", path="/access-token", body={}, retry=READ),
    ),
}
