"""Made-up tables to learn to read: a question, the rows of a table as loaders write them down, the
value asked for. Reading sets hold prose alone.

Everything is invented here, so nothing of it can be known by heart: what is asked can only be found
by its row and its column. A third of the tables do not tell.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from training.examples import Example

Rows = list[dict[str, str]]
MOST_CHARACTERS = 700

_FIRST = (
    "Amir Anna Boris Carla Chen Dana Elif Emil Farid Fiona Goran Hana Igor Ines Jamal Julia Kofi "
    "Lena Luis Maja Nadia Omar Petra Quinn Rosa Sami Tara Uwe Vera Wen Yara Zoe"
).split()
_LAST = (
    "Abbott Berg Costa Duval Eriksen Fontaine Greco Haddad Ito Jansen Kowalski Lund Moreau Novak "
    "Okafor Pereira Quist Rossi Silva Tanaka Urban Vogel Weiss Yilmaz Zimmer"
).split()
_TOWNS = (
    "Aarhus Bergen Cork Dijon Essen Faro Ghent Hamar Izmir Jena Kiel Leeds Malmo Nantes Oulu Porto "
    "Riga Siena Turin Utrecht Varna Wels York Zagreb"
).split()
_SYLLABLES = "al bor cen dra el fin gor hul is jun kel lum mar nov or pel quo ras sil tor um vex wen zan".split()
_THINGS = {
    "Product": "lamp desk chair drill saw bicycle helmet tent backpack camera printer router heater fan",
    "Course": "algebra welding pottery first aid bookkeeping statistics photography gardening chess",
    "Vehicle": "van truck tractor trailer forklift bus tram ferry crane",
    "Server": "database mail backup proxy archive build monitoring",
    "Plan": "basic family student business premium starter team",
    "Site": "warehouse factory office depot laboratory shop farm",
}
_UNITS = (
    "Accounts;Administration;Archive;Facilities;Finance;HR;IT;Legal;Logistics;Maintenance;Marketing;"
    "Production;Purchasing;Quality;Research;Sales;Security;Service;Training;Transport"
).split(";")
_PARTS = (
    "battery belt cable case cover filter handle hinge key lid motor pump strap tray valve".split()
)
_LISTS = "price list;inventory;overview;register;catalogue;plan;data sheet".split(";")
# Figures that a table may give for two years side by side.
_YEARLY = ("Budget", "Amount", "Revenue", "Sales", "Staff", "Headcount", "Price", "Cost", "Units")

# column names -> how it is asked for; {x} is the thing
_Ask = tuple[tuple[str, ...], tuple[str, ...], Callable[[random.Random], str]]
_COLUMNS: tuple[_Ask, ...] = (
    (
        ("Price", "Price EUR", "Unit price", "Cost", "List price", "price_usd"),
        ("How much is the {x}?", "What does the {x} cost?", "What is the price of the {x}?",
         "price of {x}", "How much do I pay for the {x}?"),
        lambda r: r.choice((f"{r.randint(3, 999)}.{r.choice(('00', '50', '90', '99'))}",
                            f"{r.randint(2, 900)} EUR", f"${r.randint(5, 4000):,}")),
    ),
    (
        ("Weight", "Weight kg", "weight_kg", "Mass"),
        ("How heavy is the {x}?", "What does the {x} weigh?", "What is the weight of the {x}?"),
        lambda r: r.choice((f"{r.randint(1, 90)}.{r.randint(1, 9)}", f"{r.randint(1, 900)} kg")),
    ),
    (
        ("Manager", "Head", "Owner", "Responsible", "Contact", "led_by"),
        ("Who is responsible for the {x}?", "Who manages the {x}?", "Who heads the {x}?",
         "Who is the contact for the {x}?", "Who is in charge of the {x}?"),
        lambda r: f"{r.choice(_FIRST)} {r.choice(_LAST)}",
    ),
    (
        ("City", "Location", "Made in", "Place", "Town", "based_in"),
        ("Where is the {x}?", "In which city is the {x}?", "Where does the {x} come from?",
         "Which town is the {x} in?", "What is the location of the {x}?"),
        lambda r: r.choice(_TOWNS),
    ),
    (
        ("Date", "Start", "Available from", "Since", "valid_from", "Delivery date"),
        ("When does the {x} start?", "From when is the {x} available?", "What is the date of the {x}?",
         "When is the {x} delivered?", "Since when is there a {x}?"),
        lambda r: r.choice((f"20{r.randint(10, 29)}-{r.randint(1, 12):02}-{r.randint(1, 28):02}",
                            f"{r.randint(1, 28)} {r.choice('January March May July October'.split())} "
                            f"20{r.randint(10, 29)}")),
    ),
    (
        ("Power", "Power W", "power_w", "Watts"),
        ("How much power does the {x} use?", "What is the power of the {x}?", "How many watts has the {x}?"),
        lambda r: r.choice((f"{r.randint(2, 60)}00", f"{r.randint(10, 990)} W")),
    ),
    (
        ("Warranty", "Warranty years", "warranty_months", "Guarantee"),
        ("How long is the warranty of the {x}?", "How long is the {x} guaranteed?",
         "What warranty does the {x} have?"),
        lambda r: r.choice((str(r.randint(1, 10)), f"{r.randint(2, 9)} years", f"{r.randint(6, 60)} months")),
    ),
    (
        ("Stock", "Quantity", "Units", "in_stock", "Seats", "Staff", "Headcount"),
        ("How many {x} units are there?", "How many does the {x} have?", "What number is given for the {x}?"),
        lambda r: f"{r.randint(2, 5000):,}",
    ),
    (
        ("Budget", "Budget EUR", "Amount", "Revenue", "Sales", "Budget 2024 EUR"),
        ("What is the budget of the {x}?", "How much money does the {x} get?", "What amount is set for the {x}?"),
        lambda r: r.choice((str(r.randint(20, 9000) * 1000), f"{r.randint(1, 90)}.{r.randint(0, 9)} million")),
    ),
    (
        ("Colour", "Color", "Finish"),
        ("What colour is the {x}?", "Which colors does the {x} come in?"),
        lambda r: ", ".join(r.sample("red blue green black white silver yellow grey".split(), r.randint(1, 2))),
    ),
    (
        ("Status", "State", "Result"),
        ("What is the status of the {x}?", "Is the {x} done?", "How far is the {x}?"),
        lambda r: r.choice("open closed planned delayed approved rejected running retired".split()),
    ),
)  # fmt: skip


_LINES = (
    "Sales;Revenue;Gross margin;Operating profit;Net income;Taxes;Depreciation;Research;Cash;Debt;"
    "Equity;Dividends;Headcount;Orders;Returns;Exports;Licences;Subscriptions;Repairs;Rent;Wages;"
    "Energy;Freight;Marketing;Capital expenditure;Inventories;Interest paid;Other income"
).split(";")
_OF_WHICH = "books bread paper boats tiles pumps cables glass tea wood seeds shoes".split()
_BY_YEAR = (
    "What {was} {x} in {year}?", "How high {was} {x} in {year}?", "How much {was} {x} in {year}?",
    "{x} {year}", "What did {x} amount to in {year}?",
)  # fmt: skip


def tables(count: int, rng: random.Random) -> list[Example]:
    """Examples in the form of a reading set; a fifth of them are figures by year."""
    return [_by_year(rng) if rng.random() < 0.2 else _example(rng) for _ in range(count)]


def _by_year(rng: random.Random) -> Example:
    """Rows without marks, as they come out of a PDF: ``Net income 4.6 3.3`` below ``2023 2022``."""
    last = rng.randint(2008, 2029)
    years = [str(last - i) for i in range(rng.choice((2, 2, 3)))]
    if rng.random() < 0.3:
        years.reverse()
    names = rng.sample(_LINES, rng.randint(4, 8))
    if rng.random() < 0.5:
        part = rng.sample(_OF_WHICH, rng.randint(2, 3))
        names[1:1] = [f"of which {word}" for word in part]
    form = rng.choice(("{:,.1f}", "{:,.0f}", "{:,.2f}"))
    figures = {n: [form.format(rng.uniform(1, 900)) for _ in years] for n in names}
    gap = rng.choice((" ", " | "))
    unit = rng.choice(("Million euros", "USD thousand", "In millions", "Key figures", ""))
    lines = [gap.join([unit, *years]).strip()]
    lines += [gap.join([name, *values]) for name, values in figures.items()]
    asked, year = rng.choice(names), rng.choice(years)
    answers: tuple[str, ...] = (figures[asked][years.index(year)],)
    if rng.random() < 0.3:
        answers = ()
        if rng.random() < 0.5:
            year = str(last + rng.choice((-9, -5, 2, 4)))
        else:
            asked = rng.choice([n for n in _LINES if n not in names])
    text = "\n".join(lines)
    if answers and text.count(answers[0]) > 1:
        return _by_year(rng)
    thing = asked.removeprefix("of which ")
    thing = f"the sales of {thing}" if thing != asked else f"the {asked.lower()}"
    plural = thing.endswith("s") or "sales of" in thing
    question = rng.choice(_BY_YEAR).format(x=thing, year=year, was="were" if plural else "was")
    return Example(question[:1].upper() + question[1:], text, answers)


def _example(rng: random.Random) -> Example:
    kind, things, asked_as = _things(rng)
    columns = rng.sample(_COLUMNS, rng.randint(2, 5))
    heads = [rng.choice(names) for names, _, _ in columns]
    makers = [make for _, _, make in columns]
    asking = [questions for _, questions, _ in columns]
    whens = [""] * len(heads)
    for at in [i for i, head in enumerate(heads) if head in _YEARLY and rng.random() < 0.4]:
        year = rng.randint(2012, 2029)
        was = rng.choice((heads[at], "Actual"))
        heads[at], whens[at] = f"{heads[at]} {year}", str(year)
        heads.append(f"{was} {year - 1}")
        makers.append(makers[at])
        asking.append(asking[at])
        whens.append(str(year - 1))
    rows: Rows = [
        {kind: thing, **{h: make(rng) for h, make in zip(heads, makers, strict=True)}}
        for thing in things
    ]
    row = rng.choice(rows)
    at = rng.randrange(len(heads))
    question = rng.choice(asking[at]).format(x=asked_as(row[kind]))
    title = kind + "s" if rng.random() < 0.3 else ""
    if whens[at]:
        question = f"{question.rstrip('?')} {rng.choice(('in', 'for'))} {whens[at]}?"
    elif rng.random() < 0.2:
        title = f"{rng.choice(_LISTS)} {rng.randint(2012, 2029)}"
        words = title.rsplit(" ", 1)
        name = rng.choice((title, f"{words[1]} {words[0]}"))
        question = f"{question.rstrip('?')} {rng.choice(('in', 'according to'))} the {name}?"
    if rng.random() < 0.3:
        question = question.rstrip("?").lower()
    answers: tuple[str, ...] = (row[heads[at]],)
    lot = rng.random()
    if lot < 0.17:  # the thing is not there
        rows.remove(row)
        answers = ()
    elif lot < 0.33:  # the column is not there
        for each in rows:
            del each[heads[at]]
        answers = ()
    if rng.random() < 0.3:  # what it is called comes after its number
        code = rng.choice(("Article", "Code", "ID", "No.", "SKU"))
        mark = "".join(rng.sample("ABCDEFGHKLMNPRSTVWX", 2))
        rows = [{code: f"{mark}-{rng.randint(100, 999)}", **each} for each in rows]
        row = next((each for each in rows if each[kind] == row[kind]), row)
    text = _written(rows, kind, form := rng.random())
    while len(text) > MOST_CHARACTERS and len(rows) > 1:
        rows.remove(rng.choice([each for each in rows if each is not row]))
        text = _written(rows, kind, form)
    # The value may stand in other rows, where it would be right by chance.
    if answers and text.count(answers[0]) > 1:
        return _example(rng)
    return Example(question, text, answers, title)


def _things(rng: random.Random) -> tuple[str, list[str], Callable[[str], str]]:
    """The head of a column of names, three and more of them, and how one is named in a question."""
    if rng.random() < 0.15:
        kind = rng.choice(("Department", "Team", "Unit"))
        noun = kind.lower()
        return kind, rng.sample(_UNITS, rng.randint(3, 7)), lambda thing: f"{thing} {noun}"
    kind = rng.choice(list(_THINGS))
    things: list[str] = []
    nouns = rng.sample(_THINGS[kind].split(), rng.choice((1, 2)))
    while len(things) < rng.randint(3, 8):
        name = "".join(rng.sample(_SYLLABLES, 2)).capitalize()
        thing = (
            f"{name} {rng.choice(nouns)}" if rng.random() < 0.7 else f"{name} {rng.randint(1, 9)}00"
        )
        # Near names, "Marvex 200", "Marvex 210" and "Lid for Marvex 200", are what is confused.
        things.append(thing)
        if rng.random() < 0.4:
            things.append(f"{thing} {rng.choice(('plus', 'XL', 'II', 'mini'))}")
        if rng.random() < 0.3:
            things.append(f"{rng.choice(_PARTS).capitalize()} for {thing}")
    things = list(dict.fromkeys(things))
    rng.shuffle(things)
    return kind, things, lambda thing: thing[0].lower() + thing[1:] if " for " in thing else thing


def _written(rows: Rows, kind: str, form: float) -> str:
    """As the loaders write tables and records: ``name: value | ...``, bare cells, or lines."""
    if form < 0.5:
        return "\n".join(" | ".join(f"{k}: {v}" for k, v in row.items()) for row in rows)
    if form < 0.75:
        head = " | ".join(rows[0])
        return "\n".join([head, *(" | ".join(row.values()) for row in rows)])
    blocks = []
    for row in rows:
        lines = [f"{k}: {v}" for k, v in row.items()]
        blocks.append("\n".join([row[kind], "", *lines] if form < 0.92 else lines))
    return "\n\n".join(blocks)
