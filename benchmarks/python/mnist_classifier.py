"""`ImageClassifier().fit` on MNIST beside the program, the same recipe and images: seconds, CPU seconds, accuracy.

    rgm fetch mnist
    PYTHONPATH=build/release/python python benchmarks/python/mnist_classifier.py --repeats 3

Each repeat trains first with the program (`rgm train images mnist:train --test mnist:test`), then with the package, in a
process of its own. Seconds are of training alone, as the program tells them; CPU seconds are of all that the process does.
"""

import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np
import rgm


def idx(path):
    """The numbers of an IDX file."""
    data = path.read_bytes()
    shape = np.frombuffer(data, ">u4", count=data[3], offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)


def read(folder, images):
    parts = {}
    for name in ("train", "t10k"):
        parts[name] = [
            idx(next(folder.glob(f"{name}-{kind}*")))[: images if name == "train" else None]
            for kind in ("images", "labels")
        ]
    return parts


def by_package(folder, images):
    (train, labels), (test, truth) = read(folder, images).values()
    start = time.perf_counter()
    model = rgm.ImageClassifier().fit(train, labels)
    seconds = time.perf_counter() - start
    return {"train_seconds": seconds, "accuracy": model.score(test, truth)}


def by_program(images):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "figures.json")
        data = "mnist:train" if images is None else f"mnist:train[:{images}]"
        command = ["train", "images", data, "--test", "mnist:test", "--recipe", "generative"]
        command += ["-o", os.path.join(folder, "model.rgm"), "--json", path]
        subprocess.run([sys.executable, "-m", "rgm", *command], check=True, stdout=subprocess.DEVNULL)
        return json.loads(pathlib.Path(path).read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--images", type=int, help="of the training images, the first; default: all")
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("~/.cache/rgm/mnist").expanduser())
    parser.add_argument("--one", choices=("package",), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(by_package(options.folder, options.images)))
        return
    print("| repeat | | seconds of training | CPU seconds, all | accuracy |\n|---|---|---|---|---|")
    for repeat in range(options.repeats):
        for name in ("program", "package"):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            if name == "program":
                figures = by_program(options.images)
            else:
                done = subprocess.run(
                    [sys.executable, *sys.argv, "--one", "package"], check=True, stdout=subprocess.PIPE
                )
                figures = json.loads(done.stdout)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            print(
                f"| {repeat} | {name} | {figures['train_seconds']:.1f} | {cpu:.1f} | {figures['accuracy']:.4f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
