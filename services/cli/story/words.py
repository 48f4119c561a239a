"""The words that the exercise puts on the table; modelled on the joint communiqué of the third edition (Lyon, 2019)."""

from __future__ import annotations

TITLE = "Joint communiqué of the exercise"

PARAGRAPHS = {
    "1": (
        "The exercise session of the INTERPOL Dialogue on an effective multilateral policing architecture against "
        "global threats (the Dialogue) was held at the INTERPOL General Secretariat in Lyon, France, with the "
        "participation of the stakeholders named below."
    ),
    "2": (
        "AFRIPOL, the Arab Interior Ministers' Council, AMERIPOL, ASEANAPOL, EUROPOL, Frontex, GCCPOL and INTERPOL "
        "are member entities of the process; the Shanghai Cooperation Organisation and UNODC are observers."
    ),
    "3": (
        "Les entités membres ont rappelé les acquis des éditions précédentes : partager l'information entre services "
        "chargés de l'application de la loi, et mieux se coordonner, pour répondre ensemble à des menaces qui "
        "évoluent sans refaire chacun le travail des autres."
    ),
    "4": (
        "They looked for ways to bring their counter-terrorism, organized-crime and border-security strategies closer "
        "together, and to act jointly against the travel of foreign terrorist fighters, drug trafficking, and the "
        "money that serves terrorist and criminal groups alike."
    ),
    "5": (
        "Two areas were discussed: a permanent and flexible mechanism to share strategic plans; and streamlined "
        "access in the field to operational information over I-24/7."
    ),
    "6": (
        "The member entities agreed to meet at high level at regular intervals, and to have standing working groups "
        "on strategic coordination and on streamlined field access to information."
    ),
}
OBJECTION = (
    "Paragraph 5 speaks of one channel only. We connect by an interoperable system, and our governing board has to "
    "find that possibility in the text."
)
REDRAFTED = "5"
REDRAFT = (
    "Two areas were discussed: a permanent and flexible mechanism to share strategic plans; and streamlined access in "
    "the field to operational information, over INTERPOL's I-24/7 as the preferred solution, in keeping with each "
    "entity's governance framework, or over interoperable systems."
)
DISSOCIATED = "4"
DISSOCIATION = (
    "AMERIPOL does not block the text. Its mandate does not cover border security, and it takes no position on that "
    "part of paragraph 4."
)

PLACE = "INTERPOL General Secretariat, Lyon"

#: Proposed by whom, title, purpose, audience.
ITEMS = (
    ("EUROPOL", "Aligning strategies against terrorism and organized crime", "discussion", "all"),
    ("ASEANAPOL", "A permanent mechanism to share strategic plans", "decision", "all"),
    ("GCCPOL", "Streamlined access to information in the field", "decision", "all"),
    ("AMERIPOL", "How restricted plans are handled among members", "discussion", "members"),
)

OPEN_CONTRIBUTION = (
    "AFRIPOL cannot come to Lyon because of unforeseen circumstances. It supports a standing mechanism for sharing "
    "strategic plans and offers to lead its first review."
)
RESTRICTED_CONTRIBUTION = (
    "For members only: AFRIPOL's assessment of the routes used by foreign terrorist fighters across the Sahel."
)

STATEMENTS = {
    "SCO_SECRETARIAT": "The Secretariat welcomes regular meetings at high level.",
    "SCO_RATS_EC": "The Executive Committee can share its register of wanted persons for comparison.",
}

#: Owner, supporting entities, title, paragraph.
ACTIONS = (
    ("EUROPOL", ("INTERPOL",), "List the strategic plans due for renewal within two years", "5"),
    ("GCCPOL", (), "Report which field offices can reach I-24/7", "5"),
    ("AFRIPOL", ("INTERPOL",), "Draft the first review of the sharing mechanism", "5"),
    ("ASEANAPOL", (), "Compare planning calendars and propose common dates", "6"),
    ("FRONTEX", ("EUROPOL",), "Describe the interoperable system used in the field", "5"),
    ("AIMC", ("AFRIPOL", "GCCPOL"), "Propose a joint operation on terrorist financing", "4"),
)
COMPLETED = "EUROPOL"
LATE = "GCCPOL"
EVIDENCE = "The list is paper SC/2/1 of the working group on strategic coordination."
