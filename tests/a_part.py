"""Files of which the staff may read some, and the rules that say so; the fixtures ``whole`` and ``twin`` are made of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rag.rights import Rights, Rule

RIGHTS = Rights(
    (
        Rule(frozenset(["everyone"]), folder="public"),
        Rule(frozenset(["board"]), folder="secret"),
        Rule(frozenset(["staff", "board"]), folder="wiki", field="audience"),
    )
)
STAFF = RIGHTS.for_groups(["staff"])

PROGRAM = (
    "def total(prices):\n    return sum(prices)\n\n\ndef longest(names):\n    return max(names)\n"
)
TERMS = "# Terms\n\nGoods travel at the buyer's risk. Payment is due in 30 days.\n"
PUBLIC = {
    "public/handbook.md": "# Handbook\n\n## Leave\n\nEmployees have 25 days of annual leave a year. Paid time off (PTO) "
    "is asked for in the portal.\n\n## Desks\n\nEach desk has a lamp and a drawer.\n",
    "public/vpn.md": "# Remote work\n\n## Connecting\n\nTo connect to the VPN, open the client, choose the gateway and sign "
    "in with your badge number.\n",
    "public/prices.csv": "item,price\nkettle,40\ntoaster,55\nlamp,12\n",
    "public/tools/sums.py": PROGRAM,
    "public/terms.md": TERMS,
    "public/broken.docx": "no archive",
    "wiki/plan.md": "---\naudience: staff, board\n---\n# Plan\n\nThe canteen opens again in May.\n",
}
HIDDEN = {
    "secret/merger.md": "---\nproject: zephyr\ndate: 2031-02-03\nauthor: Odalys Quenby\n---\n# Zephyr merger\n\nKlarmont takes "
    "over Vexholm for 900 million. Klarmont pays in shares. Paid unicorn leave (PUL) ends on the day of the Zephyr merger. "
    "The quixelbury clause applies.\n",
    "secret/zephyr_merger.py": PROGRAM,
    "secret/Zephyr-terms-2031.md": TERMS,
    "secret/prices.csv": "item,price\nkettle,99\nsamovar,130\n",
    "secret/vpn.md": "# Remote work\n\n"
    + "\n".join(
        f"## Connecting {n}\n\nTo connect to the VPN from site {n}, open the client, choose the gateway and sign in.\n"
        for n in range(110)
    ),
    "secret/broken.pdf": "no PDF",
    "wiki/raise.md": "---\naudience: board\n---\n# Raise\n\nSalaries rise by 4% in the vexholm year.\n",
    "unnamed/draft.md": "# Draft\n\nA draft of the klarmont letter, which no rule reaches.\n",
}  # fmt: skip
ONLY_HIDDEN = ("zephyr", "klarmont", "vexholm", "quixelbury", "unicorn", "2031", "samovar", "odalys",
               "900 million", "raise", "draft", "secret")  # fmt: skip


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder
