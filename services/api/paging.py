"""Pages: a list is asked for piece by piece, and sifted row by row until a piece is full."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from fastapi import Query, Request

from services.api.cursor import Cursors, Place
from services.storage.order import Order
from services.storage.queries import After

T = TypeVar("T")
MOST = 200
USUAL = 50
#: How often more rows are fetched for one page when the caller may see few of them.
ROUNDS = 10
Named = Mapping[str, Callable[[Any], Any]]
ONLY_KEY: Named = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A page as it is asked for: which list with which filters, how many rows, and where the page before ended."""

    listed: str
    filters: Mapping[str, list[str]]
    limit: int
    after: After
    cursors: Cursors

    async def page(
        self,
        fetch: Callable[[After, int], Awaitable[Sequence[T]]],
        key: Callable[[T], Place],
        keep: Callable[[Sequence[T]], Awaitable[Iterable[T]]],
    ) -> dict[str, Any]:
        """
        Return the rows of the page, and the cursor of the rest.

        A page may be shorter than asked for, even empty, and the list go on; it has ended where there is no cursor.
        """
        after, kept = self.after, list[T]()
        for _ in range(ROUNDS):
            rows = await fetch(after, self.limit + 1)
            kept += await keep(rows)
            if len(kept) > self.limit:
                kept = kept[: self.limit]
                return self._page(kept, key(kept[-1]))
            if len(rows) <= self.limit:
                return self._page(kept, None)
            after = key(rows[-1])
        return self._page(kept, after)

    def among(
        self, rows: Iterable[T], key: Callable[[T], Any], order: Order, names: Named = ONLY_KEY
    ) -> dict[str, Any]:
        """
        Return the page of a list that is at hand, ordered by one of its fields, and by its keys among what ties.

        ``names`` gives a field's value where the row has it under another name, or by none.
        """
        by = names.get(order.field) or (lambda row: getattr(row, order.field))

        def place(row: T) -> Place:
            return (by(row), key(row))

        def is_ahead(row: T) -> bool:
            return self.after is None or (place(row) < self.after if order.is_falling else place(row) > self.after)

        ahead = [row for row in sorted(rows, key=place, reverse=order.is_falling) if is_ahead(row)]
        kept = ahead[: self.limit]
        return self._page(kept, place(kept[-1]) if len(ahead) > len(kept) else None)

    def _page(self, rows: Sequence[Any], end: Place | None) -> dict[str, Any]:
        return {"items": tuple(rows), "next": self.cursors.write(self.listed, self.filters, end) if end else None}


def asked_page(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many at most.")] = USUAL,
    cursor: Annotated[
        str | None, Query(max_length=2000, pattern=r"^[A-Za-z0-9_-]+$", description="`next` of the page before.")
    ] = None,
) -> Asked:
    """
    Return the page a request asks for; its path and its other parameters are what a cursor is bound to.

    Raises:
        Malformed: the cursor was given for another list.
    """
    cursors: Cursors = request.app.state.cursors
    listed = request.url.path
    filters: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if name not in {"limit", "cursor"}:
            filters.setdefault(name, []).append(value)
    after = cursors.read(listed, filters, cursor) if cursor else None
    return Asked(listed=listed, filters=filters, limit=limit, after=after, cursors=cursors)


async def everything(rows: Sequence[T]) -> Sequence[T]:
    """Keep every row: who may see them was part of the question."""
    return rows
