"""Kinds of problems with who asks, with what was sent, with the engine itself, and with the register."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from services.api.problem.kind import Kind, kind

WRONG = HTTPStatus.UNPROCESSABLE_ENTITY
CONFLICT = HTTPStatus.CONFLICT
UNAVAILABLE = HTTPStatus.SERVICE_UNAVAILABLE

OF_REQUEST: Mapping[str, Kind] = {
    # whoever asks
    "NotAuthenticated": kind(
        HTTPStatus.UNAUTHORIZED,
        ("No valid key", "Aucune clé valable"),
        ("No key was sent, or it is not good now.", "Aucune clé n'a été envoyée, ou elle n'est pas valable."),
        (
            "Send Authorization: Bearer with your key; your focal point has another issued if it is not good any more.",
            "Envoyez Authorization: Bearer avec votre clé; demandez-en une autre à votre point de contact au besoin.",
        ),
    ),
    "NotPermitted": kind(
        HTTPStatus.FORBIDDEN,
        ("Not permitted", "Non autorisé"),
        (
            "You may not do this as things stand; the rule that decided is named.",
            "Vous ne pouvez pas faire ceci en l'état; la règle appliquée est indiquée.",
        ),
        (
            "Have it done by who may, or ask the convenor if you think that the rule is wrong.",
            "Faites-le faire par qui de droit, ou consultez l'organisateur si la règle vous paraît erronée.",
        ),
    ),
    "NotFound": kind(
        HTTPStatus.NOT_FOUND,
        ("Not found", "Introuvable"),
        (
            "Nothing is there, or nothing that you may know of: the answer is the same.",
            "Il n'y a rien, ou rien que vous puissiez connaître: la réponse est la même.",
        ),
        (
            "Check the address; follow links rather than building addresses.",
            "Vérifiez l'adresse; suivez les liens plutôt que de composer des adresses.",
        ),
    ),
    "UnknownCommand": kind(
        HTTPStatus.NOT_FOUND,
        ("No such command", "Commande inconnue"),
        ("There is no command of this name here.", "Il n'y a pas de commande de ce nom ici."),
        ("See /openapi.json for what there is.", "Voyez /openapi.json pour ce qui existe."),
    ),
    "MethodNotAllowed": kind(
        HTTPStatus.METHOD_NOT_ALLOWED,
        ("Not done this way", "Méthode non admise"),
        ("This address does not take that method.", "Cette adresse n'admet pas cette méthode."),
        ("Use one that the header Allow names.", "Utilisez une méthode que nomme l'en-tête Allow."),
    ),
    # what was sent
    "Malformed": kind(
        WRONG,
        ("Malformed request", "Demande mal formée"),
        (
            "The request has not the form of this operation; `faults` names field, rule and remedy.",
            "La demande n'a pas la forme attendue; `faults` nomme le champ, la règle et le remède.",
        ),
        (
            "Put right what is named, and send it again under another Idempotency-Key.",
            "Corrigez ce qui est indiqué et renvoyez la demande sous une autre Idempotency-Key.",
        ),
    ),
    "BadArgument": kind(
        WRONG,
        ("Wrong argument", "Argument erroné"),
        ("One argument breaks a rule, which is named.", "Un argument enfreint une règle, qui est indiquée."),
        (
            "Follow the remedy told, and send the command under another Idempotency-Key.",
            "Suivez le remède indiqué et envoyez la commande sous une autre Idempotency-Key.",
        ),
    ),
    "KeyUsedOtherwise": kind(
        WRONG,
        ("Idempotency key used for another request", "Idempotency-Key déjà utilisée"),
        (
            "Your Idempotency-Key was sent with another body before; that first request stands.",
            "Votre Idempotency-Key a déjà servi avec un autre contenu; la première demande vaut.",
        ),
        (
            "Take a new key for a new command; send the first body to be answered as at first.",
            "Prenez une nouvelle clé pour une nouvelle commande; renvoyez le premier contenu pour la même réponse.",
        ),
    ),
    "TooLarge": kind(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        ("Too large", "Trop volumineux"),
        ("The body has more bytes than are taken.", "Le contenu dépasse la taille admise."),
        ("Send less, or in parts.", "Envoyez moins, ou en plusieurs parties."),
    ),
    "AddressTooLong": kind(
        HTTPStatus.REQUEST_URI_TOO_LONG,
        ("Address too long", "Adresse trop longue"),
        ("Path and query are longer than is taken.", "Le chemin et la requête dépassent la longueur admise."),
        ("Leave out what is not needed.", "Retirez ce qui n'est pas nécessaire."),
    ),
    "HeadersTooLarge": kind(
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        ("Headers too large", "En-têtes trop volumineux"),
        ("The headers are more, or longer, than is taken.", "Les en-têtes sont trop nombreux ou trop longs."),
        ("Leave out what is not needed.", "Retirez ce qui n'est pas nécessaire."),
    ),
    "TooManyRequests": kind(
        HTTPStatus.TOO_MANY_REQUESTS,
        ("Too many requests", "Trop de demandes"),
        (
            "This key has used up what it may ask for at present; nothing was done.",
            "Cette clé a épuisé ce qu'elle peut demander pour le moment; rien n'a été fait.",
        ),
        (
            "Wait as many seconds as Retry-After says, and send the same request again.",
            "Attendez le nombre de secondes de Retry-After, puis renvoyez la même demande.",
        ),
    ),
    "MatchNeeded": kind(
        HTTPStatus.PRECONDITION_REQUIRED,
        ("Say what you read", "Indiquez ce que vous avez lu"),
        (
            "Several people edit this, so an edit says by If-Match on what it builds.",
            "Plusieurs personnes le modifient: une modification dit par If-Match sur quoi elle se fonde.",
        ),
        (
            "Read it, and send its ETag as If-Match; If-Match: * edits whatever stands.",
            "Lisez-le et envoyez son ETag comme If-Match; If-Match: * modifie ce qui est en place.",
        ),
    ),
    "ChangedSince": kind(
        HTTPStatus.PRECONDITION_FAILED,
        ("Changed since you read it", "Modifié depuis votre lecture"),
        (
            "Somebody changed this after you read it; `changes` tells who, when and what. Your edit was not made.",
            "Quelqu'un l'a modifié depuis; `changes` dit qui, quand et quoi. Votre modification n'est pas faite.",
        ),
        (
            "Read it again, bring your edit in line, and send it with the new ETag.",
            "Relisez-le, adaptez votre modification et envoyez-la avec le nouvel ETag.",
        ),
    ),
    # the engine itself
    "DatabaseAway": kind(
        UNAVAILABLE,
        ("Database away", "Base de données absente"),
        (
            "The database does not answer; nothing was done.",
            "La base de données ne répond pas; rien n'a été fait.",
        ),
        (
            "Send the same request again after the seconds that Retry-After says.",
            "Renvoyez la même demande après les secondes de Retry-After.",
        ),
    ),
    "DatabaseOlder": kind(
        UNAVAILABLE,
        ("Restored database not settled yet", "Base restaurée, état pas encore confirmé"),
        (
            "The database was restored to an earlier state; nothing is done until the operator has settled what holds.",
            "La base a été restaurée dans un état antérieur; rien n'est fait avant que l'exploitant ait tranché.",
        ),
        (
            "Send the same request again after the seconds that Retry-After says.",
            "Renvoyez la même demande après les secondes de Retry-After.",
        ),
    ),
    "RegisterMissing": kind(
        UNAVAILABLE,
        ("Register not founded yet", "Registre pas encore fondé"),
        (
            "The engine is being set up: its first worker has still to found the register.",
            "Le moteur s'installe: son premier processus doit encore fonder le registre.",
        ),
        ("Try again in a moment.", "Réessayez dans un instant."),
    ),
    "NotReady": kind(
        UNAVAILABLE,
        ("Not ready", "Pas prêt"),
        (
            "This process cannot do its work yet; `lacking` names what it lacks.",
            "Ce processus ne peut pas encore travailler; `lacking` nomme ce qui lui manque.",
        ),
        ("Ask another one, or this one again in a moment.", "Demandez à un autre, ou à celui-ci dans un instant."),
    ),
    "Unexpected": kind(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        ("Unexpected error", "Erreur inattendue"),
        (
            "Something went wrong here, not with you.",
            "Une erreur s'est produite ici; elle ne vient pas de vous.",
        ),
        (
            "Send a command again under its Idempotency-Key: it is done once. Tell the operator `trace_id`.",
            "Renvoyez la commande sous son Idempotency-Key: elle n'est faite qu'une fois. Signalez `trace_id`.",
        ),
    ),
    # the register
    "NotFounded": kind(
        CONFLICT,
        ("Register not founded", "Registre non fondé"),
        ("The register has no first edition yet.", "Le registre n'a pas encore de première édition."),
        ("Start a worker: it founds the register.", "Démarrez un processus worker: il fonde le registre."),
    ),
    "AlreadyFounded": kind(
        CONFLICT,
        ("Founded already", "Déjà fondé"),
        ("What is founded is founded once.", "Une fondation n'a lieu qu'une fois."),
        ("Nothing is to be done.", "Il n'y a rien à faire."),
    ),
    "BootstrapClosed": kind(
        CONFLICT,
        ("First key issued already", "Première clé déjà émise"),
        ("Only the very first key is issued without one.", "Seule la première clé s'émet sans clé."),
        (
            "Have a key issued by your entity's head or focal point.",
            "Faites émettre une clé par le chef ou le point de contact de votre entité.",
        ),
    ),
    "StatusUnchanged": kind(
        CONFLICT,
        ("Status unchanged", "Statut inchangé"),
        ("The entity has that status from then on already.", "L'entité a déjà ce statut à partir de cette date."),
        ("Check entity, status and date.", "Vérifiez l'entité, le statut et la date."),
    ),
    "AlreadyAppointed": kind(
        CONFLICT,
        ("Appointed already", "Déjà nommé"),
        ("The person holds that role in that span already.", "La personne occupe déjà ce rôle sur cette période."),
        ("Use the appointment that is named.", "Utilisez la nomination indiquée."),
    ),
    "SeatHeld": kind(
        CONFLICT,
        ("Seat held", "Siège occupé"),
        ("A seat has one head at a time.", "Un siège n'a qu'un chef à la fois."),
        (
            "End the appointment named first, or begin later.",
            "Mettez d'abord fin à la nomination indiquée, ou commencez plus tard.",
        ),
    ),
    "SeatAndAudit": kind(
        CONFLICT,
        ("Seat and audit exclude one another", "Siège et audit s'excluent"),
        ("Nobody holds a seat and audits at once.", "Nul n'occupe un siège et n'audite à la fois."),
        ("Appoint another person, or for another span.", "Nommez une autre personne, ou pour une autre période."),
    ),
    "StillAppointed": kind(
        CONFLICT,
        ("Still appointed", "Encore nommé"),
        ("A person with appointments is not erased.", "Une personne encore nommée n'est pas effacée."),
        ("End the appointments named first.", "Mettez d'abord fin aux nominations indiquées."),
    ),
    "SecretAlreadyUsed": kind(
        CONFLICT,
        ("Secret used already", "Secret déjà utilisé"),
        ("Another key has the same secret.", "Une autre clé a le même secret."),
        ("Ask for a key again, under another Idempotency-Key.", "Redemandez une clé sous une autre Idempotency-Key."),
    ),
    "KeyAlreadyRevoked": kind(
        CONFLICT,
        ("Key revoked already", "Clé déjà révoquée"),
        ("The key was revoked before; that stands.", "La clé a déjà été révoquée; cela vaut."),
        ("Nothing is to be done.", "Il n'y a rien à faire."),
    ),
    "VersionTaken": kind(
        CONFLICT,
        ("Version taken", "Version déjà prise"),
        ("Versions of policies never change.", "Les versions des politiques ne changent jamais."),
        ("Give it a higher number.", "Donnez-lui un numéro plus élevé."),
    ),
}
