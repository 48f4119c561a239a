"""What is sent, before anybody looks at what it means."""

from __future__ import annotations

import pytest

from services.commands.submit import Submission, digest_of
from services.wire.message import Malformed


@pytest.mark.parametrize("number", [2**53, -471397367211527831552])
def test_a_number_that_json_cannot_carry_is_refused_by_name(number: int) -> None:
    """However deep it stands; it is the sender's slip, and no error of ours."""
    submission = Submission(stream="register", kind="enrol_person", arguments={"name": {"a": [number]}})
    with pytest.raises(Malformed) as caught:
        digest_of(submission)
    assert "JSON cannot carry exactly" in caught.value.faults[0].rule
