"""Ask written questions through the whole chain, and keep how sure it was and whether it was right.

    python -m training.risk WRITTEN --writers NAME ... --gold GOLD

WRITTEN is written.tar.xz unpacked; the writers are some whose questions neither the weights nor the scales
have learnt from. GOLD has ask_gold.py beside it, which grades. Everything is answered. Writes
rag/evaluation/risk.json, by which `rag calibrate` chooses a threshold where no gold set is given.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from rag import QA, Conversation, Index
from rag.codec import to_json
from rag.evaluation.calibration import SHIPPED, Risk
from training.across.folders import grader


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("written", type=Path)
    parser.add_argument("--writers", nargs="+", required=True)
    parser.add_argument("--gold", type=Path, required=True)
    given = parser.parse_args()
    grade, confidence, right = grader(given.gold)["grade"], [], []
    for writer in given.writers:
        folder, chains = given.written / writer, {}
        for line in (folder / "gold.jsonl").read_text("utf-8").splitlines():
            gold = json.loads(line)
            name = gold["folder"]
            if name not in chains:
                scratch = Path(tempfile.mkdtemp(), name)
                chains[name] = QA(Index.build(folder / name, scratch), threshold=0.0)
            for asked in (gold["question"], *gold["also"]):
                talk = Conversation(chains[name])
                for earlier in gold.get("history") or ():
                    talk.ask(earlier)
                answer = talk.ask(asked)
                confidence.append(round(answer.confidence, 3))
                able = gold["kind"] != "unanswerable"
                right.append(able and not answer.abstained and grade(gold, answer) == "right")
        print(f"{writer}: {len(right)} questions, {sum(right)} right", flush=True)
    SHIPPED.write_text(to_json(Risk(tuple(confidence), tuple(right))) + "\n", "utf-8")


if __name__ == "__main__":
    main()
