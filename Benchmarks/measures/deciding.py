"""The decision mathematics against pymcdm, as it is called, and against the same formulas in plain numpy."""

import json
import subprocess
from pathlib import Path

from .common import PLACE, SMALL, against_peer, at_most, folder, note, peers_python, tool

HERE = Path(__file__).resolve().parent
NATION = 5_000 if SMALL else 220_000
CITY = 200 if SMALL else 1_450
COLUMNS = 21


def measure():
    ours, python = tool("Deciding"), peers_python()

    def peer(*arguments):
        command = [python, HERE / "deciding_peer.py", *map(str, arguments)]
        return subprocess.run(command, check=True, capture_output=True).stdout

    def own_of(act, place, count):
        command = [ours, act, place, str(count), str(COLUMNS)]
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)

    rows = []
    found = {}
    for count in (NATION, CITY):
        place = folder(f"deciding-{count}")
        peer("make", place, count)
        found[count] = (own_of("rank", place, count), json.loads(peer("rank", place, count)))
    own, theirs = found[NATION]
    for name in ("topsis", "vikor", "waspas"):
        seconds = own[name]["seconds"]
        what = f"{name.upper()}, {NATION:,} × {COLUMNS}, CPU"
        for other, target in (("pymcdm", 20), ("numpy", 3)):
            peers = theirs[f"{other} {name}"]
            rows.append(
                against_peer(what, f"≥ {target}", _ms(seconds), f"{other} {_ms(peers)}", peers / seconds)
            )  # fmt: skip
    promethee = max((key for key in own if key.startswith("promethee2")), key=lambda key: own[key]["seconds"])
    rows.append(
        at_most(1, f"PROMETHEE II, {NATION:,} × {COLUMNS}, the slowest preference, CPU", own[promethee]["seconds"],
                "{:.2f} s".format)
    )  # fmt: skip
    own, theirs = found[CITY]
    seconds, peers = own["promethee2 vshape2"]["seconds"], theirs["pymcdm promethee2"]
    what = f"PROMETHEE II, {CITY:,} × {COLUMNS}, CPU"
    rows.append(against_peer(what, "≥ 100", _ms(seconds), f"pymcdm {_ms(peers)}", peers / seconds))
    place = PLACE / f"deciding-{CITY}"
    mine, numpys = own_of("smaa", place, CITY), json.loads(peer("smaa", place, CITY))
    if mine["firsts"] != numpys["firsts"]:
        note(f"SMAA differs: {mine['firsts']} and {numpys['firsts']}")
    rows.append(
        against_peer(
            f"SMAA, 10,000 weightings × {CITY:,}, full acceptability, wall", "≥ 3", f"{mine['seconds']:.2f} s",
            f"numpy {numpys['seconds']:.2f} s", numpys["seconds"] / mine["seconds"],
        )
    )  # fmt: skip
    return rows


def _ms(seconds):
    return f"{1000 * seconds:.1f} ms"
