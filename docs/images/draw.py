"""Draws the pictures of the documentation: `python docs/images/draw.py`. The life of a context comes from its table."""

from __future__ import annotations

from html import escape
from pathlib import Path

from cartesia_core.tts.context import ENDED, MOVES, Cause, ContextState

HERE = Path(__file__).parent
FONT = 'font-family="Helvetica, Arial, sans-serif"'
INK, PAPER, LINE = "#1b2733", "#ffffff", "#5b6b7b"
CORE, ADAPTER, APP, WORLD = "#dcebff", "#e4f5e4", "#fff1d6", "#f0f0f3"


def box(x: int, y: int, width: int, height: int, fill: str, title: str, *lines: str) -> str:
    """Draw a box with a title and lines of text."""
    parts = [
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8" fill="{fill}" stroke="{LINE}"/>',
        f'<text x="{x + width / 2}" y="{y + 22}" {FONT} font-size="15" font-weight="bold" fill="{INK}" '
        f'text-anchor="middle">{escape(title)}</text>',
    ]
    for number, line in enumerate(lines):
        parts.append(
            f'<text x="{x + width / 2}" y="{y + 42 + 17 * number}" {FONT} font-size="12.5" fill="{INK}" '
            f'text-anchor="middle">{escape(line)}</text>'
        )
    return "\n".join(parts)


def arrow(
    x1: float, y1: float, x2: float, y2: float, label: str = "", *, dx: int = 8, dy: int = 0, at: float = 0.5
) -> str:
    """Draw an arrow with a label beside it, by default at its middle."""
    text = ""
    if label:
        text = (
            f'<text x="{x1 + (x2 - x1) * at + dx}" y="{y1 + (y2 - y1) * at + 4 + dy}" {FONT} font-size="12" '
            f'fill="{LINE}">{escape(label)}</text>'
        )
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{LINE}" stroke-width="1.6" marker-end="url(#tip)"/>{text}'


def sheet(name: str, width: int, height: int, title: str, *shapes: str) -> None:
    """Write one picture."""
    (HERE / name).write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(title)}">\n<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" '
        f'markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="{LINE}"/>'
        f'</marker></defs>\n<rect width="{width}" height="{height}" fill="{PAPER}"/>\n'
        + "\n".join(shapes)
        + "\n</svg>\n"
    )


def architecture() -> None:
    """Draw which package binds what, and what flows between them."""
    sheet(
        "architecture.svg",
        920,
        560,
        "Adapters bind the pure core to the world",
        box(40, 20, 190, 84, APP, "your program", "client.tts.generate(...)", "ws.context(...).push(...)"),
        box(265, 20, 190, 84, APP, "cartesia_cli", "speak, voices,", "local, doctor"),
        box(490, 20, 190, 84, APP, "your event loop", "Qt, gevent, selectors:", "pump a Session yourself"),
        box(40, 160, 190, 90, ADAPTER, "three clients", "cartesia_sync,", "cartesia_trio,", "cartesia_asyncio"),
        box(265, 160, 190, 90, ADAPTER, "cartesia_httpx", "sends requests, streams", "bodies, upgrades sockets"),
        box(730, 160, 170, 90, ADAPTER, "cartesia_audio", "files, players, devices:", "sinks and sources"),
        box(40, 310, 640, 120, CORE, "cartesia_core: values and machines, no I/O, no clock, no threads"),
        box(56, 345, 140, 72, PAPER, "Request[T]", "method, path, body,", "version, decoder"),
        box(210, 345, 140, 72, PAPER, "settle", "answer or fault in,", "verdict out"),
        box(364, 345, 140, 72, PAPER, "Session", "bytes in, events out,", "deadlines"),
        box(518, 345, 146, 72, PAPER, "TtsDialogue", "commands, contexts,", "messages"),
        box(
            730,
            310,
            170,
            120,
            CORE,
            "audio in the core",
            "formats, WAV headers,",
            "mu-law, A-law, captions,",
            "transcript tags",
        ),
        box(40, 480, 415, 62, WORLD, "api.cartesia.ai", "HTTP, server-sent events, WebSocket"),
        box(490, 480, 410, 62, ADAPTER, "cartesia_local", "the same wire protocol on loopback, real speech engine"),
        arrow(135, 104, 135, 158, "calls"),
        arrow(230, 205, 263, 205),
        arrow(330, 104, 200, 158),
        arrow(135, 250, 135, 308, "commands, events"),
        arrow(400, 250, 400, 308, "requests, verdicts"),
        arrow(585, 104, 585, 308, "bytes"),
        arrow(815, 250, 815, 308, "formats"),
        f'<path d="M455 190 H705 V455 H250 V478" fill="none" stroke="{LINE}" stroke-width="1.6" marker-end="url(#tip)"/>',
        f'<path d="M705 455 V478" fill="none" stroke="{LINE}" stroke-width="1.6" marker-end="url(#tip)"/>',
        f'<text x="300" y="472" {FONT} font-size="12" fill="{LINE}">bytes on a connection</text>',
    )


PLACES = {
    ContextState.OPEN: (60, 150),
    ContextState.FINISHING: (330, 150),
    ContextState.DONE: (620, 150),
    ContextState.EXPIRED: (60, 320),
    ContextState.CANCELLED: (330, 320),
    ContextState.FAILED: (620, 320),
}


def context() -> None:
    """Draw the life of a TTS context from its table; what does not change the state stands in the box."""
    shapes: list[str] = []
    arrows: dict[tuple[ContextState, ContextState], list[str]] = {}
    stays: dict[ContextState, list[str]] = {}
    for (state, cause), after in MOVES.items():
        if state is after:
            stays.setdefault(state, []).append(cause.value)
        else:
            arrows.setdefault((state, after), []).append(cause.value)
    for state, (x, y) in PLACES.items():
        kept = [] if state in ENDED else stays.get(state, [])
        fill = WORLD if state in ENDED else CORE
        shapes.append(box(x, y, 170, 72, fill, state.name, *_wrapped(kept)))
    for (before, after), causes in arrows.items():
        shapes.append(_between(PLACES[before], PLACES[after], ", ".join(causes)))
    note = f"ended contexts ignore {', '.join(c.value for c in Cause if (ContextState.DONE, c) in MOVES)}; all else raises ContextClosed"
    shapes.append(f'<text x="60" y="440" {FONT} font-size="13" fill="{LINE}">{escape(note)}</text>')
    start = f'<circle cx="145" cy="60" r="8" fill="{INK}"/>'
    sheet("context.svg", 850, 470, "The life of a TTS context", start, arrow(145, 70, 145, 148, "first text"), *shapes)


def _wrapped(words: list[str]) -> list[str]:
    return [", ".join(words)] if len(words) < 4 else [", ".join(words[:2]), ", ".join(words[2:])]


def _between(one: tuple[int, int], other: tuple[int, int], label: str) -> str:
    (x1, y1), (x2, y2) = one, other
    if y1 == y2:
        return arrow(x1 + 170, y1 + 36, x2 - 2, y2 + 36, label, dx=-40, dy=-12)
    if x1 == x2:
        return arrow(x1 + 85, y1 + 72, x2 + 85, y2 - 2, label, at=0.75)
    is_far = x2 - x1 > 400
    return arrow(x1 + (150 if is_far else 115), y1 + 72, x2 + (25 if is_far else 45), y2 - 2, label, at=0.16, dx=14)


def pool() -> None:
    """Draw the life of a connection in the pool of a TTS socket."""
    sheet(
        "pool.svg",
        900,
        500,
        "The life of a connection in the pool",
        f'<circle cx="155" cy="22" r="8" fill="{INK}"/>',
        arrow(155, 30, 155, 68, "warm(n), or a context finds no room"),
        box(60, 70, 190, 72, CORE, "opening", "one at a time,", "up to max_sockets"),
        box(370, 70, 190, 72, CORE, "open", "takes contexts up to", "max_contexts_per_socket"),
        box(680, 70, 190, 72, CORE, "old", "takes none while another", "can be opened"),
        box(60, 240, 190, 72, ADAPTER, "pause", "first_delay, doubling", "up to max_delay"),
        box(370, 240, 190, 72, WORLD, "lost", "its contexts raise", "ContextInterrupted"),
        box(680, 240, 190, 72, WORLD, "closed from here", "max_idle_seconds,", "age, or end of the block"),
        box(60, 400, 190, 72, APP, "stopped", "ReconnectStopped for", "whoever asks"),
        arrow(250, 106, 368, 106, "upgraded", dx=-26, dy=-10),
        arrow(560, 106, 678, 106, "too old", dx=-24, dy=-10),
        arrow(130, 142, 130, 238, "not opened", dx=-76),
        arrow(180, 238, 180, 144, "over", dx=6),
        arrow(465, 142, 465, 238, "closed there, or dead", dx=8, dy=26),
        arrow(520, 142, 700, 238, "idle, or the block is left", dx=10, dy=-22),
        arrow(775, 142, 775, 238, "contexts ended", dx=6),
        arrow(370, 276, 252, 276, "short life", dx=-26, dy=-10),
        arrow(400, 240, 240, 144, "long life", dx=-58, dy=4, at=0.7),
        arrow(130, 312, 130, 398, "max_failures", dx=-84),
        arrow(180, 398, 180, 314, "max_delay over: one try", dx=6),
        f'<text x="370" y="440" {FONT} font-size="13" fill="{LINE}">400, 401, 403 and 404 are final: raised again without '
        "another request</text>",
    )


if __name__ == "__main__":
    architecture()
    context()
    pool()
