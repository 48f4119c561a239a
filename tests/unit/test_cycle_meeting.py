"""The meeting: agenda, papers, contributions, presence and quorum, with scenarios 1, 2 and 20 of domain.md 8."""

from __future__ import annotations

from dataclasses import replace

from services.domain.audience import Audience, is_visible_to
from services.domain.cycle import commands as asked
from services.domain.cycle.attendance import at_the_table, presence_of, quorum_at, readers
from services.domain.cycle.decider import DECIDER
from services.domain.cycle.events import (
    AgendaAnnotated,
    ContributionFiled,
    PaperAdded,
    PresenceRecorded,
    QuorumMet,
    SinglePositionWarning,
)
from services.domain.cycle.footnotes import footnotes_of
from services.domain.cycle.records import Annotation, Credential, Presence, Purpose
from services.domain.cycle.state import CycleState
from services.domain.cycle.text import FootnoteKind
from services.domain.membership import ParticipationStatus, StatusSince
from services.domain.register_change import ChangeMembership
from tests.unit.calendar_setting import MEMBERS, pinned_table, utc
from tests.unit.cycle_setting import (
    ALL,
    CONVENED,
    HYBRID,
    STARTS,
    STEPS,
    WORDS,
    answer,
    contribution,
    convened,
    facts_of,
    in_session,
    item,
    kinds,
    proposal,
    reason_of,
    tabled,
    text_of,
    without_convenor,
)


def presence(entity: str, value: str, delegation: str | None = None) -> asked.RecordPresence:
    """Return the recording of a presence."""
    return asked.RecordPresence(entity=entity, presence=Presence(value), delegation=delegation)


def test_the_agenda_goes_from_proposed_items_to_the_adopted_order() -> None:
    """Provisional, annotated, documents out, in session, adopted."""
    stream = convened()
    for _ in range(2):
        stream.give(item(), CONVENED, "AIMC")
    first, second = (i.id for i in stream.state.items)

    stream.give(asked.PublishAgenda(), CONVENED, "INTERPOL")
    states = [stream.state.state]
    annotations = (Annotation(item=second, purpose=Purpose.DECISION, minutes=45, lead="AIMC", outcome=WORDS),)
    stream.give(asked.AnnotateAgenda(items=annotations), CONVENED, "INTERPOL")
    states.append(stream.state.state)
    stream.give(asked.AddPaper(title=WORDS, content=WORDS, item=second), CONVENED, "AIMC")
    states.append(stream.state.state)
    stream.give(presence("INTERPOL", "in_person"), STARTS, "INTERPOL")
    for member in MEMBERS[1:]:
        stream.give(presence(member, "remote"), STARTS, "INTERPOL")
    stream.give(asked.OpenSession(), STARTS, "INTERPOL")
    stream.give(asked.AdoptAgenda(items=(second, first)), STARTS, "INTERPOL")
    assert states == ["agenda_provisional", "agenda_annotated", "documents_out"]
    assert stream.state.agenda == (second, first)
    assert stream.state.is_agenda_adopted
    noted = stream.state.item(second)
    assert noted
    assert (noted.purpose, noted.minutes, noted.lead) == (Purpose.DECISION, 45, "AIMC")
    assert stream.letters("agenda_published") == [ALL]
    assert stream.letters("agenda_annotated") == [ALL]


def test_a_working_group_has_no_annotated_agenda_and_goes_on_with_its_documents() -> None:
    """The items may be annotated all the same; the state does not change by it."""
    steps = tuple(step for step in STEPS if step.label != "annotated_agenda")
    stream = convened(proposal(steps=steps))
    stream.give(item(), CONVENED, "AIMC")
    stream.give(asked.PublishAgenda(), CONVENED, "INTERPOL")

    annotation = Annotation(item=stream.state.items[0].id, minutes=10)
    events = stream.give(asked.AnnotateAgenda(items=(annotation,)), CONVENED, "INTERPOL")
    state = stream.state.state
    stream.give(asked.AddPaper(title=WORDS, content=WORDS), CONVENED, "AIMC")

    assert isinstance(events[0], AgendaAnnotated)
    assert state is CycleState.AGENDA_PROVISIONAL
    assert stream.state.state is CycleState.DOCUMENTS_OUT


def test_agendas_name_items_there_are_once_each() -> None:
    """Empty, unknown, repeated; and annotations are checked field by field."""
    stream = convened()
    assert reason_of(stream.give(asked.PublishAgenda(), CONVENED, "INTERPOL")) == "AgendaEmpty"
    stream.give(item(), CONVENED, "AIMC")
    stream.give(asked.PublishAgenda(), CONVENED, "INTERPOL")
    known = stream.state.items[0].id

    wrong = {
        "AgendaEmpty": (),
        "NotFound": (Annotation(item="i-none"),),
        "BadArgument": (Annotation(item=known, minutes=0),),
    }
    for reason, items in wrong.items():
        assert reason_of(stream.give(asked.AnnotateAgenda(items=items), CONVENED, "INTERPOL")) == reason
    twice = (Annotation(item=known), Annotation(item=known))
    unknown_paper = (Annotation(item=known, papers=("d-none",)),)
    unknown_lead = (Annotation(item=known, lead="NOBODY"),)
    assert reason_of(stream.give(asked.AnnotateAgenda(items=twice), CONVENED, "INTERPOL")) == "BadArgument"
    assert reason_of(stream.give(asked.AnnotateAgenda(items=unknown_paper), CONVENED, "INTERPOL")) == "NotFound"
    assert reason_of(stream.give(asked.AnnotateAgenda(items=unknown_lead), CONVENED, "INTERPOL")) == "NotFound"


def test_a_members_only_item_hides_its_papers_and_contributions() -> None:
    """PS-33: what belongs to it is for members too, also when the item becomes members-only later."""
    stream = convened()
    stream.give(item(audience=Audience.MEMBERS), CONVENED, "AIMC")
    stream.give(item(), CONVENED, "AIMC")
    closed, opened = (i.id for i in stream.state.items)
    paper = asked.AddPaper(title=WORDS, content=WORDS, item=closed)

    (added,) = stream.give(paper, CONVENED, "AIMC")
    stream.give(asked.AddPaper(title=WORDS, content=WORDS, item=opened), CONVENED, "AIMC")
    (filed,) = stream.give(contribution(item=opened), CONVENED, "UNODC")
    hidden = stream.give(contribution(item=closed), CONVENED, "UNODC")
    stream.give(asked.PublishAgenda(), CONVENED, "INTERPOL")
    narrowed = Annotation(item=opened, audience=Audience.MEMBERS)
    stream.give(asked.AnnotateAgenda(items=(narrowed,)), CONVENED, "INTERPOL")

    assert isinstance(added, PaperAdded)
    assert added.audience is Audience.MEMBERS
    assert isinstance(filed, ContributionFiled)
    assert reason_of(hidden) == reason_of(stream.give(paper, CONVENED, "UNODC")) == "NotFound"
    assert {p.audience for p in stream.state.papers} == {Audience.MEMBERS}
    assert {c.audience for c in stream.state.contributions} == {Audience.MEMBERS}


def test_an_observer_proposes_nothing_it_would_not_see() -> None:
    """But the chair prepares members-only items even where its entity is no member."""
    stream = convened(proposal(table=without_convenor()))

    assert reason_of(stream.give(item(audience=Audience.MEMBERS), CONVENED, "UNODC")) == "BadArgument"
    assert kinds(stream.give(item(audience=Audience.MEMBERS), CONVENED, "INTERPOL")) == ["ItemProposed"]


def test_guests_see_only_what_names_them() -> None:
    """PS-33 by status."""
    seen = {
        status: (
            is_visible_to(audience=Audience.ALL, status=status),
            is_visible_to(audience=Audience.MEMBERS, status=status),
            is_visible_to(audience=Audience.MEMBERS, status=status, is_named=True),
        )
        for status in (*ParticipationStatus, None)
    }

    assert seen == {
        ParticipationStatus.MEMBER: (True, True, True),
        ParticipationStatus.OBSERVER: (True, False, True),
        ParticipationStatus.GUEST: (False, False, True),
        ParticipationStatus.FORMER: (False, False, False),
        None: (False, False, False),
    }


def test_scenario_1_absent_member_with_a_written_contribution() -> None:
    """AFRIPOL accepts, cannot attend, contributes: no presence, a footnote, visible to members and observers."""
    stream = convened(
        proposal(starts="2019-06-12 07:00", ends="2019-06-13 15:00"),
        at="2019-01-10 08:00",
        announced="2018-06-13 08:00",
    )
    stream.give(answer(), "2019-03-01 08:00", "AFRIPOL")
    stream.give(contribution(), "2019-05-20 08:00", "AFRIPOL")
    for entity in (*MEMBERS, "UNODC", "SCO"):
        given = "absent" if entity == "AFRIPOL" else "in_person"
        stream.give(presence(entity, given), "2019-06-12 07:00", "INTERPOL")

    events = stream.give(asked.OpenSession(), "2019-06-12 07:05", "INTERPOL")
    tabled(stream, "2019-06-12 08:00")

    at = utc("2019-06-12 08:00")
    assert presence_of(stream.state, "AFRIPOL") is Presence.ABSENT_WITH_WRITTEN_CONTRIBUTION
    assert isinstance(events[-1], QuorumMet)
    assert (events[-1].present, events[-1].required) == (7, 5)
    assert readers(stream.state, stream.state.contributions[0].audience, at) == at_the_table(stream.state, at)
    assert {"SCO", "UNODC"} < set(readers(stream.state, stream.state.contributions[0].audience, at))
    assert [(n.kind, n.entity) for n in footnotes_of(stream.state, text_of(stream))] == [
        (FootnoteKind.WRITTEN_CONTRIBUTION, "AFRIPOL")
    ]


def test_scenario_1_without_the_convenors_line() -> None:
    """Seven members, six of them present, four required."""
    stream = convened(proposal(table=without_convenor()))
    for entity in MEMBERS[1:]:
        given = "absent" if entity == "AFRIPOL" else "in_person"
        stream.give(presence(entity, given), STARTS, "INTERPOL")

    events = stream.give(asked.OpenSession(), STARTS, "INTERPOL")

    assert isinstance(events[-1], QuorumMet)
    assert (events[-1].present, events[-1].required) == (6, 4)


def test_scenario_1_variant_restricted_to_members() -> None:
    """SCO and UNODC do not see it (PS-33)."""
    stream = convened()

    (event,) = stream.give(contribution(audience=Audience.MEMBERS), CONVENED, "AFRIPOL")

    assert isinstance(event, ContributionFiled)
    assert readers(stream.state, event.audience, utc(CONVENED)) == MEMBERS


def test_a_contribution_filed_after_the_absence_was_recorded_shows_in_the_presence() -> None:
    """By an event of its own, so that the presence can be corrected like any other."""
    stream = in_session(HYBRID)

    events = stream.give(contribution(), STARTS, "AFRIPOL")

    assert kinds(events) == ["ContributionFiled", "PresenceRecorded"]
    assert isinstance(events[-1], PresenceRecorded)
    assert events[-1].presence is Presence.ABSENT_WITH_WRITTEN_CONTRIBUTION
    assert kinds(stream.give(contribution(), STARTS, "AFRIPOL")) == ["ContributionFiled"]


def test_a_contribution_is_claimed_by_presence_only_if_there_is_one() -> None:
    """``absent_with_written_contribution`` is a fact, not a wish."""
    stream = convened()
    claimed = presence("AFRIPOL", "absent_with_written_contribution")

    assert reason_of(stream.give(claimed, STARTS, "INTERPOL")) == "BadArgument"
    stream.give(contribution(), CONVENED, "AFRIPOL")
    assert kinds(stream.give(claimed, STARTS, "INTERPOL")) == ["PresenceRecorded"]


def test_contributions_on_paper_in_time_count_though_recorded_late() -> None:
    """OB-1: received before the session closed, recorded after."""
    stream = in_session()
    stream.give(asked.CloseSession(), "2028-06-14 15:00", "INTERPOL")

    late = stream.give(contribution(), "2028-06-14 16:00", "INTERPOL", behalf="UNODC")
    paper = stream.give(contribution(), "2028-06-14 09:00", "INTERPOL", behalf="UNODC")

    assert reason_of(late) == "WrongState"
    assert kinds(paper) == ["ContributionFiled"]


def test_scenario_2_one_seat_two_bodies() -> None:
    """SCO registers Beijing and Tashkent: one entity, one line, a footnote naming both."""
    stream = convened()
    for delegation in ("SCO_SECRETARIAT", "SCO_RATS_EC"):
        persons = (Credential(person=WORDS, role="head_of_delegation"),)
        stream.give(asked.RegisterCredentials(persons=persons), CONVENED, f"SCO/{delegation}")
        stream.give(presence("SCO", "in_person", delegation), STARTS, "INTERPOL")
    tabled(stream)

    (note,) = footnotes_of(stream.state, text_of(stream))
    assert note.kind is FootnoteKind.ONE_SEAT
    assert note.delegations == ("SCO_SECRETARIAT", "SCO_RATS_EC")
    assert len(stream.state.credentials["SCO"]) == 2
    assert presence_of(stream.state, "SCO") is Presence.IN_PERSON
    assert at_the_table(stream.state, utc(STARTS)).count("SCO") == 1


def test_scenario_2_a_second_statement_on_an_item_warns() -> None:
    """One position: SCO, its coordinator and the engine's record see the warning; others may speak twice."""
    stream = convened()
    stream.give(item(), CONVENED, "INTERPOL")
    stream.give(item(), CONVENED, "INTERPOL")
    first, second = (i.id for i in stream.state.items)

    calm = stream.give(contribution("statement", item=first), CONVENED, "SCO/SCO_SECRETARIAT")
    calm += stream.give(contribution("statement", item=second), CONVENED, "SCO/SCO_RATS_EC")
    calm += stream.give(contribution("written_contribution", item=first), CONVENED, "SCO/SCO_RATS_EC")
    for _ in range(2):
        calm += stream.give(contribution("statement", item=first), CONVENED, "AIMC")
    warned = stream.give(contribution("statement", item=first), CONVENED, "SCO/SCO_RATS_EC")

    assert "SinglePositionWarning" not in kinds(calm)
    assert isinstance(warned[-1], SinglePositionWarning)
    assert len(warned[-1].contributions) == 2
    assert stream.letters("single_position_warning") == [("SCO", "INTERPOL")]


def test_scenario_20_quorum_in_a_hybrid_meeting_and_its_loss() -> None:
    """Six of eight; two in the room and Europol leave: three of eight, decisions stop, discussion goes on."""
    stream = in_session(HYBRID)
    text = tabled(stream)
    stream.give(item(), STARTS, "INTERPOL")
    quorum = quorum_at(stream.state, utc(STARTS))

    left = []
    for entity in ("AIMC", "FRONTEX", "EUROPOL"):
        left += stream.give(presence(entity, "absent"), "2028-06-13 12:00", "INTERPOL")
    adoption = stream.give(asked.AdoptText(text=text, version=1), "2028-06-13 12:05", "INTERPOL")
    order = (stream.state.items[0].id,)
    agenda = stream.give(asked.AdoptAgenda(items=order), "2028-06-13 12:05", "INTERPOL")

    assert (quorum.present, quorum.required, quorum.members) == (6, 5, 8)
    assert kinds(left).count("QuorumLost") == 1
    assert reason_of(adoption) == reason_of(agenda) == "NoQuorum"
    assert facts_of(adoption) == {"present": 3, "required": 5}
    assert kinds(stream.give(contribution("statement"), "2028-06-13 12:10", "AMERIPOL")) == ["ContributionFiled"]
    assert not stream.state.has_quorum


def test_scenario_20_without_the_convenors_line() -> None:
    """Five of seven, four required."""
    present = {entity: given for entity, given in HYBRID.items() if entity != "INTERPOL"}

    stream = in_session(present, proposal(table=without_convenor()))

    quorum = quorum_at(stream.state, utc(STARTS))
    assert (quorum.present, quorum.required) == (5, 4)


def test_quorum_comes_and_goes_by_events() -> None:
    """Each change once."""
    stream = in_session({})
    events = []
    for entity in MEMBERS[:5]:
        events += stream.give(presence(entity, "in_person"), STARTS, "INTERPOL")
    events += stream.give(presence("INTERPOL", "absent"), STARTS, "INTERPOL")
    events += stream.give(presence("INTERPOL", "remote"), STARTS, "INTERPOL")

    told = [name for name in kinds(events) if name.startswith("Quorum")]
    assert told == ["QuorumMet", "QuorumLost", "QuorumMet"]


def test_observers_guests_and_delegations_never_count_twice_or_at_all() -> None:
    """Four members and two observers are no quorum of eight."""
    stream = in_session(dict.fromkeys((*MEMBERS[:4], "UNODC", "SCO"), Presence.IN_PERSON))

    assert quorum_at(stream.state, utc(STARTS)).present == 4
    assert not stream.state.has_quorum


def test_a_change_of_membership_moves_the_quorum() -> None:
    """Five of eight present; two of the absent leave the Dialogue, one of the present too: four of five."""
    stream = in_session(dict.fromkeys(MEMBERS[:4], Presence.IN_PERSON))
    former = StatusSince(status=ParticipationStatus.FORMER, since=utc("2028-06-13 06:00"))

    events = stream.give(ChangeMembership(entity="GCCPOL", status=former), STARTS)

    assert kinds(events) == ["MembershipChanged", "QuorumMet"]


def test_presence_is_recorded_for_who_is_at_the_table() -> None:
    """Known, invited, and a delegation of that entity."""
    stream = convened()

    assert reason_of(stream.give(presence("NOBODY", "remote"), STARTS, "INTERPOL")) == "NotFound"
    assert reason_of(stream.give(presence("ECO", "remote"), STARTS, "INTERPOL")) == "NotPermitted"
    unknown = presence("SCO", "remote", "SCO_NOWHERE")
    assert reason_of(stream.give(unknown, STARTS, "INTERPOL")) == "NotFound"


def test_one_delegation_absent_does_not_make_the_entity_absent() -> None:
    """The best of its delegations; a mark on the whole entity replaces them."""
    stream = convened()
    stream.give(presence("SCO", "in_person", "SCO_SECRETARIAT"), STARTS, "INTERPOL")
    stream.give(presence("SCO", "absent", "SCO_RATS_EC"), STARTS, "INTERPOL")
    together = presence_of(stream.state, "SCO")

    stream.give(presence("SCO", "remote"), STARTS, "INTERPOL")

    assert together is Presence.IN_PERSON
    assert presence_of(stream.state, "SCO") is Presence.REMOTE
    assert len([m for m in stream.state.presences if m.entity == "SCO"]) == 1


def test_who_is_not_recorded_is_away_once_the_session_is_open() -> None:
    """Declined stays declined; a written contribution shows."""
    stream = convened()
    stream.give(answer("declined"), CONVENED, "GCCPOL")
    stream.give(contribution(), CONVENED, "AFRIPOL")
    before = presence_of(stream.state, "GCCPOL")

    stream.give(asked.OpenSession(), STARTS, "INTERPOL")

    assert before is None
    assert presence_of(stream.state, "GCCPOL") is Presence.DECLINED
    assert presence_of(stream.state, "AFRIPOL") is Presence.ABSENT_WITH_WRITTEN_CONTRIBUTION
    assert presence_of(stream.state, "AIMC") is Presence.ABSENT


def test_a_session_opens_on_its_first_day_in_the_venues_zone() -> None:
    """22:30 in London on the eve is the day itself in Paris, half an hour after midnight."""
    stream = convened()

    assert reason_of(stream.give(asked.OpenSession(), "2028-06-12 21:30", "INTERPOL")) == "SessionNotDue"
    events = stream.give(asked.OpenSession(), "2028-06-12 22:30", "INTERPOL")
    assert kinds(events) == ["SessionOpened"]
    assert DECIDER.waits(stream.state)


def test_beyond_its_table_a_session_opens_at_its_start() -> None:
    """Without offsets there is no local date to go by; the instant itself is."""
    stream = convened(replace(proposal(steps=()), calendar=pinned_table("2015-01-01", "2016-01-01")))

    assert reason_of(stream.give(asked.OpenSession(), "2028-06-13 06:59", "INTERPOL")) == "SessionNotDue"
    assert kinds(stream.give(asked.OpenSession(), STARTS, "INTERPOL")) == ["SessionOpened"]


def test_a_session_opens_and_closes_once() -> None:
    """One cycle has one session (LC-3)."""
    stream = in_session()

    assert reason_of(stream.give(asked.OpenSession(), STARTS, "INTERPOL")) == "WrongState"
    stream.give(asked.CloseSession(), STARTS, "INTERPOL")
    assert reason_of(stream.give(asked.CloseSession(), STARTS, "INTERPOL")) == "WrongState"
    assert reason_of(stream.give(presence("AIMC", "remote"), STARTS, "INTERPOL")) == "WrongState"
