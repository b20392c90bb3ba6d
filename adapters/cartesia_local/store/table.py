"""Records of one kind, in the order in which they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from attrs import AttrsInstance, asdict, frozen

from cartesia_core._codec import load
from cartesia_core._fast import dumps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cartesia_local.store.database import Database, Row, Value


class Record(AttrsInstance, Protocol):
    """A frozen attrs value with an id, made of what JSON has."""

    @property
    def id(self) -> str:
        """Unique within its table."""
        ...


R = TypeVar("R", bound=Record)


@frozen
class PageQuery:
    """Which page is wanted.

    Attributes:
        limit: Most items on it.
        after: Id that it begins behind.
        before: Id that it ends before; not together with `after`.
    """

    limit: int
    after: str | None = None
    before: str | None = None


@frozen
class Page(Generic[R]):
    """One page.

    Attributes:
        items: What is on it.
        has_more: Whether there is more in the direction of paging.
        next_page: The id to send as `starting_after` for what follows; None at the end, and when paging backwards.
    """

    items: Sequence[R]
    has_more: bool
    next_page: str | None


class UnknownCursor(LookupError):
    """A page was asked for behind or before an id that never was in the list."""


def _always(_: object) -> bool:
    return True


class Table(Generic[R]):
    """The records of one kind.

    Args:
        db: Where.
        name: The table's name, one of `RESOURCES`.
        kind: What the records are.
        parent: What a record belongs to, e.g. a file's dataset; "" when it is nobody's.
    """

    def __init__(self, db: Database, name: str, kind: type[R], parent: Callable[[R], str] = lambda _: "") -> None:
        self._db: Final = db
        self._name: Final = name
        self._kind: Final = kind
        self._parent: Final = parent

    def add(self, record: R) -> R:
        """Put a new one at the end."""
        sql = f"INSERT INTO {self._name} (id, parent, record) VALUES (?, ?, ?)"  # noqa: S608 -- constants only
        with self._db.writing():
            self._db.execute(sql, (record.id, self._parent(record), _dump(record)))
        return record

    def put(self, record: R) -> None:
        """Replace one, or put it at the end if there is none of this id."""
        sql = (
            f"INSERT INTO {self._name} (id, parent, record) VALUES (?, ?, ?) "  # noqa: S608 -- constants only
            "ON CONFLICT (id) DO UPDATE SET parent = excluded.parent, record = excluded.record"
        )
        with self._db.writing():
            self._db.execute(sql, (record.id, self._parent(record), _dump(record)))

    def get(self, ident: str) -> R | None:
        """Give the one of this id."""
        sql = f"SELECT record FROM {self._name} WHERE id = ? AND record IS NOT NULL"  # noqa: S608 -- constants only
        row = self._db.row(sql, (ident,))
        return None if row is None else self._read(row)

    def change(self, ident: str, how: Callable[[R], R]) -> R | None:
        """Change one in a transaction of its own; what `how` raises leaves it as it was."""
        with self._db.writing():
            record = self.get(ident)
            if record is None:
                return None
            changed = how(record)
            self.put(changed)
            return changed

    def remove(self, ident: str) -> bool:
        """Remove one; False if there is none."""
        return self._remove("id", ident)

    def remove_of(self, parent: str) -> bool:
        """Remove all that belong to a parent; False if there are none."""
        return self._remove("parent", parent)

    def _remove(self, column: str, value: str) -> bool:
        sql = f"UPDATE {self._name} SET record = NULL WHERE {column} = ? AND record IS NOT NULL"  # noqa: S608
        with self._db.writing():
            return self._db.execute(sql, (value,)) > 0

    def all(self, parent: str | None = None) -> list[R]:
        """Give all, or those of one parent."""
        return list(self._walk("", (), parent, "ASC"))

    def page(self, query: PageQuery, *, parent: str | None = None, accept: Callable[[R], bool] = _always) -> Page[R]:
        """Give a page of those that are accepted.

        Raises:
            UnknownCursor: There never was a record with the id of the cursor.
        """
        if query.before is not None:
            edge = self._position(query.before, parent)
            found, has_more = self._cut(self._walk("AND position < ?", (edge,), parent, "DESC"), query.limit, accept)
            return Page(found[::-1], has_more, None)
        edge = 0 if query.after is None else self._position(query.after, parent)
        found, has_more = self._cut(self._walk("AND position > ?", (edge,), parent, "ASC"), query.limit, accept)
        return Page(found, has_more, found[-1].id if has_more else None)

    def _cut(self, records: Iterator[R], limit: int, accept: Callable[[R], bool]) -> tuple[list[R], bool]:
        found: list[R] = []
        for record in records:
            if accept(record):
                if len(found) == limit:
                    return found, True
                found.append(record)
        return found, False

    def _position(self, ident: str, parent: str | None) -> int:
        sql = f"SELECT position FROM {self._name} WHERE id = ? AND parent = coalesce(?, parent)"  # noqa: S608
        row = self._db.row(sql, (ident, parent))
        if row is None or not isinstance(row[0], int):
            raise UnknownCursor(ident)
        return row[0]

    def _walk(self, where: str, values: tuple[Value, ...], parent: str | None, order: str) -> Iterator[R]:
        of = "" if parent is None else "AND parent = ?"
        sql = f"SELECT record FROM {self._name} WHERE record IS NOT NULL {where} {of} ORDER BY position {order}"  # noqa: S608
        for row in self._db.rows(sql, values if parent is None else (*values, parent)):
            yield self._read(row)

    def _read(self, row: Row) -> R:
        return load(self._kind, str(row[0]).encode())


def _dump(record: Record) -> str:
    return dumps(asdict(record)).decode()
