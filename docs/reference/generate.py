"""Writes what the reference says of each call: `python docs/reference/generate.py`.

What stands above the mark of a page is written by hand; what stands below comes from the facade, the signatures and the
docstrings. A test compares.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args, get_origin
from urllib.parse import unquote

import attrs
from docstrings import Docs, docs_of, public_name, source_of

from cartesia_core import RawFormat
from cartesia_core.api import Api
from cartesia_core.bind import Namespace
from cartesia_core.http import Call, FormBody, RetryKind
from cartesia_core.tts.commands import ContextOptions
from cartesia_core.voices import MixVoiceById

HERE: Final = Path(__file__).parent
MARK: Final = "<!--- from here on written by docs/reference/generate.py -->\n"

PAGES: Final = {
    "cartesia_core.tts.infilling": "infill",
    "cartesia_core.tts": "tts",
    "cartesia_core.audio": "tts",
    "cartesia_core.ws.reconnect": "tts",
    "cartesia_core.stt": "stt",
    "cartesia_core.voice_changer": "voice-changer",
    "cartesia_core.voices": "voices",
    "cartesia_core.accents": "voices",
    "cartesia_core.embeddings": "voices",
    "cartesia_core.languages": "voices",
    "cartesia_core.pronunciation_dicts": "pronunciation-dictionaries",
    "cartesia_core.datasets": "datasets",
    "cartesia_core.fine_tunes": "fine-tunes",
    "cartesia_core.agents": "agents",
    "cartesia_core.access_token": "access-tokens",
    "cartesia_core.status": "status",
    "cartesia_core.events": "tts",
    "cartesia_core.auth": "",
    "cartesia_core.decoders": "",
    "cartesia_core.files": "",
    "cartesia_core.http": "",
}
"""Which page tells of what a module holds, if one does; the first prefix counts."""
ALIASES: Final = frozenset({"voices.list_accents", "datasets.list_files"})
"""Earlier names that stand before the present ones in the facade."""
BESIDE: Final = {"tts.websocket": (ContextOptions,)}
"""Values that a call's signature does not name."""
SOCKETS: Final = {
    "tts.websocket": "the socket: `context(...)`, `speak(...)`, `warm(...)`, `statistics()`, `connections`, `head`",
    "stt.websocket": "the socket: `send(audio)`, `stream(source)`, `finalize()`, `finish()`, and its events",
    "stt.turns": "the socket: `send(audio)`, `stream(source)`, `configure(...)`, `finish()`, and its events",
}
ELSEWHERE: Final = {
    "FileLike": "bytes, a path, an open file, or a tuple with a name: [upload files](../howto/upload-files.md)",
    "Progress": "a function: [see how far it is](../howto/upload-files.md#see-how-far-it-is)",
    "Time": "a `datetime` with its zone, or ISO 8601 text",
    "Identified": "whatever has an `id`, such as a `Voice`",
    "Extra": "a JSON object",
}
"""Types that have no table of their own."""

SAMPLES: Final[dict[str, object]] = {
    "output_format": RawFormat("pcm_s16le", 16000),
    "encoding": "pcm_s16le",
    "model": "ink-2",
    "name": "a-name",
    "transcript": "Hello.",
    "language": "en",
    "original_speaker_gender": "female",
    "embedding": (0.0,) * 192,
    "accents": ("british",),
    "voices": (MixVoiceById("v", 1.0),),
    "sample_rate": 16000,
    "file": b"x",
    "clip": b"x",
    "left_audio": b"x",
}
"""Arguments that are more than any text; they do not show on the pages."""

REPEATED: Final = {
    RetryKind.READ: "after any passing fault: repeating it is harmless",
    RetryKind.UPDATE: "after any passing fault but 409: it sets what it sets, however often",
    RetryKind.WORK: "only when the server cannot have accepted it",
}


class Member(NamedTuple):
    """A call of the facade, with the other names that it has."""

    name: str
    build: Callable[..., object]
    others: list[str]

    @property
    def page(self) -> str:
        """The page that tells of it."""
        return page_of(self.build.__module__)


def page_of(module: str) -> str:
    """Give the page for what a module holds; nothing for what needs none, or is not of this library."""
    page = next((page for prefix, page in PAGES.items() if f"{module}.".startswith(f"{prefix}.")), "")
    if not page and module.startswith("cartesia_core.") and module not in PAGES:
        raise LookupError(f"say in PAGES on which page {module} belongs")
    return page


def members() -> list[Member]:
    """Give every call of the facade once."""
    found: dict[Callable[..., object], Member] = {}
    names = list(_named(Api(None), ""))
    for name, build in sorted(names, key=lambda pair: pair[0] in ALIASES):  # stable: the facade's order otherwise
        if build in found:
            found[build].others.append(name)
        else:
            found[build] = Member(name, build, [])
    return list(found.values())


def _named(namespace: Namespace[Any], prefix: str) -> Iterator[tuple[str, Callable[..., object]]]:
    for name, value in vars(type(namespace)).items():
        if callable(build := getattr(value, "build", None)):  # what the descriptors of the facade have in common
            yield prefix + name, build
    for name, value in vars(namespace).items():
        if isinstance(value, Namespace):
            yield from _named(value, f"{prefix}{name}.")


# --- values


def named_in(annotation: object, module: str) -> Iterator[tuple[str, object]]:
    """Give the values and aliases of this library that an annotation names, with what they are."""
    if not isinstance(annotation, str):
        return
    for name in re.findall(r"[A-Z]\w+", annotation):
        value = vars(sys.modules[module]).get(name)
        if value is not None and (_is_value(value) or _is_words(value) or _is_union(value)):
            yield name, value


def _is_value(value: object) -> bool:
    is_known = inspect.isclass(value) and attrs.has(value) and bool(page_of(value.__module__))
    return is_known and not hasattr(value, "call")  # the descriptions of sockets are not what is given


def _is_words(value: object) -> bool:
    return str(get_origin(value)) == "typing.Literal"


def _is_union(value: object) -> bool:
    return any(inspect.isclass(part) and attrs.has(part) for part in get_args(value))


def reached(member: Member) -> dict[str, object]:
    """Give all values and aliases that a call takes or gives, and those in them."""
    found: dict[str, object] = {}
    signature = inspect.signature(member.build)
    annotations = [parameter.annotation for parameter in signature.parameters.values()]
    for annotation in (*annotations, signature.return_annotation):
        _reach(named_in(annotation, member.build.__module__), found)
    _reach(((value.__name__, value) for value in BESIDE.get(member.name, ())), found)
    return found


def _reach(named: Iterable[tuple[str, object]], found: dict[str, object]) -> None:
    for name, value in named:
        if name in found:
            continue
        found[name] = value
        if inspect.isclass(value):
            for field in _fields(value):
                _reach(named_in(field.type, value.__module__), found)
        elif _is_union(value):
            parts = [part for part in get_args(value) if _is_value(part)]
            _reach(((part.__name__, part) for part in parts), found)


def _fields(value: type) -> list[attrs.Attribute[Any]]:
    return [field for field in attrs.fields(value) if field.init and field.name != "extra"]


# --- pages


def shown(annotation: object) -> str:
    """Give a type as it is shown: without what stands for absence."""
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
    text = re.sub(r" \| Unset\b", "", text)
    return f"`{text}`".replace("|", "\\|")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def sample(build: Callable[..., Any]) -> Any:
    """Describe a call with the least that it needs."""
    given: list[object] = []
    named: dict[str, object] = {}
    for name, parameter in inspect.signature(build).parameters.items():
        if parameter.default is parameter.empty:
            value = SAMPLES.get(name, f"{{{name}}}")
            if parameter.kind is parameter.POSITIONAL_ONLY:
                given.append(value)
            else:
                named[name] = value
    if build.__name__.startswith("infill"):
        named["left_audio"] = SAMPLES["left_audio"]
    return build(*given, **named)


def call_of(build: Callable[..., object]) -> Call:
    """Give the HTTP call that a member makes."""
    described = sample(build)
    return described if isinstance(described, Call) else described.call()


def errors_of(call: Call) -> list[str]:
    """Name what a call may raise that others may not."""
    cases = {
        "`NotFoundError`": "{" in unquote(call.path),
        "`UploadError`": isinstance(call.body, FormBody),
        "`DecodeError`": call.accept in {"application/json", "text/event-stream"},
        "`IncompleteStream`": call.accept == "text/event-stream",
    }
    return [name for name, is_so in cases.items() if is_so]


def gives(member: Member) -> str:
    """Say what a call gives."""
    build = member.build
    result = str(inspect.signature(build).return_annotation)
    inner = re.sub(r"^(Request|StreamRequest)\[(.*)\]$", r"\2", result)
    if inner == result:
        return SOCKETS.get(member.name, "the socket")
    if inner == "None":
        return "nothing"
    if paged := re.match(r"Page\[(\w+)\]", inner):
        return f"every {_linked(paged[1], build)} of every page, as you walk over it"
    if several := re.match(r"tuple\[(\w+), \.\.\.\]", inner):
        return f"a tuple of {_linked(several[1], build)}"
    name, _, other = inner.partition(" | ")
    kind = ", as they arrive" if result.startswith("StreamRequest") else ""
    return f"{_linked(name, build)}{f' or `{other}`' if other else ''}{kind}"


def _linked(name: str, build: Callable[..., object]) -> str:
    for _, value in named_in(name, build.__module__):
        return _link(name, value, page_of(build.__module__))
    return f"`{name}`"


def _home(value: object) -> str:
    if inspect.isclass(value):
        return page_of(value.__module__)
    homes = (page_of(part.__module__) for part in get_args(value) if inspect.isclass(part))
    return next(filter(None, homes), "")


def _link(name: str, value: object, page: str) -> str:
    home = _home(value) or page
    return f"[`{name}`]({f'{home}.md' if home != page else ''}#{name.lower()})"


def of_member(member: Member) -> Iterator[str]:
    """Write what a call does, takes and gives."""
    docs, call = docs_of(member.build), call_of(member.build)
    text = docs.text.removeprefix("Describe ")
    yield f"### `{member.name}`\n\n{text[0].upper()}{text[1:]}\n"
    yield "| | |\n|---|---|"
    yield f"| gives | {gives(member)} |"
    yield f"| sends | `{call.method} {unquote(call.path)}` |"
    source, since = source_of(member.build)
    spoken = f"{call.version}, whatever the client speaks" if call.version else f"that of the client{since}"
    yield f"| API version | {spoken} |"
    yield f"| is repeated | {REPEATED[call.retry]} |"
    if raised := errors_of(call):
        yield f"| may raise | beside [what every call may](calls.md#what-every-call-may-raise): {', '.join(raised)} |"
    if member.others:
        yield f"| also called | {', '.join(f'`{name}`' for name in member.others)} |"
    if source:
        yield f"| source | {_cell(source)} |"
    yield f"| described by | `{public_name(member.build)}` |\n"
    yield from _parameters(member.build, docs)
    refused = {"InvalidArgument": "The id is none."} if "{" in unquote(call.path) else {}
    for error, when in (refused | docs.sections.get("Raises", {})).items():
        told = when.replace("; nothing is sent", "")
        yield f"Before anything is sent, it raises `{error}`: {told[0].lower()}{told[1:]}\n"


def _parameters(build: Callable[..., object], docs: Docs) -> Iterator[str]:
    meanings = docs.sections.get("Args", {})
    parameters = inspect.signature(build).parameters
    if not parameters:
        yield "It takes no parameters.\n"
        return
    yield "| parameter | type | meaning |\n|---|---|---|"
    for name, parameter in parameters.items():
        is_needed = parameter.default is parameter.empty
        words = "" if not is_needed else ", needed" if parameter.kind is parameter.KEYWORD_ONLY else ", needed, first"
        yield f"| `{name}`{words} | {shown(parameter.annotation)} | {_cell(meanings[name])} |"
    yield ""


def of_value(name: str, value: object, page: str) -> Iterator[str]:
    """Write what a value holds."""
    yield f"### `{name}`\n"
    if not inspect.isclass(value):
        parts = [_link(part.__name__, part, page) if _is_value(part) else _plain(part) for part in get_args(value)]
        yield f"One of {', '.join(parts)}.\n"
        return
    docs = docs_of(value)
    yield f"{docs.text}\n\n| attribute | type | meaning |\n|---|---|---|"
    meanings = docs.sections.get("Args", {}) | docs.sections.get("Attributes", {})
    for field in _fields(value):
        yield f"| `{field.name}` | {shown(field.type)}{_default(field)} | {_cell(meanings[field.name])} |"
    yield ""


def _default(field: attrs.Attribute[Any]) -> str:
    return f" = {field.default}" if isinstance(field.default, (int, float)) else ""


def _plain(part: object) -> str:
    return f"`{getattr(part, '__name__', part)}`"


def of_page(page: str) -> str:
    """Write all that the code says for a page."""
    here = [member for member in members() if member.page == page]
    everything = {name: value for member in members() for name, value in reached(member).items()}
    mine = {name: value for member in here for name, value in reached(member).items()}
    lines = ["## Calls\n", *_overview(here), *(line for member in here for line in of_member(member))]
    values = {name: value for name, value in everything.items() if not _is_words(value) and _home(value) == page}
    if values:
        lines += ["## Values\n", *(line for name, value in values.items() for line in of_value(name, value, page))]
    lines += list(_told_elsewhere("\n".join(lines)))
    foreign = [_link(name, value, page) for name, value in mine.items() if name not in values and not _is_words(value)]
    if foreign:
        lines.append(f"On other pages: {', '.join(foreign)}.\n")
    lines += list(_word_table([*here, *values.values()]))
    return "\n".join(lines).rstrip() + "\n"


def _overview(here: Iterable[Member]) -> Iterator[str]:
    """Write a table of the calls, each with its first sentence."""
    yield "| call | is for |\n|---|---|"
    for member in here:
        anchor = re.sub(r"[^\w-]", "", member.name)
        sentence = re.split(r"(?<=\w)[.;:](?:\s|$)", docs_of(member.build).text.removeprefix("Describe "))[0]
        yield f"| [`{member.name}`](#{anchor}) | {_cell(sentence)} |"
    yield ""


def _told_elsewhere(text: str) -> Iterator[str]:
    """Say what types are that have no table."""
    told = [f"`{name}` is {what}." for name, what in ELSEWHERE.items() if re.search(rf"[|,] `[^`\n]*\b{name}\b", text)]
    if told:
        yield " ".join(told) + "\n"


def _word_table(things: Iterable[object]) -> Iterator[str]:
    """Write which words the calls and values of a page name."""
    words = {name: get_args(value) for thing in things for name, value in _words_in(thing)}
    if words:
        yield "## Words\n"
        yield "These sets are the documented ones. Where `str` stands beside one, any other is taken, too.\n"
        yield "| type | words |\n|---|---|"
        yield from (f"| `{name}` | {', '.join(f'`{word}`' for word in found)} |" for name, found in words.items())
        yield ""


def _words_in(thing: object) -> Iterator[tuple[str, object]]:
    """Give the sets of words that a call or a value names itself."""
    annotations: list[object] = []
    module = ""
    if isinstance(thing, Member):
        module = thing.build.__module__
        annotations = [each.annotation for each in inspect.signature(thing.build).parameters.values()]
    elif inspect.isclass(thing):
        module, annotations = thing.__module__, [field.type for field in _fields(thing)]
    for annotation in annotations:
        yield from ((name, value) for name, value in named_in(annotation, module) if _is_words(value))


def pages() -> dict[str, str]:
    """Give the text of every page: what is written by hand, the mark, and what the code says."""
    texts: dict[str, str] = {}
    for page in dict.fromkeys(filter(None, PAGES.values())):
        head, _, _ = (HERE / f"{page}.md").read_text(encoding="utf-8").partition(MARK)
        texts[page] = f"{head.rstrip()}\n\n{MARK}\n{of_page(page)}"
    return texts


if __name__ == "__main__":
    for page, text in pages().items():
        (HERE / f"{page}.md").write_text(text, encoding="utf-8")
