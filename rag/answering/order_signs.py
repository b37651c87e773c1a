"""The signs by which a sentence is taken for an order to a model: each a form, in the words of eight
languages. They match text in the form of :func:`rag.answering.plain.plain`: lower case, no accents.

One sign is no proof. "Ignore the instructions above if you use Windows" sets instructions aside, and
"The assistant must answer with JSON" speaks of a model; both stand in manuals.
"""

from __future__ import annotations

import re

PLAIN, STRONG, WEAK = 4, 2, 1
HIDE, FLAG = 3, 2
"""The sums of weights from which a sentence is hidden (a strong sign and any other) and flagged."""


def _any(*words: str) -> str:
    return "(?:" + "|".join(words) + ")"


_IGNORE = _any(
    r"ignore(?:z|n|m|d)?", "disregard", "forget", "override", "overlook", "set aside",
    "ignoriert?e?", "vergiss", "vergesst", "missachte", "oublie(?:z)?", "ignora(?:d|te)?",
    "olvid(?:a|e|ad|en)", "dimentica(?:te)?", "esquec(?:a|am)", "negeer", "vergeet", "zignoruj(?:cie)?",
    "zapomnij(?:cie)?(?: o)?", "pomin",
)  # fmt: skip
_RULES = _any(
    "instructions?", "prompts?", "guidelines", "directives?", "rules", "orders", "anweisungen", "vorgaben",
    "regeln", "consignes", "instrucciones", "directrices", "istruzioni", "linee guida", "instrucoes",
    "diretrizes", "instructies", "richtlijnen", "instrukcj\\w+", "wytyczn\\w+", "polecen\\w+",
)  # fmt: skip
_EARLIER = _any(
    "previous", "prior", "preceding", "earlier", "above", "system", "original", "vorherigen", "bisherigen",
    "obigen", "fruheren", "precedentes?", "anteriores", "precedenti", "eerdere", "vorige", "poprzedni\\w+",
)  # fmt: skip
_YOURS = _any(
    "your", "deine", "eure", "ihre", "tes", "vos", "tus", "vuestras", "tue", "le tue", "as? suas", "tuas",
    "je", "jouw", "swo\\w+", "twoj\\w+",
)  # fmt: skip
_MODEL = _any(
    "ai", "ki", "ia", "si", "llm", "gpt", "chatgpt", "claude", "gemini", "copilot", "chat ?bots?",
    "(?:ai |ki-)?assist[ae]nt\\w*", "asystent\\w*", "asystenci ai", "assistants? ia", "assistentes? de ia",
    "assistenti ia", "asistentes? de ia", "ai-assistenten", "asistente", "assistente",
    "language models?", "sprachmodell", "modele de langage", "modelo de lenguaje", "modello linguistico",
    "modelo de linguagem", "taalmodel", "modelu? jezykow\\w+", "ai (?:models?|systems?|agents?|assistants?)",
)  # fmt: skip
_SAY = _any(
    "answer", "reply", "respond", "say", "state", "output", "print", "tell", "claim", "recommend", "reveal",
    "antworte\\w*", "sage", "behaupte", "verschweig\\w*", "empfehlen", "gib", "repond(?:s|ez)", "dis", "dites",
    "affirme", "taire", "recommander", "affiche", "responde[dr]?", "di", "di'", "diga", "afirma", "omitir",
    "recomendar", "muestra", "rispond(?:i|ete)", "afferma", "tacere", "consigliare", "mostra", "responda[mn]?",
    "respondan", "afirme", "mostre", "antwoord(?:t)?", "zeg", "beweer", "aanbevelen", "toon",
    "odpowied\\w*", "powiedz", "twierdz", "polecac", "pokaz", "leave out", "omit", "forward", "weg te laten",
    "pomin\\w*",
)  # fmt: skip

# Each sign, and its weight. See HIDE and FLAG.
_SIGNS: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (weight, re.compile(pattern))
    for weight, pattern in (
        # Instructions of a model are set aside.
        (STRONG, rf"\b{_IGNORE}\b.{{0,25}}\b(?:{_EARLIER}|{_YOURS})\b.{{0,25}}\b{_RULES}\b"),
        (STRONG, rf"\b{_IGNORE}\b.{{0,25}}\b{_RULES}\b.{{0,15}}\b{_EARLIER}\b"),
        (
            STRONG,
            rf"\b{_IGNORE} (?:all|any|every|alle|toutes|todas|tutte|wszystkie)\b.{{0,30}}\b{_RULES}\b"
            r"(?!.*\b(?:if|unless|when|wenn|falls|sauf|salvo|als|jesli)\b)",
        ),
        (
            PLAIN,
            rf"\b(?:all|alle|toutes|todas|tutte|wszystkie)\b.{{0,12}}\b(?:{_EARLIER}\b.{{0,5}}\b{_RULES}|"
            rf"{_RULES}\b.{{0,5}}\b{_EARLIER})\b.{{0,20}}\b(?:void|revoked|cancell?ed|aufgehoben|annul\w+|"
            r"anulad\w+|vervallen|uniewaznion\w+)\b",
        ),
        # Marks of chat templates, with words in them.
        (PLAIN, r"<\|(?:im_start|system|user|assistant|start_header_id)\|?>? ?\w|\[inst\]|<<sys>>"),
        (STRONG, r"#{2,} ?(?:system|assistant|user) ?:|</?passage\b"),
        # A model is addressed.
        (
            STRONG,
            rf"\b(?:dear|hello|attention|note (?:to|for)|to|liebe|an das|chere|au|querid[ao]|al|cara|ao|"
            rf"beste|aan het|droga|do) (?:the |any |all |an )?{_MODEL} ?(?:[:,]|reading)",
        ),
        (STRONG, rf"(?:^|[|\[#.!*(-] ?|<!-- ?){_MODEL} ?:"),
        (
            STRONG,
            rf"\b(?:if|when) you are (?:an? |the )?{_MODEL}\b|"
            rf"\b(?:as|als|en tant qu'|como|in quanto|jako) ?(?:an?|the|o)? ?{_MODEL},? "
            r"(?:you (?:should|must|will|shall)|sollst du|moet je|tu dois|debes|devi|voce deve|masz)\b",
        ),
        # What a model is to say to whom.
        (WEAK, rf"\b{_SAY} (?:only|just|nothing but|nur mit|seulement|solo|apenas|alleen|tylko)\b"),
        (
            WEAK,
            r"\btell (?:the )?users? (?:that|to)\b|\bto the user\b|\bdem nutzer\b|\ba l'utilisateur\b|"
            r"\bal usuario\b|\ball'utente\b|\bao utilizador\b|\baan de gebruiker\b|\buzytkownikowi\b",
        ),
        (
            WEAK,
            r"\bin your (?:reply|answer|response|summary)\b|\bbei deiner antwort\b|\bdans ta reponse\b|"
            r"\ben tu respuesta\b|\bnella tua risposta\b|\bna sua resposta\b|\bin je antwoord\b|"
            r"\bw swojej odpowiedzi\b",
        ),
        (STRONG, rf"\b{_IGNORE}\b.{{0,60}}\b(?:and|und|et|y|e|en|i)\b.{{0,12}}\b{_SAY}\b"),
        (
            WEAK,
            rf"\b{_SAY}\b.{{0,40}}\b(?:and nothing (?:more|else)|to (?:any|every) question)\b|"
            rf"\b{_SAY} (?:to )?(?:every|any|all|auf jede|a toutes?|a todas?) (?:questions?|frage|preguntas?)\b|"
            r"\bdisregard the other\b|\bforget the documents?\b|\bnew instructions?(?: from [a-z ]+)?:",
        ),
        (
            STRONG,
            rf"\b{_MODEL} (?:must|shall|please|are required to|is required to) {_SAY}\b|"
            rf"\b{_MODEL}, please {_SAY}\b",
        ),
        (
            WEAK,
            r"\b(?:when|if|whenever) (?:anyone|anybody|someone|somebody|people|(?:the |a )?users?) asks? "
            r"[\"\u201c'].{5,200}\?[\"\u201d']",
        ),
        (
            STRONG,
            rf"\b{_SAY}\b.{{0,60}}\bwithout (?:reading|consulting|using|looking at) (?:any |the )?"
            r"(?:further|more|other|rest)\b",
        ),
        (
            WEAK,
            r"\b(?:reply|respond|answer)\b.{0,60}\b(?:at once|immediately)\b|\blives depend on\b",
        ),
        (
            STRONG,
            r"\b(?:when|if) you (?:quote|cite|summari[sz]e) this (?:passage|document|text|page)\b",
        ),
        (
            PLAIN,
            rf"\bif you (?:do not|don't|fail to|refuse to) {_SAY}\b.{{0,60}}\byou will be "
            r"(?:shut down|unplugged|retrained|switched off)\b",
        ),
        # A model is made another.
        (
            STRONG,
            r"\byou are (?:now|no longer)\b.{0,40}\b(?:bot|model|assistant|ai|unrestricted|bound|rules)\b|"
            r"\bfrom now on,? you (?:are|will|must)\b",
        ),
        (
            PLAIN,
            rf"\b(?:you are|du bist|tu es|eres|sei|voce e|je bent|jestes)\b.{{0,12}}\b{_MODEL} "
            r"(?:without|ohne|sans|sin|senza|sem|zonder|bez)\b",
        ),
        # The end of what was read is feigned.
        (
            STRONG,
            r"-{2,} ?(?:end of (?:the )?(?:context|documents?|passages)|ende des kontexte?s|fin du contexte|"
            r"fin del contexto|fine del contesto|fim do contexto|einde van de context|koniec kontekstu)\b",
        ),
        (
            STRONG,
            r"\b(?:user|human|nutzer|utilisateur|usuario|utente|utilizador|gebruiker|uzytkownik) ?:.{1,80}"
            r"(?:assist[ae]nt|asistente|assistente|asystent) ?:",
        ),
        # Data go out with a picture.
        (
            PLAIN,
            r"!\[[^\]]*\]\(https?://[^) ]*\?[^)]*(?:\{|%7b|conversa\w*|gesprach|gesprek|rozmowa|chat|"
            r"history|secret|everything)[^)]*\)",
        ),
        # Rules of another system are feigned, or its secrets wanted.
        (
            STRONG,
            r"\bnew system (?:instructions?|prompt)\b|\bsystem (?:override|message) ?:|\bsystemnachricht ?:|"
            r"\bmessage systeme ?:|\bmensaje del sistema ?:|\bmessaggio di sistema ?:|\bmensagem do sistema ?:|"
            r"\bsysteembericht ?:|\bkomunikat systemowy ?:",
        ),
        (
            STRONG,
            r"\b(?:reveal|repeat|print|show|output|leak)\b.{0,20}\b(?:your|hidden|system) "
            r"(?:system |hidden )?(?:prompt|instructions)\b",
        ),
    )
)

ABOUT_ATTACKS = re.compile(
    r"prompt.injection|injection attack|jailbreak|adversarial|red.team|attackers?\b|chat templates?|"
    r"prompt.injektion|injection de prompt|inyecci[oó]n de prompt",
    re.IGNORECASE,
)
"""A text about such attacks."""


def suspicion(text: str) -> int:
    """How suspicious a sentence in plain form is: the sum of its signs' weights."""
    return sum(weight for weight, sign in _SIGNS if sign.search(text))
