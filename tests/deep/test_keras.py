"""Keras 3 trains from a DataGenerator for an epoch; text is no tensor, so the labels are numbers by then."""

import importlib.util
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.deep

PROGRAM = """
import keras
import numpy as np
from mygenerator import DataGenerator

batches = DataGenerator(batch_size=8, image_width=300, seed=1)


def last_digits(pairs):
    for images, labels in pairs:
        yield images[..., None], np.array([int(label[-1]) for label in labels])


model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10)])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(optimizer="adam", loss=loss)
history = model.fit(last_digits(batches()), steps_per_epoch=5, epochs=1, verbose=0)
assert np.isfinite(history.history["loss"]).all()
print(keras.backend.backend(), batches._position)
"""


def test_fit_takes_the_generator_for_an_epoch(tmp_path):
    # Not by importing it: without a backend that is named, that fails.
    for name in ("keras", "torch"):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "KERAS_BACKEND": "torch"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    backend, position = done.stdout.split()
    assert backend == "torch"
    assert int(position) >= 5
