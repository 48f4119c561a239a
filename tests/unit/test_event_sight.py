"""Every kind of event has its line: who sees it is decided for each, and none is shown because nobody thought of it."""

from __future__ import annotations

import pytest

from services.api.event.sight import ANYWHERE, SIGHTS
from services.domain.catalogue import DECIDERS
from services.wire.message import event_kind


@pytest.mark.parametrize("noun", DECIDERS)
def test_every_kind_of_event_has_its_line_and_no_line_is_for_nothing(noun: str) -> None:
    """What is new is placed before anybody is shown it."""
    kinds = {event_kind(event) for event in DECIDERS[noun].events}
    assert SIGHTS[noun].keys() - ANYWHERE.keys() == kinds - ANYWHERE.keys()
