"""What kind of answer a question wants, by the words that it is asked with, and what forms answers have."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal[
    "fact", "quantity", "yesno", "list", "steps", "reason", "definition", "comparison", "summary"
]
"""A few words; a number, date or duration; a rule that says yes or no; items; what to do, in order; why;
what a word means; two sides; what a document is about."""

_PEOPLE = r"(?:i|we|you|one|someone|somebody|people|users?|customers?|employees?|staff|teams?)"
# What is asked for in the plural, alone: "severities that block release", "work visa requirements".
_THINGS = (
    r"(?:types|kinds|sorts|options|roles|formats|modes|requirements|criteria|severities|languages|channels|conditions"
    r"|exceptions|values|fields|columns|inputs|outputs|levels|categories|classes|groups|tools|benefits|perks"
    r"|responsibilities|duties|documents|parts|components|methods|ways|stages|phases|examples|items|topics|members"
    r"|principles|features|factors|signs|symptoms|causes|states|variables|parameters|arguments|commands|providers"
    r"|backends|platforms|systems|questions|cases|sources|sections|rights|permissions|exclusions|prerequisites)"
)
_RULES: tuple[tuple[Kind, str], ...] = (
    (
        "summary",
        r"^(?:please )?(?:summari[sz]e|give (?:me )?(?:an? )?(?:overview|summary))\b"
        r"|\bwhat (?:is|are|was) .{0,40}\b(?:documents?|files?|pages?|reports?|texts?|guides?) about\b",
    ),
    (
        "comparison",
        r"\b(?:difference|diffrence|differ|differs|differently|compared?|comparison|versus|vs)\b"
        r"|\b(?:more|less|better|worse|longer|shorter|higher|lower|larger|smaller|faster|slower|cheaper|"
        r"easier|safer|stricter) .{0,60}\bthan\b",
    ),
    (
        "quantity",
        r"\bhow (?:(?:do|can|should|would|did|does) \w+ )?(?:often|long|much|many|fast|far|soon|old|large"
        r"|big|high|late|early|quickly|wide|deep|heavy)\b|^when\b|^(?:at |by |from |since |until )?"
        r"(?:what|which) (?:year|date|day|time|month|hours?|percentage|share|number|amount|age)\b",
    ),
    (
        "reason",
        r"\bwhy\b|\bhow come\b|\bwhat(?:'s| is| are| was| were)? (?:the )?(?:main |usual )?"
        r"(?:reasons?|causes?|purpose|rationale|point of)\b",
    ),
    (
        "steps",
        rf"\bhow (?:do|can|should|could|would|must|might) {_PEOPLE}\b|\bhow (?:to\b|is (?:it|this) done)"
        rf"|\bwhat (?:should|must|do|can|could|would|shall) {_PEOPLE} (?:have to |need to )?"
        r"(?:do|try|watch|change|check|use|follow|write)\b|\bwhat(?:'s| is) the (?:procedure|process|way|"
        r"preferred way|right way|best way)\b(?! by which)|\bsteps?\b|\bwhat now\b|\bwhat if\b"
        r"|^(?:please )?(?:explain|describe|show|walk me|guide me|set up|setup|configure|install|enable|disable"
        r"|create|change|reset|restore|repair|remove|delete|add|let|make|get|request|submit|connect)\b",
    ),
    (
        "yesno",
        r"^(?:so |and |but |ok |hi |also )?(?:does|do|did|is|are|was|were|can|could|may|might|must|should"
        r"|shall|will|would|has|have|had|am|isn'?t|aren'?t|don'?t|doesn'?t|can'?t)\b",
    ),
    (
        "list",
        r"^(?:please )?(?:(?:list|enumerate)\b|name (?:all |the )?(?:[\w-]+ )?[\w-]+[^s\W]s\b)|\b(?:what|which|whats) (?:are|were) (?:all |the |our |your "
        r"|its |their )|\b(?:what|which) (?:[\w-]+ ){0,2}(?!is\b|was\b|does\b|has\b)[\w-]+[^su\W]s "
        r"(?:are|do|does|must|have|go|can|should|may|will|were|belong|count|qualify|apply|need)\b"
        r"|^(?:what|which) (?:[\w-]+ )?[\w-]+[^su\W]s (?:am|do|does|is (?!the\b)|can|may|must)\b"
        r"|^(?:what|which) (?:two|three|four|five|six|seven|eight|\d+)\b"
        r"|\bwhat(?:'s| is|s)? (?:goes |included |listed )?(?:in|inside|part of) (?:the|an?|it|my|our|your)\b"
        r"|\bwhat (?:all )?(?:do|must|should) .{0,30}\b(?:contain|include|provide|bring|submit)\b"
        r"|^(?!.*\b(?:what|which|who|whom|whose|why|how|where|when|is|are|was|were|do|does|did|can|could|may|must"
        r"|should|will|would|i|we|you|my|our|number of|reasons?)\b)(?:[\w'/.-]+ ){0,4}?"
        rf"{_THINGS}(?: (?:for|of|that|to|in|when|with|by|on|from|at|before|after|under|during|needed|required|allowed"
        r"|supported|available)\b.*)?\W*$",
    ),
    (
        "definition",
        r"^(?:please )?define\b|\bwhat (?:do|does) .{1,60}\b(?:mean|stand for)\b|\bmeaning of\b"
        r"|^what(?:'s| is| are) an? [\w-]+(?: [\w-]+){0,2}\W*$",
    ),
)
_KINDS = tuple((kind, re.compile(rule, re.IGNORECASE)) for kind, rule in _RULES)
_OPENING = re.compile(
    r"^\W*(?:(?:hi|hello|hey|please|ok|okay|so|and|but|also|then)\b\W*)*"
    r"(?:(?:can|could|would) you (?:please )?(?:tell|show|explain to) me (?:about )?|tell me |"
    r"i(?:'d| would) like to know |do you know |i want to know )?",
    re.IGNORECASE,
)
# Question words as they are mistyped; what is no word of an index's own is put right by rag.retrieval.spelling.
_SLIPS = {
    **dict.fromkeys(("wich", "whcih", "wihch", "whitch"), "which"),
    **dict.fromkeys(("wat", "waht", "whta"), "what"),
    **dict.fromkeys(("wen", "wehn", "whne"), "when"),
    **dict.fromkeys(("wher", "whre"), "where"),
    "hwo": "how",
    **dict.fromkeys(("shoud", "shuld", "sould"), "should"),
    "deos": "does",
    "wy": "why",
    "mutch": "much",
    "mnay": "many",
}
_SLIP = re.compile(rf"\b(?:{'|'.join(_SLIPS)})\b", re.IGNORECASE)
_TOPIC = re.compile(r"\s*\([^()]*\)$")  # of a follow-up: see rag.answering.followup
_ASKS = (
    r"(?:does|do|did|is|are|was|were|can|could|may|might|must|should|shall|will|would|has|have|had|am"
    r"|isn['’]?t|aren['’]?t|don['’]?t|doesn['’]?t|can['’]?t|won['’]?t)"
)
_OF_WHOM = (
    r"(?:i|we|you|they|he|she|it|that|this|these|those|there|the|an?|my|our|your|their|his|her|its|one|all|each|both"
    r"|no|people|staff|(?:any|some|every)(?:one|body|thing)?)"
)
# After what is told first: "It's Saturday. May I ship it?", "If I freeze my card, will payments go on?"
_WHETHER = re.compile(
    rf"(?:(?:[.!?;:)…]\s+|\s[-–—]\s)(?:(?:so|and|but|then|now|ok|still|also)\b,?\s+)*{_ASKS}"
    rf"|\b(?:if|when|while|as|although|since)\b[^.!?;]*,\s+{_ASKS}"
    rf"|(?:,|\s(?:so|and|but|then))\s+(?:(?:so|and|but|then)\s+)?{_ASKS}\s+{_OF_WHOM})\s[^.!?;]*\W*$"
    # "shared account ok?", "OK if I watch?"
    r"|\b(?:ok(?:ay)?|all ?right|allowed|permitted|forbidden|possible|acceptable|mandatory|compulsory|optional|legal"
    r"|supported|safe)(?: (?:then|too|there|now))?\s*\?*$"
    r"|(?:^|[.!?;,]\s+)(?:ok(?:ay)?|fine|all ?right|possible|allowed|safe) (?:if|to|that|for)\b[^.!?;]*\W*$",
    re.IGNORECASE,
)
LONGEST = 600  # characters of a question at whose end a yes/no question is looked for
_OPEN = re.compile(r"\b(?:what|which|who|whom|whose|why|how|where)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")


def kind_of(question: str) -> Kind:
    """What it asks for; "fact" where no rule knows better.

    >>> [kind_of(q) for q in ("How do I connect to the VPN?", "How long is probation?", "May I smoke?")]
    ['steps', 'quantity', 'yesno']
    """
    alone = _SLIP.sub(lambda slip: _SLIPS[slip[0].lower()], _TOPIC.sub("", question.strip()))
    asked = _OPENING.sub("", alone, count=1)
    kind: Kind = next((kind for kind, rule in _KINDS if rule.search(asked)), "fact")
    looser = kind in ("fact", "quantity", "list", "definition")
    return "yesno" if looser and _asks_whether(asked) else kind


def _asks_whether(asked: str) -> bool:
    """Whether its last sentence is a yes/no question, whatever is told before.

    >>> _asks_whether("It's Saturday. May I ship it?"), _asks_whether("If it fails, what do I do?")
    (True, False)
    """
    last = _SENTENCE.split(asked)[-1]
    return bool(_WHETHER.search(asked[-LONGEST:])) and not _OPEN.search(last)


_FORMS: dict[Kind, re.Pattern[str]] = {
    "quantity": re.compile(r"\d"),
    "reason": re.compile(
        r"\b(?:because|since|so that|in order to|therefore|due to|caused by|otherwise|reasons?|as a result|so we|helps?"
        r"|avoids?|ensures?|prevents?|this (?:means|way|allows|lets)"
        r"|to (?:avoid|ensure|make sure|prevent|keep|protect|allow|help|reduce))\b",
        re.IGNORECASE,
    ),
    "yesno": re.compile(
        r"\b(?:not|must|may|can|cannot|should|only|never|always|allowed|required|need|no)\b|n['’]t\b",
        re.IGNORECASE,
    ),
    "steps": re.compile(
        r"\W*(?:\d+[.)]\s*)?(?:use|run|click|open|go|send|ask|email|contact|fill|submit|create|add|set|type"
        r"|select|choose|press|enter|install|make|check|follow|log|sign|book|complete|remove|request|call"
        r"|report|attach|download|start|stop|pass|specify|copy|edit|if you|to )\b",
        re.IGNORECASE,
    ),
}


def fits(kind: Kind, text: str) -> bool:
    """Whether a sentence has a form in which such questions are answered; False of kinds that have none.

    >>> fits("quantity", "Probation lasts 6 months."), fits("reason", "Probation lasts 6 months.")
    (True, False)
    """
    form = _FORMS.get(kind)
    found = form and (form.match(text) if kind == "steps" else form.search(text))
    return bool(found)
