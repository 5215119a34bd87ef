"""Films for the tests of sequences."""

import numpy as np

import rgm

SETTINGS = {"codec.tile_spacing": 8, "codec.max_modes": 4}


def film(frames=24, size=16, colour=False, period=8, background=20):
    """A bright square that goes round."""
    values = np.full((frames, size, size), background, np.uint8)
    for t in range(frames):
        x = (t % period) * (size - 4) // period
        values[t, 5:9, x : x + 4] = 220
    return np.repeat(values[..., None], 3, axis=3) if colour else values


def video(**more):
    return rgm.SequenceModel("video", settings=SETTINGS, n_jobs=1, **more)
