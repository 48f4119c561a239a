"""Kinds of problems with silence and written procedures, and with action items, as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from services.api.problem.kind import Kind, kind

WRONG = HTTPStatus.UNPROCESSABLE_ENTITY
CONFLICT = HTTPStatus.CONFLICT

OF_PROCEDURE: Mapping[str, Kind] = {
    "SilenceNotOpen": kind(
        CONFLICT,
        ("Procedure not open", "Procédure non ouverte"),
        ("The procedure does not run any more.", "La procédure ne court plus."),
        (
            "An objection that came late is kept as a late statement; speak to the chair.",
            "Une objection tardive est gardée comme déclaration tardive; voyez la présidence.",
        ),
    ),
    "EmptyElectorate": kind(
        CONFLICT,
        ("Nobody to decide", "Personne pour décider"),
        ("Nobody is a member at this instant.", "Nul n'est membre à cet instant."),
        ("Check the dates of status in the register.", "Vérifiez les dates de statut du registre."),
    ),
    "PeriodTooShort": kind(
        WRONG,
        ("Period too short", "Délai trop court"),
        ("The period is shorter than the rules allow.", "Le délai est plus court que les règles ne l'admettent."),
        ("Give at least the period named.", "Donnez au moins le délai indiqué."),
    ),
    "TooFewWorkingDays": kind(
        WRONG,
        ("Too few common working days", "Trop peu de jours ouvrés communs"),
        ("The period holds too few days that all work.", "Le délai compte trop peu de jours ouvrés par tous."),
        ("Lengthen it, or waive with a reason (`waive`).", "Allongez-le, ou dérogez avec un motif (`waive`)."),
    ),
    "RedraftBegun": kind(
        CONFLICT,
        ("A redraft is before the members", "Une nouvelle rédaction est soumise"),
        ("A redraft of this text has a procedure of its own.", "Une nouvelle rédaction a sa propre procédure."),
        ("Act there.", "Agissez dans celle-là."),
    ),
    "RoundsExhausted": kind(
        CONFLICT,
        ("No round left", "Plus de tour possible"),
        ("The text has had all its rounds.", "Le texte a eu tous ses tours."),
        ("It goes to a meeting.", "Il va à une réunion."),
    ),
    "AlreadyObjected": kind(
        CONFLICT,
        ("Objected already", "Objection déjà formée"),
        ("Your entity's objection stands; one is enough.", "L'objection de votre entité tient; une suffit."),
        ("Lift it if it should not stand.", "Levez-la si elle ne doit plus tenir."),
    ),
    "AnsweredSince": kind(
        CONFLICT,
        ("Answered since", "Réponse ultérieure"),
        (
            "Your entity has answered otherwise since; that stands.",
            "Votre entité a répondu autrement depuis; cela vaut.",
        ),
        ("Answer anew if the later one is wrong.", "Répondez à nouveau si la dernière est erronée."),
    ),
    "NoObjectionToLift": kind(
        CONFLICT,
        ("No objection to lift", "Pas d'objection à lever"),
        ("Your entity has no objection standing.", "Votre entité n'a pas d'objection en cours."),
        ("Nothing is to be done.", "Il n'y a rien à faire."),
    ),
    "ObjectionsStand": kind(
        CONFLICT,
        ("Objections stand", "Des objections tiennent"),
        ("The same text reopens only when all are lifted.", "Le même texte ne se rouvre qu'une fois toutes levées."),
        ("Have them lifted, or redraft the text.", "Faites-les lever, ou rédigez à nouveau."),
    ),
    "TooLateForMeeting": kind(
        CONFLICT,
        ("Too late to ask for a meeting", "Trop tard pour demander une réunion"),
        ("The time for such a request is over.", "Le temps d'une telle demande est passé."),
        ("You can still object before the expiry.", "Vous pouvez encore objecter avant l'échéance."),
    ),
    "ExtensionsExhausted": kind(
        CONFLICT,
        ("No extension left", "Plus de prorogation possible"),
        ("The procedure was extended as often as is allowed.", "La procédure a été prorogée autant que permis."),
        (
            "Withdraw it and open another, or let it expire.",
            "Retirez-la et ouvrez-en une autre, ou laissez-la expirer.",
        ),
    ),
    "TimeAlreadyAsked": kind(
        CONFLICT,
        ("Time asked for already", "Temps déjà demandé"),
        ("A request for more time is unanswered.", "Une demande de temps est sans réponse."),
        ("Wait for the chair's answer.", "Attendez la réponse de la présidence."),
    ),
    "NoTimeAsked": kind(
        CONFLICT,
        ("Nobody asked for time", "Personne n'a demandé de temps"),
        ("There is no request to decline.", "Il n'y a pas de demande à décliner."),
        ("Nothing is to be done.", "Il n'y a rien à faire."),
    ),
    "CorrectionStopped": kind(
        CONFLICT,
        ("Too late to correct", "Trop tard pour rectifier"),
        ("Corrections end some time before the expiry.", "Les rectificatifs cessent avant l'échéance."),
        ("Withdraw the text and redraft it.", "Retirez le texte et rédigez-le à nouveau."),
    ),
    "NoSuchCorrection": kind(
        CONFLICT,
        ("No such correction", "Pas de tel rectificatif"),
        (
            "That version is no correction of this procedure.",
            "Cette version n'est pas un rectificatif de la procédure.",
        ),
        ("Read the text's versions.", "Lisez les versions du texte."),
    ),
    "ServiceTooEarly": kind(
        CONFLICT,
        ("Too early to serve by hand", "Trop tôt pour une autre voie"),
        ("The ordinary letter may still arrive.", "La lettre ordinaire peut encore arriver."),
        ("Wait until the instant named.", "Attendez l'instant indiqué."),
    ),
    "AlreadyTold": kind(
        CONFLICT,
        ("Told already", "Déjà informé"),
        ("The letter has arrived.", "La lettre est arrivée."),
        ("Nothing is to be done.", "Il n'y a rien à faire."),
    ),
    "NotFinal": kind(
        CONFLICT,
        ("Procedure still runs", "Procédure en cours"),
        ("The procedure has not ended.", "La procédure n'est pas finie."),
        ("Wait for its end.", "Attendez sa fin."),
    ),
    # action items
    "OwnerNotMember": kind(
        WRONG,
        ("Owner is no member", "Le responsable n'est pas membre"),
        ("Only members own actions.", "Seuls les membres sont responsables d'actions."),
        ("Name a member as owner.", "Nommez un membre responsable."),
    ),
    "OwnConfirmation": kind(
        CONFLICT,
        ("Nobody confirms its own work", "Nul ne confirme son propre travail"),
        ("The owner's work is confirmed by another entity.", "Le travail est confirmé par une autre entité."),
        ("Have another entity confirm it for the chair.", "Faites confirmer par une autre entité pour la présidence."),
    ),
    "RungNotHoldable": kind(
        WRONG,
        ("Rung cannot be held", "Échelon non suspensible"),
        (
            "Only rungs to chair or heads of entity are held.",
            "Seuls se suspendent les échelons vers la présidence ou les chefs.",
        ),
        ("Hold a later rung.", "Suspendez un échelon ultérieur."),
    ),
    "RungNotPending": kind(
        CONFLICT,
        ("Rung not pending", "Échelon non en attente"),
        ("The rung cannot be held any more.", "L'échelon ne peut plus être suspendu."),
        ("Read the ladder of the action.", "Lisez l'échelle de l'action."),
    ),
    "ActionRecordClosed": kind(
        CONFLICT,
        ("Record closed", "Dossier clos"),
        ("The action's record is closed.", "Le dossier de l'action est clos."),
        ("Assign a new action.", "Attribuez une nouvelle action."),
    ),
    "NothingDue": kind(
        CONFLICT,
        ("Nothing due", "Rien d'échu"),
        ("Nothing fell due at that instant.", "Rien n'arrivait à échéance à cet instant."),
        ("Nothing is to be done.", "Il n'y a rien à faire."),
    ),
}
