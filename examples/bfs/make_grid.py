"""Writes first.npy and to.npy, the graph of a grid of side × side crossings: python3 make_grid.py SIDE"""

import sys

import numpy as np

side = int(sys.argv[1])
first, to = [0], []
for r in range(side):
    for c in range(side):
        near = [(r - 1, c), (r, c - 1), (r, c + 1), (r + 1, c)]
        to += [y * side + x for y, x in near if 0 <= y < side and 0 <= x < side]
        first.append(len(to))
np.save("first.npy", np.array(first, "u4"))
np.save("to.npy", np.array(to, "u4"))
