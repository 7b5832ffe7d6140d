"""How long `make test` took when it last ran in this checkout; to run it here would take that long again."""

from .common import ROOT, Row, at_most, minutes

LIMIT = 25 * 60
WHAT = "make test from a fresh clone, 2 cores"


def measure():
    told = ROOT / ".build/reports/time.txt"
    if not told.exists():
        return [Row(WHAT, f"≤ {minutes(LIMIT)}", "has not run in this checkout", "", "")]
    seconds, begun = told.read_text(encoding="utf-8").splitlines()
    if begun == "from a fresh clone":
        return [at_most(LIMIT, WHAT, int(seconds), minutes)]
    return [Row(WHAT, f"≤ {minutes(LIMIT)}", f"{minutes(int(seconds))} {begun}", "", "")]
