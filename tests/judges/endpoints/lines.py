"""The forms of the catalogue: line of the request, first and last API version. A test compares them with it."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from cartesia_core.versions import KNOWN


@frozen
class Line:
    """A form of an endpoint.

    Attributes:
        method: HTTP method.
        path: With names in place of ids.
        first: API version that it came with.
        last: Last API version that has it.
    """

    method: str
    path: str
    first: str
    last: str

    @property
    def versions(self) -> tuple[str, ...]:
        """All versions that have it."""
        return KNOWN[KNOWN.index(self.first) : KNOWN.index(self.last) + 1]


LINES: Final[dict[str, Line]] = {
    "status.get": Line("GET", "/", "2024-06-10", "2026-08-14"),
    "access_token.create": Line("POST", "/access-token", "2024-06-10", "2026-08-14"),
    "tts.bytes": Line("POST", "/tts/bytes", "2024-06-10", "2026-08-14"),
    "tts.sse": Line("POST", "/tts/sse", "2024-06-10", "2026-08-14"),
    "infill.bytes": Line("POST", "/infill/bytes", "2024-06-10", "2026-08-14"),
    "voice_changer.bytes": Line("POST", "/voice-changer/bytes", "2024-06-10", "2026-08-14"),
    "voice_changer.sse": Line("POST", "/voice-changer/sse", "2024-06-10", "2026-08-14"),
    "stt.transcribe": Line("POST", "/stt", "2024-06-10", "2026-08-14"),
    "voices.list": Line("GET", "/voices", "2025-11-04", "2026-08-14"),
    "voices.get": Line("GET", "/voices/{id}", "2024-06-10", "2026-08-14"),
    "voices.update": Line("PATCH", "/voices/{id}", "2024-06-10", "2026-08-14"),
    "voices.delete": Line("DELETE", "/voices/{id}", "2024-06-10", "2026-08-14"),
    "voices.clone": Line("POST", "/voices/clone", "2025-11-04", "2026-08-14"),
    "voices.localize": Line("POST", "/voices/localize", "2026-08-14", "2026-08-14"),
    "voices.add_accents": Line("PATCH", "/voices/{id}/accents", "2026-08-14", "2026-08-14"),
    "voices.delete_accent": Line("DELETE", "/voices/{id}/accents/{accent_id}", "2026-08-14", "2026-08-14"),
    "accents.list": Line("GET", "/accents", "2026-08-14", "2026-08-14"),
    "pronunciation_dicts.list": Line("GET", "/pronunciation-dicts/", "2025-04-16", "2026-08-14"),
    "pronunciation_dicts.create": Line("POST", "/pronunciation-dicts/", "2025-04-16", "2026-08-14"),
    "pronunciation_dicts.get": Line("GET", "/pronunciation-dicts/{id}", "2025-04-16", "2026-08-14"),
    "pronunciation_dicts.update": Line("PATCH", "/pronunciation-dicts/{id}", "2025-04-16", "2026-08-14"),
    "pronunciation_dicts.delete": Line("DELETE", "/pronunciation-dicts/{id}", "2025-04-16", "2026-08-14"),
    "datasets.list": Line("GET", "/datasets/", "2025-04-16", "2026-08-14"),
    "datasets.create": Line("POST", "/datasets/", "2025-04-16", "2026-08-14"),
    "datasets.get": Line("GET", "/datasets/{id}", "2025-04-16", "2026-08-14"),
    "datasets.update": Line("PATCH", "/datasets/{id}", "2025-04-16", "2026-08-14"),
    "datasets.delete": Line("DELETE", "/datasets/{id}", "2025-04-16", "2026-08-14"),
    "datasets.files.list": Line("GET", "/datasets/{id}/files", "2025-04-16", "2026-08-14"),
    "datasets.files.upload": Line("POST", "/datasets/{id}/files", "2025-04-16", "2026-08-14"),
    "datasets.files.delete": Line("DELETE", "/datasets/{id}/files/{file_id}", "2025-04-16", "2026-08-14"),
    "fine_tunes.list": Line("GET", "/fine-tunes/", "2025-04-16", "2026-08-14"),
    "fine_tunes.create": Line("POST", "/fine-tunes/", "2025-04-16", "2026-08-14"),
    "fine_tunes.get": Line("GET", "/fine-tunes/{id}", "2025-04-16", "2026-08-14"),
    "fine_tunes.delete": Line("DELETE", "/fine-tunes/{id}", "2025-04-16", "2026-08-14"),
    "fine_tunes.list_voices": Line("GET", "/fine-tunes/{id}/voices", "2025-04-16", "2026-08-14"),
    "agents.list": Line("GET", "/agents", "2025-04-16", "2026-08-14"),
    "agents.get": Line("GET", "/agents/{agent_id}", "2025-04-16", "2026-08-14"),
    "agents.update": Line("PATCH", "/agents/{agent_id}", "2025-04-16", "2026-08-14"),
    "agents.delete": Line("DELETE", "/agents/{agent_id}", "2025-04-16", "2026-08-14"),
    "agents.list_phone_numbers": Line("GET", "/agents/{agent_id}/phone-numbers", "2025-04-16", "2026-08-14"),
    "agents.list_templates": Line("GET", "/agents/templates", "2025-04-16", "2026-08-14"),
    "agents.calls.list": Line("GET", "/agents/calls", "2025-04-16", "2026-08-14"),
    "agents.calls.get": Line("GET", "/agents/calls/{call_id}", "2025-04-16", "2026-08-14"),
    "agents.calls.download_audio": Line("GET", "/agents/calls/{call_id}/audio", "2025-04-16", "2026-08-14"),
    "agents.deployments.list": Line("GET", "/agents/{agent_id}/deployments", "2025-04-16", "2026-08-14"),
    "agents.deployments.get": Line("GET", "/agents/deployments/{deployment_id}", "2025-04-16", "2026-08-14"),
    "agents.metrics.list": Line("GET", "/agents/metrics", "2025-04-16", "2026-08-14"),
    "agents.metrics.create": Line("POST", "/agents/metrics", "2025-04-16", "2026-08-14"),
    "agents.metrics.get": Line("GET", "/agents/metrics/{metric_id}", "2025-04-16", "2026-08-14"),
    "agents.metrics.add_to_agent": Line("POST", "/agents/{agent_id}/metrics/{metric_id}", "2025-04-16", "2026-08-14"),
    "agents.metrics.remove_from_agent": Line(
        "DELETE", "/agents/{agent_id}/metrics/{metric_id}", "2025-04-16", "2026-08-14"
    ),
    "agents.metrics.results.list": Line("GET", "/agents/metrics/results", "2025-04-16", "2026-08-14"),
    "agents.metrics.results.export": Line("GET", "/agents/metrics/results/export", "2025-04-16", "2026-08-14"),
    "tts.bytes@legacy": Line("POST", "/tts/bytes", "2024-06-10", "2024-11-13"),
    "tts.sse@legacy": Line("POST", "/tts/sse", "2024-06-10", "2024-11-13"),
    "infill.bytes@legacy": Line("POST", "/infill/bytes", "2024-06-10", "2024-11-13"),
    "voices.list@2024-06-10": Line("GET", "/voices", "2024-06-10", "2024-06-10"),
    "voices.list@2024-11-13": Line("GET", "/voices/", "2024-11-13", "2024-11-13"),
    "voices.list@2025-04-16": Line("GET", "/voices/", "2025-04-16", "2025-04-16"),
    "voices.create": Line("POST", "/voices", "2024-06-10", "2024-11-13"),
    "voices.mix": Line("POST", "/voices/mix", "2024-06-10", "2024-11-13"),
    "voices.localize@embedding": Line("POST", "/voices/localize", "2024-06-10", "2024-06-10"),
    "voices.localize@legacy": Line("POST", "/voices/localize", "2024-06-10", "2026-03-01"),
    "voices.clone@legacy": Line("POST", "/voices/clone", "2024-06-10", "2024-11-13"),
    "voices.clone@2025-04-16": Line("POST", "/voices/clone", "2025-04-16", "2025-04-16"),
    "voices.clone_clip": Line("POST", "/voices/clone/clip", "2024-06-10", "2024-06-10"),
    "datasets.list@legacy": Line("GET", "/datasets/", "2024-06-10", "2024-06-10"),
    "datasets.create@legacy": Line("POST", "/datasets/", "2024-06-10", "2024-06-10"),
    "datasets.list_files@legacy": Line("GET", "/datasets/{id}/files", "2024-06-10", "2024-06-10"),
    "datasets.upload_file@legacy": Line("POST", "/datasets/{id}/files", "2024-06-10", "2024-06-10"),
    "pronunciation_dicts.pin": Line("POST", "/pronunciation-dicts/{id}/pin", "2025-04-16", "2025-04-16"),
    "pronunciation_dicts.unpin": Line("POST", "/pronunciation-dicts/{id}/unpin", "2025-04-16", "2025-04-16"),
    "stt.transcribe@openai": Line("POST", "/audio/transcriptions", "2025-04-16", "2026-08-14"),
}
