"""What a client is set up with, and what a call looks like when it goes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import evolve, field, frozen

from cartesia_core._fast import dumps
from cartesia_core.auth import DEFAULT_BASE_URL, ApiKey, Identity
from cartesia_core.errors import InvalidArgument
from cartesia_core.http import Call, FormBody, Pairs, merge_headers
from cartesia_core.multipart import FormContent, content_type, form_content
from cartesia_core.policy import RetryPolicy, Timeouts, as_timeouts
from cartesia_core.url import check_base_url, target_url

__all__ = [
    "Found",
    "Outgoing",
    "Settings",
    "Timeouts",
    "as_timeouts",
    "merge_headers",
    "outgoing",
    "settings_from",
    "settings_of",
]


@frozen(kw_only=True)
class Settings:
    """Everything about a client but its connections.

    Attributes:
        identity: Credential, API version and header fields.
        base_url: Where the API is.
        timeouts: For single steps.
        retry: For repeating.
    """

    identity: Identity
    base_url: str = field(default=DEFAULT_BASE_URL, converter=check_base_url)
    timeouts: Timeouts = field(factory=Timeouts)
    retry: RetryPolicy = field(factory=RetryPolicy)

    def with_version(self, version: str) -> Settings:
        """Give the same with another API version."""
        return evolve(self, identity=evolve(self.identity, version=version))

    def with_key(self, key: ApiKey) -> Settings:
        """Give the same with another credential."""
        return evolve(self, identity=evolve(self.identity, key=key))

    def with_options(
        self,
        *,
        timeout: float | Timeouts | None = None,
        retry: RetryPolicy | None = None,
        headers: Mapping[str, str] | None = None,
        version: str | None = None,
    ) -> Settings:
        """Give the same with other options; None leaves one as it is, header fields are added to those there are.

        Raises:
            InvalidArgument: A value can be seen to be wrong.
        """
        fields = merge_headers(self.identity.headers, (headers or {}).items())
        return evolve(
            self,
            identity=evolve(self.identity, headers=fields, version=version or self.identity.version),
            timeouts=self.timeouts if timeout is None else as_timeouts(timeout),
            retry=retry or self.retry,
        )


@frozen
class Outgoing:
    """A call as it goes over the wire.

    Attributes:
        method: HTTP method.
        url: Absolute URL.
        headers: Header fields, each name once.
        content: The body; empty if it is a form.
        version: The API version it speaks.
        form: The body if it is a form: bytes, and files that are still to be read.
    """

    method: str
    url: str
    headers: Pairs = field(repr=False)
    content: bytes = field(repr=False)
    version: str
    form: FormContent | None = None


_JSON: Final = ("Content-Type", "application/json")


def outgoing(call: Call, settings: Settings, *, boundary: str = "") -> Outgoing:
    """Render a call for a client's settings.

    Args:
        call: What is asked.
        settings: Of the client that asks.
        boundary: What parts a form; random, and needed for forms only.

    Raises:
        InvalidArgument: The API version has no form for one of its parameters, or the boundary is missing.
    """
    version = call.version or settings.identity.version
    fields = [*settings.identity.fields(version), ("Accept", call.accept)]
    content, form = b"", None
    kind: Pairs = ()
    if isinstance(call.body, FormBody):
        form = form_content(call.body, version, boundary)
        kind = (("Content-Type", content_type(boundary)),)
    elif call.body is not None:
        content = dumps(call.body.render(version))
        fields.append(_JSON)
    return Outgoing(
        call.method,
        target_url(settings.base_url, call.path, call.query),
        # The type of a form names its boundary, so nobody else's may win over it.
        merge_headers(fields, settings.identity.headers, call.headers, kind),
        content,
        version,
        form,
    )


def settings_of(
    *,
    api_key: str | ApiKey | None,
    base_url: str = DEFAULT_BASE_URL,
    version: str | None = None,
    timeout: float | Timeouts | None = None,
    retry: RetryPolicy | None = None,
    headers: dict[str, str] | None = None,
) -> Settings:
    """Give the settings for what callers write when they make a client; no key if each call is given one.

    Raises:
        InvalidArgument: A value can be seen to be wrong.
    """
    identity = Identity(api_key, headers=tuple((headers or {}).items()))
    settings = Settings(
        identity=identity, base_url=base_url, timeouts=as_timeouts(timeout), retry=retry or RetryPolicy()
    )
    return settings.with_version(version) if version is not None else settings


@frozen
class Found:
    """What the environment says about a client.

    Attributes:
        api_key: From `CARTESIA_API_KEY`.
        base_url: From `CARTESIA_BASE_URL`.
        headers: From `CARTESIA_CUSTOM_HEADERS`, one `Name: value` a line.
    """

    api_key: ApiKey
    base_url: str
    headers: dict[str, str] = field(repr=False)


def settings_from(variables: Mapping[str, str]) -> Found:
    """Read what an environment says.

    Raises:
        InvalidArgument: There is no key in it, or a line of the header fields is none.
    """
    key = variables.get("CARTESIA_API_KEY", "")
    if not key:
        raise InvalidArgument("CARTESIA_API_KEY is not set; set it, or pass api_key=... to Client")
    headers = _fields(variables.get("CARTESIA_CUSTOM_HEADERS", ""))
    return Found(ApiKey(key), variables.get("CARTESIA_BASE_URL") or DEFAULT_BASE_URL, headers)


def _fields(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        name, colon, value = line.partition(":")
        if line.strip() and not colon:  # its text is not repeated: it may be a secret
            raise InvalidArgument(f"line {number} of CARTESIA_CUSTOM_HEADERS is no `Name: value`")
        if colon:
            found[name.strip()] = value.strip()
    return found
