"""Every event that a meeting cycle records."""

from __future__ import annotations

from services.domain.action_note import ActionNoted
from services.domain.cycle import events as happened
from services.domain.cycle.outcome_events import OUTCOME_EVENTS
from services.domain.cycle.schedule_events import SCHEDULE_EVENTS
from services.domain.message import CommandRefused, Event
from services.domain.notice import NoticeDelivered, NoticeFailed
from services.domain.procedure_change import ProcedureTaken
from services.domain.procedure_note import ProcedureNoted
from services.domain.procedure_opening import ProcedureBegun
from services.domain.register_change import CalendarRenewed, MembershipChanged

EVENTS: tuple[type[Event], ...] = (
    CommandRefused,
    happened.CycleProposed,
    happened.ConveningCleared,
    happened.ProposalWithdrawn,
    happened.BacklogReviewed,
    happened.CycleConvened,
    happened.ResponseGiven,
    happened.CredentialsRegistered,
    happened.ItemProposed,
    happened.AgendaPublished,
    happened.AgendaAnnotated,
    happened.AgendaAdopted,
    happened.PaperAdded,
    happened.ContributionFiled,
    happened.SinglePositionWarning,
    happened.PresenceRecorded,
    happened.SessionOpened,
    happened.QuorumMet,
    happened.QuorumLost,
    happened.SessionClosed,
    happened.TextTabled,
    happened.TextAmended,
    happened.EditorialCorrectionMade,
    happened.EditorialCorrectionRefused,
    happened.TextAdopted,
    happened.Dissociated,
    happened.TextWithdrawn,
    ProcedureBegun,
    ProcedureNoted,
    happened.StepFellDue,
    happened.StepDueChanged,
    happened.CycleAdopted,
    happened.FollowUpBegun,
    happened.ActionAssigned,
    ActionNoted,
    happened.CycleClosed,
    happened.EntryCorrected,
    happened.EntryContested,
    MembershipChanged,
    CalendarRenewed,
    ProcedureTaken,
    happened.ProcedureGoverned,
    NoticeDelivered,
    NoticeFailed,
    *SCHEDULE_EVENTS,
    *OUTCOME_EVENTS,
)
