"""A second opinion on Merkle proofs: pymerkle judges ours and makes its own.

    pymerkle_check.py FILE

FILE is JSON: `leaves` (contents, hexadecimal), `inclusions` ({index, size, leaf, root, path}) and `consistencies`
({from, size, old, new, path}) with paths as in RFC 6962, lowest node first, leaves counted from 0. The answer on
stdout is JSON of the same order: `roots` (of the first 1, 2, … leaves), `inclusions` and `consistencies`
({accepted, path}): whether pymerkle accepts the proof, and pymerkle's own path for the same question.
"""

import json
import sys

from pymerkle import ConsistencyProof, InclusionProof, InmemoryTree, InvalidProof

ALGORITHM = 'sha256'


def unhex(digests):
    return [bytes.fromhex(digest) for digest in digests]


def hexed(digests):
    return [digest.hex() for digest in digests]


def accepts(verify):
    try:
        verify()
    except InvalidProof:
        return False
    return True


def inclusion(tree, case):
    theirs = tree.prove_inclusion(case['index'] + 1, case['size'])
    leaf, path = bytes.fromhex(case['leaf']), unhex(case['path'])
    # pymerkle's path begins with the leaf's own hash; RFC 6962 leaves it out.
    ours = InclusionProof(ALGORITHM, True, case['size'], case['index'] + 1, theirs.rule, [leaf] + path)
    accepted = accepts(lambda: ours.verify(
        leaf, bytes.fromhex(case['root']), index=case['index'] + 1, size=case['size'], algorithm=ALGORITHM))
    return {'accepted': accepted, 'path': hexed(theirs.path[1:])}


def consistency(tree, case):
    """pymerkle shows the way to the first new leaf, whose left siblings (marked in `subset`) make up the old tree.
    RFC 6962 shortens it: what lies right of the lowest of those siblings, P, is one node, R; and P is left out when it
    is the whole old tree. So an RFC path is [P,] R, rest."""
    theirs = tree.prove_consistency(case['from'], case['size'])
    path = unhex(case['path'])
    if case['from'] == case['size']:
        old = tree.get_root(case['from'])
        accepted = path == [] and accepts(lambda: theirs.verify(
            bytes.fromhex(case['old']), bytes.fromhex(case['new']), case['from'], case['size'], ALGORITHM))
        return {'accepted': accepted and theirs.path == [old], 'path': []}
    lowest = theirs.subset.index(1)
    right = theirs.path[0]
    for sibling in theirs.path[1:lowest]:
        right = tree.hash_pair(right, sibling)
    is_whole = sum(theirs.subset) == 1
    shortened = ([] if is_whole else [theirs.path[lowest]]) + [right] + theirs.path[lowest + 1:]
    return {'accepted': accepts_consistency(theirs, case, path, lowest, right, is_whole), 'path': hexed(shortened)}


def accepts_consistency(theirs, case, path, lowest, right, is_whole):
    """Lengthens our path to pymerkle's form: below R by pymerkle's nodes, once our R is known to be theirs."""
    old = bytes.fromhex(case['old'])
    nodes = [old] + path if is_whole else path
    if len(nodes) != len(theirs.path) - lowest + 1 or nodes[1] != right:
        return False
    lengthened = theirs.path[:lowest] + [nodes[0]] + nodes[2:]
    ours = ConsistencyProof(
        ALGORITHM, True, case['size'], case['from'], theirs.rule, theirs.subset, lengthened)
    return accepts(lambda: ours.verify(old, bytes.fromhex(case['new']), case['from'], case['size'], ALGORITHM))


def main():
    with open(sys.argv[1], encoding='utf-8') as file:
        question = json.load(file)
    tree = InmemoryTree(ALGORITHM)
    tree.append_entries(unhex(question['leaves']))
    json.dump({
        'roots': [tree.get_root(size).hex() for size in range(1, len(question['leaves']) + 1)],
        'inclusions': [inclusion(tree, case) for case in question['inclusions']],
        'consistencies': [consistency(tree, case) for case in question['consistencies']],
    }, sys.stdout)


if __name__ == '__main__':
    main()
