"""Requests as derived from commands: texts plain, enumerations closed, nothing that the engine fills in itself."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from services.api.arguments import asked_for, request_model
from services.commands.fill import LONGEST, LONGEST_OF
from services.commands.outside import OUTSIDE, outside_of
from services.domain.body import commands as body
from services.domain.catalogue import DECIDERS
from services.domain.cycle import commands as cycle
from services.domain.message import Command, command_kind
from services.domain.register import commands as register
from services.domain.silence import commands as silence


def model_of(command: type[Command], noun: str, *placed: str) -> type[BaseModel]:
    """Return the model of a command's request."""
    return request_model(
        command,
        name=f"{noun}{command.__name__}",
        outside=outside_of(noun, command_kind(command)),
        placed=frozenset(placed),
        is_record=noun != "register",
    )


def faults_of(model: type[BaseModel], **sent: Any) -> dict[str, str]:
    """Return what is wrong with a request, by field."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(sent)
    return {".".join(map(str, error["loc"])): error["type"] for error in caught.value.errors()}


def test_every_command_from_outside_has_a_request() -> None:
    """None has a field that nobody could send, and the documentation is the command's own."""
    for noun, decider in DECIDERS.items():
        for command in decider.commands:
            if command in decider.internal:
                continue
            schema = model_of(command, noun).model_json_schema()
            assert schema["description"] == cleandoc(command.__doc__ or "")
            assert schema["additionalProperties"] is False
            completed = outside_of(noun, command_kind(command)).completed
            assert not completed.keys() & schema["properties"].keys()


def test_what_differs_outside_is_said_of_commands_that_exist() -> None:
    """Words stand for fields, and fields that are filled in are fields."""
    for (noun, kind), outside in OUTSIDE.items():
        command = next(c for c in DECIDERS[noun].commands if command_kind(c) == kind)
        names = set(command.__dataclass_fields__)
        assert {*outside.completed, *outside.spelt.values(), *outside.optional, *outside.referenced} <= names
        sent = model_of(command, noun).model_fields.keys()
        assert set(outside.completed.values()) <= sent, kind


def test_texts_are_plain_and_as_long_as_the_door_takes() -> None:
    """A title is shorter than a text."""
    properties = model_of(cycle.AddPaper, "cycle").model_json_schema()["properties"]
    assert properties["title"]["maxLength"] == LONGEST_OF["title"]
    assert properties["text"]["maxLength"] == LONGEST
    assert faults_of(model_of(cycle.AddPaper, "cycle"), title="", text=1) == {
        "title": "string_too_short",
        "text": "string_type",
    }


def test_the_address_takes_its_fields_away() -> None:
    """What stands in the address is not sent again."""
    model = model_of(cycle.Dissociate, "cycle", "text")
    assert "text" not in model.model_fields
    assert faults_of(model, text="t-1", version=1, paragraph="5b", statement="No.") == {"text": "extra_forbidden"}


def test_instants_durations_and_periods_are_spelt_and_bounded() -> None:
    """What could not be added up later is refused now."""
    assert faults_of(model_of(cycle.Assign, "cycle"), owner="AIMC", title="Work", due="2027-01-01") == {
        "due": "instant"
    }
    for due in ("9999-12-31T23:59:59-01:00", "1001-01-01T00:00:00Z"):
        assert faults_of(model_of(cycle.Assign, "cycle"), owner="AIMC", title="Work", due=due) == {"due": "instant"}
    for by in ("a day", "P1Y", "PT999999999H"):
        assert faults_of(model_of(silence.AskForTime, "silence"), by=by) == {"by": "duration"}
    for period in ("10", "²cwd", "99999cwd", "P1M"):
        assert faults_of(model_of(silence.ReopenSilence, "silence"), period=period) == {"period": "period"}
    for period in ("PT72H", "10cwd"):
        model_of(silence.ReopenSilence, "silence").model_validate({"period": period})


def test_numbers_are_not_coerced() -> None:
    """Neither from texts nor from fractions; and none is larger than a machine counts."""
    model = model_of(cycle.AdoptText, "cycle", "text")
    for version in ("1", 1.0, True):
        assert faults_of(model, version=version) == {"version": "int_type"}
    assert faults_of(model, version=2**40) == {"version": "less_than_equal"}


def test_what_has_a_default_may_be_left_out_and_says_which() -> None:
    """An audience is everybody unless said otherwise."""
    audience = model_of(cycle.ProposeItem, "cycle").model_json_schema()["properties"]["audience"]
    assert (audience["enum"], audience["default"]) == (["all", "members"], "all")
    assert model_of(body.ScheduleSeries, "body").model_validate({}).model_dump(exclude_unset=True) == {}
    assert "delegation" not in model_of(register.Appoint, "register").model_json_schema()["required"]


def test_only_acts_on_record_may_be_on_behalf_or_with_a_waiver() -> None:
    """The register's own are neither."""
    assert {"on_behalf", "waive"} <= model_of(cycle.Respond, "cycle").model_fields.keys()
    assert not {"on_behalf", "waive"} & model_of(register.EnrolPerson, "register").model_fields.keys()


def test_control_characters_are_refused_in_words() -> None:
    """They would be stored nowhere."""
    assert faults_of(model_of(register.RevokeKey, "register"), key="k-\x00") == {"key": "string_pattern_mismatch"}


def test_a_type_that_nobody_can_send_is_a_bug() -> None:
    """It is found when the route is made."""
    with pytest.raises(TypeError, match="nobody outside can send"):
        asked_for(complex, "value", "Some")
