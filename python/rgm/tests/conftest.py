"""Models that several tests read."""

import numpy as np
import pytest

import rgm
from rgm.tests.image_data import SMALL, bars, clouds
from rgm.tests.sequence_data import film, video


@pytest.fixture(scope="module")
def model():
    X, y = bars(150, 1)
    return rgm.ImageClassifier(**SMALL).fit(X, y)


@pytest.fixture(scope="module")
def table():
    return rgm.ImageClassifier().fit(*clouds(240, 1))


@pytest.fixture(scope="module")
def film_model():
    return video().fit(film())


@pytest.fixture(scope="module")
def symbol_model():
    return rgm.SequenceModel("symbols").fit(np.tile([0, 1, 2, 3], 12))
