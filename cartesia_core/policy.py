"""How long steps may take and how calls are repeated: of a client, or of one call."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen

from cartesia_core.errors import InvalidArgument
from cartesia_core.parameters import above_zero, zero_or_above


@frozen(kw_only=True)
class Timeouts:
    """Seconds that single steps may take.

    Attributes:
        connect: For name, TCP, proxy and TLS together, and for the answer to a WebSocket handshake.
        read: From one piece of an answer to the next.
        write: For one piece of a request.
        pool: For a connection to become free.
    """

    connect: float = field(default=5.0, validator=above_zero)
    read: float = field(default=60.0, validator=above_zero)
    write: float = field(default=60.0, validator=above_zero)
    pool: float = field(default=60.0, validator=above_zero)


def as_timeouts(value: float | Timeouts | None) -> Timeouts:
    """Give the timeouts for what a caller writes: a number stands for read, write and pool.

    Raises:
        InvalidArgument: A number that is not above 0.
    """
    if value is None:
        return Timeouts()
    if isinstance(value, Timeouts):
        return value
    if not value > 0:
        raise InvalidArgument(f"timeout is {value!r}, but must be a number of seconds above 0")
    return Timeouts(connect=min(value, 5.0), read=value, write=value, pool=value)


@frozen(kw_only=True)
class RetryPolicy:
    """How often and how fast to repeat.

    Attributes:
        max_retries: Repeats after the first try; 0 switches repeating off.
        first_delay: Seconds before the first repeat when the server names none; doubles each time.
        max_delay: Seconds that the doubling does not pass. What the server asks for is never shortened.
        deadline: Seconds for all tries and waits together; no repeat starts when it cannot begin in time.
    """

    max_retries: int = field(default=2, validator=zero_or_above)
    first_delay: float = field(default=0.5, validator=zero_or_above)
    max_delay: float = field(default=8.0, validator=zero_or_above)
    deadline: float = field(default=60.0, validator=zero_or_above)


NO_RETRIES: Final = RetryPolicy(max_retries=0)
