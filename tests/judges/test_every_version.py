"""Every form in every API version that has it: our client asks the local server, and gets what it asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from cartesia_core import NO_RETRIES
from cartesia_core.versions import KNOWN, V2025_11_04, V2026_03_01
from cartesia_local import LocalServer
from cartesia_sync import Client
from tests.judges.endpoints.lines import LINES
from tests.judges.endpoints.needs import Needs, record
from tests.judges.endpoints.ours import FORMS, Ours, file
from tests.judges.endpoints.relay import relaying
from tests.judges.endpoints.running import member_of, settled
from tests.judges.test_every_member import fault_in

KEY: Final = "sk_car_local_versions"
SLOW: Final = {"stt.transcribe", "stt.transcribe@openai"}
"""Each starts a recogniser of its own; they are the same in every version, and tried in the newest and in the older SDKs'."""
BY_DISPLAY_NAME: Final = Ours(
    "voices.clone",
    file("clip", name="Mine", language="en", accent="British English"),
    FORMS["voices.clone"].is_right,
    ("clip",),
)
OTHERWISE: Final = {("voices.clone", version): BY_DISPLAY_NAME for version in (V2025_11_04, V2026_03_01)}
"""What older versions want to be told otherwise."""
PINS: Final = {
    "tts.bytes@legacy",
    "tts.sse@legacy",
    "infill.bytes@legacy",
    "voices.create",
    "voices.mix",
    "voices.localize@legacy",
    "voices.clone@legacy",
}
"""Forms of several versions that go out in the last of them, whatever the client's is."""


@pytest.mark.parametrize("version", KNOWN)
def test_every_form_of_a_version_works(version: str, tmp_path: Path) -> None:
    """It is sent in this version, and the answer has everything that this version's answers have, and nothing else."""
    wrong: dict[str, str] = {}
    with (
        LocalServer(key=KEY, fine_tune_seconds=1e-6) as server,
        relaying(server.port) as relay,
        Client(api_key=KEY, base_url=server.url) as maker,
        Client(api_key=KEY, base_url=relay.url, version=version, retry=NO_RETRIES) as client,
    ):
        needs = Needs(maker, record(maker, tmp_path))
        for form in [form for form, line in LINES.items() if version in line.versions and form not in SLOW]:
            ours = OTHERWISE.get((form, version), FORMS[form])
            made = needs.make(*ours.needs)
            args, kwargs = ours.says(made)
            fault = fault_in(settled(member_of(client, ours.member)(*args, **kwargs)), ours, made)
            if fault is not None:
                wrong[form] = fault
            sent = {asked.headers["cartesia-version"] for asked in relay.take()}
            assert sent == {LINES[form].last if form in PINS else version}, form
    assert wrong == {}
