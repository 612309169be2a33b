"""The choices that the nouns are made of: kinds, roles and labels, each by the word that stands in the files."""

from enum import StrEnum


class PassageKind(StrEnum):
    """What a section of a page is for."""

    DEFINITION = "definition"
    COMPARISON = "comparison"
    HOW_TO = "how-to"
    WHAT_TO_SAY = "what-to-say"
    EXAMPLE = "example"
    PITFALL = "pitfall"
    EVIDENCE = "evidence"
    MEASURE = "measure"
    REFLECTION = "reflection"
    BOUNDARY = "boundary"


class AnswerKind(StrEnum):
    """What a reply does with the message."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    ESCALATE = "escalate"
    DECLINE = "decline"
    SMALLTALK = "smalltalk"


class Intent(StrEnum):
    """What a message asks for; the first eight are passage kinds by the same name."""

    DEFINITION = "definition"
    COMPARISON = "comparison"
    HOW_TO = "how-to"
    WHAT_TO_SAY = "what-to-say"
    EXAMPLE = "example"
    PITFALL = "pitfall"
    EVIDENCE = "evidence"
    MEASURE = "measure"
    CHOOSE_ROLE = "choose-role"
    PLAN = "plan"
    GET_HELP = "get-help"
    CHITCHAT = "chitchat"
    OTHER = "other"


class FollowUp(StrEnum):
    """What a message asks for that only makes sense after an answer; the first nine are passage kinds."""

    DEFINITION = "definition"
    COMPARISON = "comparison"
    HOW_TO = "how-to"
    WHAT_TO_SAY = "what-to-say"
    EXAMPLE = "example"
    PITFALL = "pitfall"
    EVIDENCE = "evidence"
    MEASURE = "measure"
    REFLECTION = "reflection"
    MORE = "more"
    SHORTER = "shorter"
    EXPLAIN = "explain"
    ANOTHER = "another"
    BACK = "back"
    BOSS = "boss"
    MANAGER = "manager"
    JUNIOR = "junior"
    OWN = "own"


class Evidence(StrEnum):
    """What a source rests on."""

    REVIEW = "review"
    STUDY = "study"
    SURVEY = "survey"
    GUIDANCE = "guidance"
    LAW = "law"
    PRACTITIONER = "practitioner"


class Role(StrEnum):
    """The five ally roles."""

    SPONSOR = "sponsor"
    MENTOR = "mentor"
    COACH = "coach"
    ADVOCATE = "advocate"
    CHALLENGER = "challenger"


class Step(StrEnum):
    """How the labels of a how-to begin that can be taken as a next step, in the order of their size."""

    ASK_FIRST = "First, ask"
    TEN_SECONDS = "In ten seconds"
    TEN_MINUTES = "In ten minutes"
    QUARTER = "This quarter"


class Level(StrEnum):
    """Who can act on a page: one person, an organisation, or both."""

    INDIVIDUAL = "individual"
    ORGANISATION = "organisation"
    BOTH = "both"


class ContactKind(StrEnum):
    """Whom the coach can point to."""

    EMERGENCY = "emergency"
    CRISIS_LINE = "crisis-line"
    EAP = "eap"
    HR = "hr"
    OMBUDS = "ombuds"
    UNION = "union"
    LEGAL_ADVICE = "legal-advice"
