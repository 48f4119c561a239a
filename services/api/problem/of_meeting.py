"""Kinds of problems with bodies, cycles and texts, as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from services.api.problem.kind import Kind, kind

WRONG = HTTPStatus.UNPROCESSABLE_ENTITY
CONFLICT = HTTPStatus.CONFLICT

OF_MEETING: Mapping[str, Kind] = {
    "WrongState": kind(
        CONFLICT,
        ("Not in this state", "Pas dans cet état"),
        ("This is done in another state of the thing than it is in.", "Ceci se fait dans un autre état de l'objet."),
        (
            "Read its state; do what brings it to the one needed, or leave it.",
            "Lisez son état; amenez-le à l'état requis, ou renoncez.",
        ),
    ),
    "CannotReckon": kind(
        WRONG,
        ("Deadlines cannot be reckoned", "Échéances incalculables"),
        ("The calendars known do not cover all steps.", "Les calendriers connus ne couvrent pas toutes les étapes."),
        (
            "Choose an earlier session, or have the calendars extended.",
            "Choisissez une session plus proche, ou faites prolonger les calendriers.",
        ),
    ),
    "NoOccurrence": kind(
        WRONG,
        ("The rule gives no session", "La règle ne donne aucune session"),
        (
            "The recurrence rule has no session in the time to come.",
            "La règle de récurrence ne donne pas de session à venir.",
        ),
        ("Check its end, or the dates it names.", "Vérifiez sa fin, ou les dates qu'elle nomme."),
    ),
    "AlreadyProposed": kind(
        CONFLICT,
        ("Proposed already", "Déjà proposé"),
        ("A cycle's number is used once.", "Le numéro d'un cycle ne sert qu'une fois."),
        ("Use the cycle that is there.", "Utilisez le cycle existant."),
    ),
    "NoSeries": kind(
        CONFLICT,
        ("No such series", "Pas de telle série"),
        ("The body has no series of that kind.", "L'organe n'a pas de série de ce type."),
        ("Schedule one first.", "Planifiez-en d'abord une."),
    ),
    "AlreadyConvened": kind(
        CONFLICT,
        ("Convened already", "Déjà convoqué"),
        ("A convened cycle is not skipped.", "Un cycle convoqué ne se saute pas."),
        ("Postpone it or cancel it instead.", "Reportez-le ou annulez-le plutôt."),
    ),
    "AlreadyPaused": kind(
        CONFLICT,
        ("Paused already", "Déjà suspendue"),
        ("The series is paused.", "La série est suspendue."),
        ("Resume it when it should go on.", "Reprenez-la quand elle doit continuer."),
    ),
    "NotPaused": kind(
        CONFLICT,
        ("Not paused", "Non suspendue"),
        ("The series is not paused.", "La série n'est pas suspendue."),
        ("Nothing is to be done.", "Il n'y a rien à faire."),
    ),
    "AnotherCycleLive": kind(
        CONFLICT,
        ("Another cycle is live", "Un autre cycle est en cours"),
        ("A body has one live cycle of a kind.", "Un organe n'a qu'un cycle en cours par type."),
        ("Wait until that one is adopted or cancelled.", "Attendez son adoption ou son annulation."),
    ),
    "ReportsToNobody": kind(
        CONFLICT,
        ("Reports to nobody", "Ne rend compte à personne"),
        ("By its charter the body reports to no other.", "Par sa charte, l'organe ne rend compte à aucun autre."),
        ("Put the outcome on its own next agenda.", "Inscrivez le résultat à son propre ordre du jour."),
    ),
    "ReportsElsewhere": kind(
        CONFLICT,
        ("Reports to another body", "Rend compte à un autre organe"),
        ("By its charter the body reports to another.", "Par sa charte, l'organe rend compte à un autre."),
        ("Name that one, or leave the body out.", "Nommez celui-là, ou ne nommez aucun organe."),
    ),
    "NoReconciler": kind(
        CONFLICT,
        ("Nobody to reconcile them", "Personne pour concilier"),
        ("The bodies report to none in common.", "Les organes ne rendent compte à aucun en commun."),
        ("Assign an action of its own to each.", "Attribuez une action propre à chacun."),
    ),
    "ReconciliationNeeded": kind(
        CONFLICT,
        ("Reconciliation needed", "Conciliation nécessaire"),
        ("Bodies adopted different dates for a joint action.", "Des organes ont adopté des dates différentes."),
        ("Let the body that is named decide the date.", "Laissez l'organe indiqué fixer la date."),
    ),
    "AdoptedAlready": kind(
        CONFLICT,
        ("Adopted already", "Déjà adoptée"),
        ("The body follows this action already.", "L'organe suit déjà cette action."),
        ("See it in the body's matrix.", "Voyez-la dans son tableau de suivi."),
    ),
    "CalendarKeptAlready": kind(
        CONFLICT,
        ("Calendar kept already", "Calendrier déjà en usage"),
        ("The action reckons with that calendar already.", "L'action compte déjà avec ce calendrier."),
        ("Nothing is to be done.", "Il n'y a rien à faire."),
    ),
    "OverlapsLiveCycle": kind(
        CONFLICT,
        ("Overlaps a live cycle", "Chevauche un cycle en cours"),
        ("The session would overlap that of a live cycle.", "La session chevaucherait celle d'un cycle en cours."),
        ("Choose a session that does not.", "Choisissez une autre session."),
    ),
    "AlreadyVirtual": kind(
        CONFLICT,
        ("Held at a distance already", "Déjà tenue à distance"),
        ("The session is held at a distance.", "La session se tient à distance."),
        ("Nothing is to be done.", "Il n'y a rien à faire."),
    ),
    "ShortNotice": kind(
        CONFLICT,
        ("Short notice", "Préavis insuffisant"),
        ("The step's date has passed.", "La date de l'étape est passée."),
        (
            "Waive the notice with a reason (`waive`), or choose a later session.",
            "Dérogez avec un motif (`waive`), ou choisissez une session ultérieure.",
        ),
    ),
    "SessionNotDue": kind(
        CONFLICT,
        ("Session not due yet", "Session pas encore due"),
        ("A session is not opened before its first day.", "Une session ne s'ouvre pas avant son premier jour."),
        ("Wait for the day, or postpone to an earlier date.", "Attendez ce jour, ou changez la date."),
    ),
    "AgendaEmpty": kind(
        CONFLICT,
        ("Agenda empty", "Ordre du jour vide"),
        ("An agenda has at least one item.", "Un ordre du jour a au moins un point."),
        ("Propose an item first.", "Proposez d'abord un point."),
    ),
    "NoQuorum": kind(
        CONFLICT,
        ("No quorum", "Quorum non atteint"),
        ("Too few members are present to decide.", "Trop peu de membres sont présents pour décider."),
        ("Record who is present, or go on discussing.", "Enregistrez les présences, ou poursuivez la discussion."),
    ),
    "VersionMoved": kind(
        CONFLICT,
        ("Another version is before the members", "Une autre version est soumise"),
        ("The text was changed since the version you name.", "Le texte a changé depuis la version indiquée."),
        ("Read the text, and build on its current version.", "Lisez le texte et partez de sa version actuelle."),
    ),
    "StaleVersion": kind(
        CONFLICT,
        ("Another version is before the members", "Une autre version est soumise"),
        ("The text was changed since the version you name.", "Le texte a changé depuis la version indiquée."),
        ("Read the text, and speak of its current version.", "Lisez le texte et visez sa version actuelle."),
    ),
    "TextUnderSilence": kind(
        CONFLICT,
        ("Text is in a procedure", "Texte en procédure"),
        ("What is said of this text is said in its procedure.", "Ce qui se dit de ce texte se dit dans sa procédure."),
        ("Act in the procedure named, or wait for its end.", "Agissez dans la procédure indiquée, ou attendez sa fin."),
    ),
    "RedraftNeeded": kind(
        CONFLICT,
        ("Redraft needed", "Nouvelle rédaction requise"),
        ("This version was broken in a procedure.", "Cette version a été rompue dans une procédure."),
        (
            "Amend it, or reopen the procedure once objections are lifted.",
            "Amendez-la, ou rouvrez la procédure une fois les objections levées.",
        ),
    ),
    "AlreadyDissociated": kind(
        CONFLICT,
        ("Dissociated already", "Déjà dissocié"),
        ("Your entity is dissociated from that paragraph.", "Votre entité s'est déjà dissociée de ce paragraphe."),
        ("Nothing is to be done.", "Il n'y a rien à faire."),
    ),
    "NoCorrectionToRefuse": kind(
        CONFLICT,
        ("No correction to refuse", "Pas de rectificatif à refuser"),
        ("That version is no correction that stands.", "Cette version n'est pas un rectificatif en vigueur."),
        ("Read the text's versions.", "Lisez les versions du texte."),
    ),
    "ProcedureRunning": kind(
        CONFLICT,
        ("A procedure still runs", "Une procédure court encore"),
        ("The cycle has a procedure that has not ended.", "Le cycle a une procédure qui n'est pas finie."),
        ("Wait for its end, or withdraw it.", "Attendez sa fin, ou retirez-la."),
    ),
    "AlreadyCorrected": kind(
        CONFLICT,
        ("Corrected already", "Déjà corrigé"),
        ("The entry was corrected by a later one.", "L'entrée a été corrigée par une autre."),
        ("Correct that later one.", "Corrigez cette dernière."),
    ),
}
