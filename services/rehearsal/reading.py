"""Reads a scenario file and checks all it says, as far as that can be known before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from services.commands.fill import LATEST
from services.domain.register.state import LEADING, Role
from services.gateways.letter import SUBJECTS
from services.policies.fault import PolicyError
from services.policies.form import combined, nearest, parse_form, shown
from services.policies.strict_yaml import Document, Place, read_yaml
from services.rehearsal.anchor import After, Anchor, At, From, read_anchor
from services.rehearsal.argument import check_arguments
from services.rehearsal.expectation import OBJECTS, Expectable, Named, Value, wrong_value
from services.rehearsal.form import ScenarioForm, StepForm
from services.rehearsal.scenario import SYSTEM, Expectation, Paper, Scenario, Step
from services.rehearsal.setting import Setting, read_setting
from services.rehearsal.vocabulary import INSTANTS, SYSTEM_NOUN, Word, refusals, word_for, words
from services.wire.moment import read_instant, write_instant


def read_scenario(path: Path, folder: Path, *, now: datetime) -> Scenario:
    """
    Read a scenario over the policies of a folder.

    Raises:
        PolicyError: something in it is wrong; it carries every fault found.
    """
    document = read_yaml(path)
    form = parse_form(document, ScenarioForm)
    setting = read_setting(document, folder, form.procedure, form.calendars)
    reader = _Reader(document, form, setting)
    scenario = reader.read(now)
    if reader.faults:
        raise combined(reader.faults)
    return scenario


def scenario_faults(folder: Path, *, now: datetime) -> list[PolicyError]:
    """Return every fault of the scenario files of a folder of policies."""
    faults: list[PolicyError] = []
    for path in sorted((folder / "scenarios").glob("*")):
        try:
            read_scenario(path, folder, now=now)
        except PolicyError as error:
            faults.extend(error.all)
    return faults


@dataclass
class _Reader:
    """Goes through a file from top to bottom and remembers what has been made, and how late it is at least."""

    document: Document
    form: ScenarioForm
    setting: Setting
    faults: list[PolicyError] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.starts = read_instant(self.form.starts)
        self.not_before = self.starts
        self.seats = {d.code: e.code for e in self.setting.membership.entities for d in e.delegations}
        self.seats |= {e.code: e.code for e in self.setting.membership.entities}
        self.named = Named(
            entities=frozenset(e.code for e in self.setting.membership.entities),
            bodies=frozenset(c.code for c in self.setting.charters),
        )

        self.closed = {"body": self.named.bodies, "entity": self.named.entities, "notice": frozenset(SUBJECTS)}

    def read(self, now: datetime) -> Scenario:
        if self.starts <= now:
            self.fault(("starts",), "this instant has passed", f"name one after {write_instant(now)}")
        for index, body in enumerate(self.form.bodies):
            if body not in self.named.bodies:
                self.fault(("bodies", index), f"there is no body {body}", nearest(body, sorted(self.named.bodies)))
        steps = [self._step(index, step) for index, step in enumerate(self.form.timeline)]
        until = read_instant(self.form.until) if self.form.until else None
        if until is not None and until < self.not_before:
            remedy = f"name one from {write_instant(self.not_before)} on"
            self.fault(("until",), "this is before the last step", remedy)
        expectations = [self._expectation(index, given) for index, given in enumerate(self.form.expect)]
        return Scenario(
            file=self.document.file,
            name=self.form.scenario,
            starts=self.starts,
            bodies=self.form.bodies,
            procedures=self.setting.deciding.references,
            own_procedures=self.setting.deciding.own,
            calendars=self.form.calendars,
            overrides=self.setting.files,
            membership=self.setting.membership,
            charters=self.setting.charters,
            steps=tuple(step for step in steps if step),
            until=until,
            expectations=tuple(each for each in expectations if each),
        )

    def fault(self, place: Place, problem: str, remedy: str) -> None:
        self.faults.append(self.document.error(place, problem, remedy))

    def _step(self, index: int, form: StepForm) -> Step | None:
        place: Place = ("timeline", index)
        at = read_anchor(form.at)
        self._in_order((*place, "at"), at)
        word = word_for(form.do, frozenset(form.with_))
        if word is None:
            self.fault((*place, "do"), f"there is no command {form.do}", nearest(form.do, sorted(words())))
            return None
        if form.refused is not None and form.refused not in refusals():
            known = sorted(refusals())
            self.fault((*place, "refused"), f"there is no refusal {form.refused}", nearest(form.refused, known))
        self._who(place, form.by, word)
        check_arguments(self, (*place, "with"), word, form.with_)
        self._alias(place, form, word)
        return Step(
            line=self.document.lines[place],
            at=at,
            by=form.by,
            word=word,
            arguments={name: value for name, value in form.with_.items() if not _is_apart(name, word)},
            alias=form.as_,
            refused=form.refused,
            paper=_paper(form.with_),
            waive=form.with_.get("waive"),
        )

    def _in_order(self, place: Place, at: Anchor) -> None:
        """Check that an instant can come after what stands above it, and keep how late it is now at least."""
        if isinstance(at, From):
            self.check_anchor(place, at)
        elif isinstance(at, After):
            if self.not_before + at.by >= LATEST:
                self.fault(place, f"{at} is after the year {LATEST.year - 1}", "name an earlier instant")
            else:
                self.not_before += at.by
        elif at.instant < self.not_before:
            remedy = f"name one from {write_instant(self.not_before)} on"
            self.fault(place, f"{at} is before {self._above()}", remedy)
        else:
            self.not_before = at.instant

    def _above(self) -> str:
        return "the scenario starts" if self.not_before == self.starts else "the step above"

    def check_anchor(self, place: Place, anchor: Anchor) -> None:
        """Check that an instant of what a step made is one that such a thing has."""
        if isinstance(anchor, After):
            self.fault(place, f"{anchor} is counted from a step", "name an instant, or count from one like s1.expires")
        if not isinstance(anchor, From):
            return
        noun = self.aliases.get(anchor.alias)
        if noun is None:
            self.fault(place, f"no step above makes {anchor.alias}", self._known_aliases())
        elif anchor.field not in INSTANTS.get(noun, {}):
            known = ", ".join(f"{anchor.alias}.{name}" for name in INSTANTS.get(noun, {}))
            remedy = f"known here: {known}" if known else "name an instant"
            self.fault(place, f"{anchor.alias} is {_a(noun)} and has no instant {anchor.field}", remedy)

    def check_alias(self, place: Place, alias: object, noun: str) -> None:
        """Check that an alias stands for a thing of a noun."""
        found = self.aliases.get(alias) if isinstance(alias, str) else None
        if found is None:
            self.fault(place, f"no step above makes {alias}", self._known_aliases(noun))
        elif noun not in ("event", found):
            self.fault(place, f"{alias} is {_a(found)}, not {_a(noun)}", self._known_aliases(noun))

    def _known_aliases(self, noun: str = "event") -> str:
        known = [alias for alias, of in self.aliases.items() if noun in ("event", of)]
        return f"known here: {', '.join(known)}" if known else "name what a step makes with as: NAME, and use that"

    def _alias(self, place: Place, form: StepForm, word: Word) -> None:
        if form.as_ is None:
            return
        if form.as_ in self.aliases:
            self.fault((*place, "as"), f"{form.as_} is the name of something else", "give it a name of its own")
        elif form.refused or word.noun == SYSTEM_NOUN:
            self.fault((*place, "as"), "this step makes nothing", "leave the name out")
        else:
            self.aliases[form.as_] = word.makes

    def _who(self, place: Place, who: str, word: Word) -> None:
        inner = (*place, "by")
        if (who == SYSTEM) != (word.noun == SYSTEM_NOUN):
            known = ", ".join(sorted(name for name, all_ in words().items() if all_[0].noun == SYSTEM_NOUN))
            self.fault(inner, f"{word.name} is not for {who}", f"system does {known}; people do everything else")
            return
        if who == SYSTEM:
            return
        seat, _, role = who.partition("/")
        if seat not in self.seats:
            self.fault(inner, f"there is no entity or delegation {seat}", nearest(seat, sorted(self.seats)))
        elif role not in set(Role) - {Role.AUDITOR}:
            self.fault(inner, f"there is no role {role} at the table", nearest(role, [*Role]))
        elif role in LEADING and self.seats[seat] not in self._leaders():
            remedy = f"let one of {', '.join(sorted(self._leaders()))} do it"
            self.fault(inner, f"{seat} neither convenes nor chairs, and has no {role}", remedy)
        elif self._leads_several(seat, role):
            remedy = f"let {self.setting.membership.convenor}/{Role.COORDINATOR} do it"
            self.fault(inner, f"{seat} chairs several bodies, and it cannot be said for which it acts here", remedy)

    def _leaders(self) -> set[str]:
        return {self.setting.membership.convenor, *(c.chair_entity for c in self.setting.charters)}

    def _leads_several(self, seat: str, role: str) -> bool:
        """Tell whether a chair has several bodies and not all, so that one seat does not stand for them."""
        if role not in LEADING or (role == Role.COORDINATOR and seat == self.setting.membership.convenor):
            return False
        led = sum(charter.chair_entity == self.seats[seat] for charter in self.setting.charters)
        return 1 < led < len(self.setting.charters)

    def _expectation(self, index: int, given: Mapping[str, Any]) -> Expectation | None:
        place: Place = ("expect", index)
        name = next((key for key in given if key in OBJECTS), None)
        if name is None:
            first = next(iter(given), "")
            self.fault(place, f"{first or 'nothing'} is no object to expect of", nearest(first, list(OBJECTS)))
            return None
        fields = {key: value for key, value in given.items() if key not in (name, "when")}
        self._subject((*place, name), OBJECTS[name], given[name])
        for missing in (key for key in OBJECTS[name].telling if fields.get(key) is None):
            self.fault(place, f"the field {missing} is missing", f"say whose {name} is meant")
        for key, value in fields.items():
            self._field((*place, key), OBJECTS[name], key, value)
        when = self._when((*place, "when"), given["when"]) if "when" in given else None
        line = self.document.lines[place]
        return Expectation(line=line, object=name, subject=given[name], fields=fields, when=when)

    def _when(self, place: Place, text: object) -> Anchor | None:
        anchor = self._instant(place, text)
        if isinstance(anchor, At) and anchor.instant < self.starts:
            self.fault(place, "this is before the scenario starts", f"name one from {write_instant(self.starts)} on")
        return anchor

    def _instant(self, place: Place, text: object) -> Anchor | None:
        """Check an instant that is expected; it may be long past, as the date of a status is."""
        try:
            anchor = read_anchor(text)
        except ValueError as error:
            self.fault(place, f"found {shown(text)}", str(error))
            return None
        self.check_anchor(place, anchor)
        return anchor

    def _subject(self, place: Place, of: Expectable, value: object) -> None:
        if of.subject in INSTANTS or of.subject in ("text", "deadline", "any"):
            noun = self.aliases.get(str(value), "") if of.subject in ("deadline", "any") else of.subject
            self.check_alias(place, value, noun or "event")
        elif of.subject in self.closed:
            known = self.closed[of.subject]
            if not isinstance(value, str) or value not in known:
                self.fault(place, f"there is no {of.subject} {shown(value)}", nearest(str(value), sorted(known)))
        elif of.subject == "word" and not isinstance(value, str):
            self.fault(place, f"found {shown(value)}", "should be a word")

    def _field(self, place: Place, of: Expectable, key: str, value: object) -> None:
        kind = of.fields.get(key)
        if kind is None:
            self.fault(place, "this field is not known", nearest(key, list(of.fields)))
        elif rule := wrong_value(kind, value, self.named):
            self.fault(place, f"found {shown(value)}", rule)
        elif kind is Value.NAME and value is not None:
            self.check_alias(place, value, "event")
        elif kind in (Value.INSTANT, Value.INSTANTS) and value is not None:
            for each in value if isinstance(value, list) else [value]:
                self._instant(place, each)


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _is_apart(name: str, word: Word) -> bool:
    """Tell whether an argument belongs to the paper or waiver around a command, and not to the command."""
    own = {argument.name for argument in word.arguments}
    return name in ("on_behalf_of", "received_at", "waive") or (name == "evidence" and name not in own)


def _paper(given: Mapping[str, Any]) -> Paper | None:
    """Return the paper of an act on behalf; what is wrong in it has been told already."""
    try:
        received_at = read_anchor(given.get("received_at"))
    except ValueError:
        return None
    return Paper(entity=str(given.get("on_behalf_of")), received_at=received_at, evidence=str(given.get("evidence")))
