"""`yiju decide`: rankings, weights and robustness of a matrix in a file, without any city."""

import csv
import io
import json
import subprocess

import pytest

import city as cities

# Two criteria of which more is better, one of which less is.
FILE = {
    "matrix": [[4.0, 3.0, 2.0], [3.0, 2.0, 4.0], [5.0, 1.0, 3.0]],
    "types": [1, 1, -1],
    "weights": [0.5, 0.3, 0.2],
    "promethee_p": [1.0, 1.0, 1.0],
    "promethee_q": [0.5, 0.5, 0.5],
    "spotis_bounds": [[0, 5], [0, 5], [0, 5]],
    "vikor_v": 0.5,
}
METHODS = ["additive", "topsis", "vikor", "promethee2", "spotis", "waspas", "marcos"]


@pytest.fixture
def file(tmp_path):
    """Writes the file with changes; None leaves a field out."""

    def write(**changes):
        path = tmp_path / "input.json"
        fields = {key: value for key, value in {**FILE, **changes}.items() if value is not None}
        path.write_text(json.dumps(fields), encoding="utf-8")
        return str(path)

    return write


def decide(*command):
    return subprocess.run([cities.binary(), "decide", *command], capture_output=True, text=True, timeout=300)


def rank(path, method, *options):
    done = decide("rank", "--input", path, "--method", method, *options, "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refused(done, code):
    assert (done.returncode, done.stdout) == (1, "")
    zh, en = done.stderr.splitlines()
    assert zh.startswith(f"错误 {code}: ") and en.startswith(f"error {code}: ")
    return done.stderr


def test_scores_by_hand_in_the_order_of_the_file(file):
    found = rank(file(), "additive")
    assert found["scores"] == pytest.approx([0.75, 0.15, 0.6]) and found["ranks"] == [1, 3, 2]
    found = rank(file(), "spotis")
    assert found["scores"] == pytest.approx([0.3, 0.54, 0.36]) and found["best"] == "lowest"
    found = rank(file(), "promethee2")
    assert found["scores"] == pytest.approx([0.5, -0.7, 0.2]) and found["ranks"] == [1, 3, 2]


def test_preferences_and_normalisations_differ(file):
    by_preference = {p: rank(file(promethee_p=[4] * 3, promethee_q=[1] * 3), "promethee2", "--preference", p)["scores"]
                     for p in ("usual", "ushape", "vshape", "level", "vshape2", "gaussian")}  # fmt: skip
    assert len({tuple(scores) for scores in by_preference.values()}) == 6
    by_scale = [rank(file(), "additive", "--normalisation", n)["scores"]
                for n in ("minmax", "vector", "sum", "max", "linear")]  # fmt: skip
    assert len({tuple(scores) for scores in by_scale}) == 5


@pytest.mark.parametrize("method", METHODS)
def test_the_same_file_gives_the_same_bytes_and_equals_share_places(file, method):
    path = file(matrix=[*FILE["matrix"], FILE["matrix"][0]])
    first, again = (decide("rank", "--input", path, "--method", method, "--format", "json") for _ in range(2))
    assert first.returncode == 0 and first.stdout == again.stdout
    found = json.loads(first.stdout)
    assert found["ranks"][0] == found["ranks"][3] and sum(found["ranks"]) == 10


def test_one_alternative_and_a_constant_column_are_ranked_and_told(file):
    for method in METHODS:
        found = rank(file(matrix=[[4.0, 3.0, 2.0]]), method)
        assert found["ranks"] == [1] and found["constant_columns"] == [0, 1, 2]
        found = rank(file(matrix=[[4.0, 3.0, 2.0], [3.0, 3.0, 4.0]]), method)
        assert found["ranks"] == [1, 2] and found["constant_columns"] == [1]
    told = decide("rank", "--input", file(matrix=[[4.0, 3.0, 2.0], [3.0, 3.0, 4.0]]), "--method", "topsis")
    assert "各方案相同" in told.stderr and "the same for all" in told.stderr


def test_table_and_csv(file):
    table = decide("rank", "--input", file(), "--method", "topsis").stdout.splitlines()
    assert [line.split()[0] for line in table[2:]] == ["1", "3", "2"]
    text = decide("rank", "--input", file(), "--method", "topsis", "--format", "csv").stdout
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    assert [row[0] for row in rows[1:]] == ["1", "2", "3"] and [row[2] for row in rows[1:]] == ["1", "3", "2"]


def test_weights_from_the_data(file):
    done = decide("weights", "--input", file(weights=None), "--method", "equal", "--format", "json")
    assert json.loads(done.stdout)["weights"] == pytest.approx([1 / 3] * 3)
    done = decide("weights", "--input", file(weights=None), "--method", "entropy", "--format", "json")
    weights = json.loads(done.stdout)["weights"]
    # The second criterion is the most uneven: 1, 2, 3.
    assert sum(weights) == pytest.approx(1) and max(weights) == weights[1]
    done = decide("weights", "--input", file(matrix=[[1, 1, 1], [1, 1, 1]]), "--method", "entropy")
    assert "equal" in refused(done, "decide.nothingVaries")


def test_acceptability_over_given_and_over_drawn_weightings(file):
    given = file(weights=None, weight_samples=[[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0]])
    found = json.loads(decide("smaa", "--input", given, "--format", "json").stdout)
    assert (found["samples"], found["seed"]) == (4, None)
    # The first alternative wins by the second and the third criterion and by half and half.
    assert found["rank_acceptability_counts"][0] == [3, 1, 0]
    assert found["central_weights"][2] == [1, 0, 0] and found["central_weights"][1] is None
    drawn = [decide("smaa", "--input", file(), "--samples", "2000", "--seed", seed, "--format", "json").stdout
             for seed in ("7", "7", "8")]  # fmt: skip
    assert drawn[0] == drawn[1] != drawn[2]
    assert [sum(row) for row in json.loads(drawn[0])["rank_acceptability_counts"]] == [2000] * 3


BAD = [
    ({"matrix": [[1, 2, 3], [1, 2]]}, "topsis", "decide.uneven", "第 2 行", "row 2 of matrix has 2 numbers"),
    ({"matrix": [[1, 2, 3], [1, float("nan"), 3]]}, "topsis", "decide.notANumber", "第 2 行第 2 列", "row 2, column 2"),
    ({"matrix": [[1, 2, float("-inf")]]}, "topsis", "decide.notANumber", "第 1 行第 3 列", "is Infinity"),
    ({"weights": [0.5, float("nan"), 0.5]}, "topsis", "decide.notANumber", "weights 第 2 项", "entry 2 of weights"),
    ({"matrix": [[1, 2, 3], [1, None, 3]]}, "topsis", "decide.number", "第 2 行第 2 列", "row 2, column 2"),
    ({"matrix": [[1, 2, 3], 4]}, "topsis", "decide.row", "第 2 行", "row 2 of matrix"),
    ({"matrix": []}, "topsis", "decide.shape", "0 行", "0 rows"),
    ({"matrix": None}, "topsis", "decide.missing", "缺少 matrix", "matrix is missing"),
    ({"types": [1, 1, 0]}, "topsis", "decide.type", "第 3 项", "entry 3 of types"),
    ({"weights": [1, 1]}, "topsis", "decide.count", "2 项", "weights has 2 entries"),
    ({"weights": [0, 0, 0]}, "topsis", "decide.noWeight", "权重之和为零", "sum to nothing"),
    ({"weights": [1, -1, 1]}, "topsis", "decide.weight", "第 2 项为负", "entry 2 of weights is negative"),
    ({"matrix": [[1, 2, 3], [1, 0, 3]]}, "waspas", "decide.notPositive", "第 2 行第 2 列", "row 2, column 2"),
    ({"promethee_p": None}, "promethee2", "decide.missing", "缺少 promethee_p", "promethee_p is missing"),
    ({"promethee_q": [2, 0, 0]}, "promethee2", "decide.thresholds", "第 1 列", "column 1"),
    ({"spotis_bounds": [[0, 5], [0, 5], [0, 1]]}, "spotis", "decide.outOfBounds", "第 1 行第 3 列", "row 1, column 3"),
    ({"spotis_bounds": [[0, 5], [5, 0], [0, 5]]}, "spotis", "decide.bounds", "第 2 项", "entry 2 of spotis_bounds"),
    ({"vikor_v": 1.5}, "vikor", "decide.v", "vikor_v 是 1.5", "vikor_v is 1.5"),
]


@pytest.mark.parametrize("changes, method, code, zh, en", BAD, ids=[f"{bad[2]}-{at}" for at, bad in enumerate(BAD)])
def test_what_is_wrong_is_named_in_both_languages_with_its_place(file, changes, method, code, zh, en):
    path = file(**changes)
    options = ["--preference", "vshape2"] if method == "promethee2" else []
    told = refused(decide("rank", "--input", path, "--method", method, *options), code)
    assert zh in told and en in told and told.count(path) == 2


def test_files_that_are_missing_or_no_json_are_refused(tmp_path):
    absent = str(tmp_path / "absent.json")
    assert absent in refused(decide("rank", "--input", absent, "--method", "topsis"), "file.missing")
    for text, code in (("{", "json.malformed"), ("[1]", "decide.noObject"), ('{"matrix": [[1e999]]}', "json.malformed")):
        path = tmp_path / "bad.json"
        path.write_text(text, encoding="utf-8")
        assert str(path) in refused(decide("rank", "--input", str(path), "--method", "topsis"), code)


def test_a_file_above_the_limit_is_refused_unread(tmp_path):
    path = tmp_path / "huge.json"
    with open(path, "wb") as huge:
        huge.truncate(512 * 1024 * 1024 + 1)
    assert "512 MB" in refused(decide("rank", "--input", str(path), "--method", "topsis"), "decide.file.tooLarge")


@pytest.mark.parametrize(
    "command",
    [
        ("rank", "--method", "electre"),
        ("rank", "--method", "topsis", "--normalisation", "logarithmic"),
        ("rank", "--method", "vikor", "--normalisation", "minmax"),
        ("rank", "--method", "topsis", "--preference", "usual"),
        ("rank", "--method", "topsis", "--format", "xlsx"),
        ("weights", "--method", "guess"),
        ("rank",),
    ],
)
def test_wrong_usage_ends_with_2(file, command):
    done = decide(command[0], "--input", file(), *command[1:])
    assert (done.returncode, done.stdout) == (2, "")
    if command[1:2] == ("--method",) and command[2] in ("electre", "guess"):
        assert "没有" in done.stderr and "choose one of" in done.stderr


def test_as_many_samples_as_nobody_has_room_for_are_refused(file):
    refused(decide("smaa", "--input", file(), "--samples", "0"), "decide.samples")
    refused(decide("smaa", "--input", file(), "--samples", "2000000"), "decide.samples")
    refused(decide("smaa", "--input", file(weight_samples=[[1, 1, 1]])), "decide.weightSample")
    refused(decide("smaa", "--input", file(weight_samples=[[1, 0]])), "decide.count")
