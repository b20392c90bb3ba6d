"""The whole catalogue of faults, F1 to F58 and S1 to S8, in order."""

from __future__ import annotations

from typing import Final

from tests.adapters.faults.around import PROGRAM_FAULTS
from tests.adapters.faults.fault import Fault
from tests.adapters.faults.http import HTTP_FAULTS
from tests.adapters.faults.listening import LISTENING_FAULTS
from tests.adapters.faults.network import NETWORK_FAULTS
from tests.adapters.faults.opening import OPENING_FAULTS
from tests.adapters.faults.proxies import PROXY_FAULTS
from tests.adapters.faults.sockets import SOCKET_FAULTS
from tests.adapters.faults.speech import SPEECH_FAULTS

FAULTS: Final[tuple[Fault, ...]] = tuple(
    sorted(
        (
            *SOCKET_FAULTS,
            *OPENING_FAULTS,
            *HTTP_FAULTS,
            *LISTENING_FAULTS,
            *PROXY_FAULTS,
            *PROGRAM_FAULTS,
            *NETWORK_FAULTS,
            *SPEECH_FAULTS,
        ),
        key=lambda fault: (fault.letter, fault.number),
    )
)
