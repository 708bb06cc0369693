#!/usr/bin/env python3
# Checks an image that a kernel made from coffee.png against numpy in float64. A sanity check for people: how close,
# not whether every bit is right. Needs numpy and Pillow.
#
# usage: reference.py blur|edges FILE.npy   checks FILE (400 x 600 x 3 or 400 x 600 numbers) within 1e-5
#        reference.py blur|edges            prints the range and mean of what is expected
#        reference.py pixels FILE.npy       writes the photograph as uint8 [400,600,3], row by row
import pathlib
import sys

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent
TOLERANCE = 1e-5


def pixels():
    return np.asarray(Image.open(HERE / "coffee.png").convert("RGB"))


def shifted(image, dy, dx):
    """image[y + dy, x + dx], with the coordinates clamped to the edge."""
    height, width = image.shape[:2]
    y = np.clip(np.arange(height) + dy, 0, height - 1)
    x = np.clip(np.arange(width) + dx, 0, width - 1)
    return image[np.ix_(y, x)]


def blur(image=None):
    weights = list(zip(range(-2, 3), np.array([1, 4, 6, 4, 1]) / 16.0))
    image = pixels() / 255.0 if image is None else image
    across = sum(w * shifted(image, 0, d) for d, w in weights)
    return sum(w * shifted(across, d, 0) for d, w in weights)


def edges():
    red, green, blue = np.moveaxis(pixels() / 255.0, 2, 0)
    image = blur(0.299 * red + 0.587 * green + 0.114 * blue)
    gx = sum(w * (shifted(image, d, 1) - shifted(image, d, -1)) for d, w in ((-1, 1), (0, 2), (1, 1)))
    gy = sum(w * (shifted(image, 1, d) - shifted(image, -1, d)) for d, w in ((-1, 1), (0, 2), (1, 1)))
    return np.minimum(np.sqrt(gx * gx + gy * gy), 1.0)


def main(arguments):
    steps = {"blur": blur, "edges": edges}
    if len(arguments) == 2 and arguments[0] == "pixels":
        np.save(arguments[1], pixels())
        return 0
    if len(arguments) not in (1, 2) or arguments[0] not in steps:
        print("usage: reference.py blur|edges [FILE.npy] | pixels FILE.npy", file=sys.stderr)
        return 2
    expected = steps[arguments[0]]()
    if len(arguments) == 1:
        low, high, mean = expected.min(), expected.max(), expected.mean()
        print(f"{arguments[0]}: {expected.shape}, {low:.6f} to {high:.6f}, mean {mean:.6f}")
        return 0
    got = np.load(arguments[1]).astype(np.float64)
    if got.size != expected.size:
        print(f"{got.size} numbers, {expected.size} wanted")
        return 1
    error = np.abs(got.reshape(expected.shape) - expected)
    worst = np.unravel_index(np.argmax(error), error.shape)
    good = bool((error <= TOLERANCE).all())  # false for NaN too
    print(f"{arguments[0]}: largest difference {error[worst]:.3g} at row {worst[0]}, column {worst[1]}: "
          f"{'within' if good else 'NOT within'} {TOLERANCE:g}")
    return 0 if good else 1


sys.exit(main(sys.argv[1:]))
