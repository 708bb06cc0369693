#!/usr/bin/env python3
# Makes the digit images and the class that scikit-learn gives each test image, and checks the rule that a kernel
# follows: nearest by (squared distance, then lower training row); most votes, then the smallest label.
#
# usage: reference.py            writes the five .npy files beside this script (needs numpy and scikit-learn)
#        reference.py FILE.npy   compares a kernel's predictions with sklearn_predictions.npy (needs numpy)
import itertools
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
TRAIN = 1000
K = 5


def save(name, array, dtype):
    np.save(HERE / f"{name}.npy", np.ascontiguousarray(array).astype(dtype))


def vote(labels):
    return int(np.bincount(labels, minlength=10).argmax())  # argmax takes the smallest label of equals


def by_rule(distances, labels):
    order = np.argsort(distances, axis=1, kind="stable")[:, :K]  # stable: the lower row first
    return np.array([vote(labels[row]) for row in order])


def possible(distances, labels):
    """Every class that one row can get, over all choices among equally distant neighbours at the K-th place."""
    limit = np.sort(distances)[K - 1]
    sure = np.flatnonzero(distances < limit)
    tied = np.flatnonzero(distances == limit)
    choices = itertools.combinations(tied, K - len(sure))
    return len(tied) > K - len(sure), {vote(labels[np.r_[sure, c].astype(int)]) for c in choices}


def make():
    import sklearn
    from sklearn.datasets import load_digits
    from sklearn.neighbors import KNeighborsClassifier

    images, labels = load_digits(return_X_y=True)
    assert images.shape == (1797, 64) and (images == np.clip(images.round(), 0, 16)).all()
    train, test = images[:TRAIN], images[TRAIN:]
    train_labels, test_labels = labels[:TRAIN], labels[TRAIN:]

    classifier = KNeighborsClassifier(n_neighbors=K, algorithm="brute", weights="uniform")
    predictions = classifier.fit(train, train_labels).predict(test)

    # Pixels are whole numbers, so squared distances are exact (in f32 too: none is above 16,384).
    difference = test[:, None, :].astype(np.int64) - train[None].astype(np.int64)
    distances = (difference**2).sum(axis=2)
    assert (by_rule(distances, train_labels) == predictions).all(), "the rule and scikit-learn differ"
    rows = [possible(row, train_labels) for row in distances]
    assert all(len(classes) == 1 for _, classes in rows), "a tie at the last neighbour decides a class"

    save("train", train, "<f4")
    save("train_labels", train_labels, "<u4")
    save("test", test, "<f4")
    save("test_labels", test_labels, "<u4")
    save("sklearn_predictions", predictions, "<u4")
    print(f"numpy {np.__version__}, scikit-learn {sklearn.__version__}")
    print(f"{len(test)} predictions, {sum(tie for tie, _ in rows)} rows with a tie at the last neighbour")
    print(f"{(predictions != test_labels).sum()} predictions are not the written digit")


def check(path):
    expected = np.load(HERE / "sklearn_predictions.npy")
    got = np.load(path).reshape(-1)
    assert got.shape == expected.shape, f"{got.shape[0]} predictions, {expected.shape[0]} wanted"
    wrong = np.flatnonzero(got != expected)
    print(f"{len(expected) - len(wrong)} of {len(expected)} predictions agree with scikit-learn")
    for row in wrong[:10]:
        print(f"test row {row}: {got[row]}, scikit-learn says {expected[row]}")
    return 1 if len(wrong) else 0


sys.exit(check(sys.argv[1]) if len(sys.argv) > 1 else make())
