"""Writes body.npy and velocity.npy, n bodies at rest in a cube: python3 make_bodies.py N"""

import sys

import numpy as np

n = int(sys.argv[1])
np.save("body.npy", np.random.default_rng(1).random((n, 4), "f4"))
np.save("velocity.npy", np.zeros((n, 3), "f4"))
