"""Small worlds of pictures and tables, for tests."""

import numpy as np


def bars(count, seed, classes=3, dtype=np.uint8):
    """Bright bars in the dark, each class at rows of its own: pictures [n, 12, 16] and labels."""
    rng = np.random.default_rng(seed)
    y = np.arange(count) % classes
    X = np.zeros((count, 12, 16))
    for picture, k in zip(X, y, strict=True):
        begin, end = rng.integers(5), 16 - rng.integers(5)
        picture[k * 4 : k * 4 + 2, begin:end] = rng.integers(160, 250)
    return X.astype(dtype), y


SMALL = {"structure__exemplars": 8, "learning__passes": 2, "learning__affine_copies": 0}


def clouds(count, seed, classes=3, columns=5):
    """Rows of a table: a cloud a class."""
    rng = np.random.default_rng(seed)
    y = np.arange(count) % classes
    centres = np.random.default_rng(99).normal(size=(classes, columns)) * 4
    return centres[y] + rng.normal(size=(count, columns)), y
