"""Forms (`multipart/form-data`, RFC 7578) as they arrive: text into memory, files onto the disk."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Final

from attrs import define, field, frozen
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from cartesia_local.refusal import Refused

if TYPE_CHECKING:
    from typing import BinaryIO

    from typing_extensions import Self

MAX_TEXT_NBYTES: Final = 256 * 1024
"""Of all text fields together."""
MAX_PARTS: Final = 1000
MAX_HEAD_NBYTES: Final = 16 * 1024


@frozen(kw_only=True)
class Upload:
    """A file of a form.

    Attributes:
        filename: As the client names it, without folders.
        content_type: As the client says, "" where it does not.
        nbytes: How long it is.
        content: At its beginning; closed with the form.
    """

    filename: str
    content_type: str
    nbytes: int
    content: BinaryIO = field(repr=False)


@define
class Form:
    """What was sent. Closing it drops its files.

    Attributes:
        texts: Names and values in order.
        files: By name; of several with the same name the last.
    """

    texts: list[tuple[str, str]] = field(factory=list[tuple[str, str]])
    files: dict[str, Upload] = field(factory=dict[str, Upload])
    _opened: list[BinaryIO] = field(factory=list["BinaryIO"], repr=False)

    def open_file(self) -> BinaryIO:
        """Make a temporary file that lives as long as the form."""
        opened: BinaryIO = TemporaryFile()  # noqa: SIM115 -- closed with the form
        self._opened.append(opened)
        return opened

    def close(self) -> None:
        """Drop the files."""
        for opened in self._opened:
            opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def is_form(content_type: str) -> bool:
    """Tell whether a request's body is a form."""
    return content_type.partition(";")[0].strip().lower() == "multipart/form-data"


class FormReader:
    """Reads a form's bytes as they come.

    Args:
        content_type: The request's, with the boundary.
        form: What is filled.

    Raises:
        Refused: The boundary is missing.
    """

    def __init__(self, content_type: str, form: Form) -> None:
        _, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if not 1 <= len(boundary) <= 256:
            raise Refused("The Content-Type has no boundary of 1 to 256 bytes.", title="Malformed form")
        self._form: Final = form
        self._parts = 0
        self._text_nbytes = 0
        self._is_whole = False
        self._header_name = self._header_value = b""
        self._head_nbytes = 0
        self._headers: dict[bytes, bytes] = {}
        self._name: str | None = None
        self._text = bytearray()
        self._upload: Upload | None = None
        self._nbytes = 0
        self._parser: Final = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._on_name,
                "on_header_value": self._on_value,
                "on_header_end": self._on_header,
                "on_headers_finished": self._on_headers,
                "on_part_data": self._on_data,
                "on_part_end": self._end,
                "on_end": self._finish,
            },
        )

    def feed(self, data: bytes) -> None:
        """Take bytes.

        Raises:
            Refused: They are no form, or its text is too long.
        """
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise Refused(f"The body is not a form: {error}.", title="Malformed form") from error

    def finish(self) -> None:
        """End the body.

        Raises:
            Refused: The form has not ended.
        """
        if not self._is_whole:
            raise Refused("The form ends without its last boundary.", title="Malformed form")

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise Refused(f"The form has more than {MAX_PARTS} parts.", title="Malformed form")
        self._headers = {}
        self._header_name = self._header_value = b""
        self._head_nbytes = 0

    def _on_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += self._counted(data[start:end])

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += self._counted(data[start:end])

    def _counted(self, data: bytes) -> bytes:
        self._head_nbytes += len(data)
        if self._head_nbytes > MAX_HEAD_NBYTES:
            raise Refused(f"A part's head is longer than {MAX_HEAD_NBYTES} bytes.", title="Malformed form")
        return data

    def _on_header(self) -> None:
        self._headers[self._header_name.lower()] = self._header_value
        self._header_name = self._header_value = b""

    def _on_headers(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        if b"name" not in options:
            raise Refused("A part of the form has no name.", title="Malformed form")
        self._name = options[b"name"].decode("utf-8", "replace")
        self._text = bytearray()
        self._nbytes = 0
        self._upload = None
        if b"filename" in options:
            filename = options[b"filename"].decode("utf-8", "replace").replace("\\", "/").rpartition("/")[2]
            content_type = self._headers.get(b"content-type", b"").decode("latin-1")
            content = self._form.open_file()
            self._upload = Upload(filename=filename, content_type=content_type, nbytes=0, content=content)

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._upload is not None:
            self._nbytes += self._upload.content.write(data[start:end])
            return
        self._text_nbytes += end - start
        if self._text_nbytes > MAX_TEXT_NBYTES:
            raise Refused(
                f"The form's text is longer than {MAX_TEXT_NBYTES} bytes.", status=413, title="Body too large"
            )
        self._text += data[start:end]

    def _end(self) -> None:
        name, self._name = self._name, None
        if name is None:
            return
        if self._upload is None:
            self._form.texts.append((name, self._text.decode("utf-8", "replace")))
            return
        self._upload.content.seek(0)
        upload = self._upload
        self._form.files[name] = Upload(
            filename=upload.filename, content_type=upload.content_type, nbytes=self._nbytes, content=upload.content
        )

    def _finish(self) -> None:
        self._is_whole = True
