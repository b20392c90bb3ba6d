"""What faults that add something say."""

from __future__ import annotations

from typing import Final

from cartesia_core._fast import dumps
from cartesia_local.faults.events import SendChunk, SendEvent, SendText
from cartesia_local.faults.fault import TextAddition
from cartesia_local.faults.messages import of, silence
from cartesia_local.faults.script import Script
from cartesia_local.refusal import Refused, stream_error
from cartesia_local.stt.messages import stt_error

REQUEST_ID: Final = "scripted-fault"


def text_of(fault: TextAddition, script: Script) -> bytes:
    """Give the JSON, or what stands in its place."""
    if isinstance(fault, SendText):
        return fault.text.encode()
    context_id = script.context(fault.context_id)
    if isinstance(fault, SendEvent):
        return dumps({**fault.event, **of(context_id)})
    if isinstance(fault, SendChunk):
        return dumps(silence(fault.nbytes, context_id))
    refused = Refused(fault.message, status=fault.status, title=fault.title, error_code=fault.error_code)
    if script.is_recognition:
        return dumps(stt_error(refused, script.version, REQUEST_ID))
    return dumps(stream_error(refused, script.version, request_id=REQUEST_ID, context_id=context_id))
