"""Opens the kept model files, as users of Python do: every part is there under its name and says what it is."""

import pathlib
import sys
import unittest

try:
    import h5py
    import numpy as np
except ImportError:
    print("h5py is not installed")
    sys.exit(77)


def datasets(group):
    found = []
    group.visititems(lambda name, part: found.append(part) if isinstance(part, h5py.Dataset) else None)
    return found


class KeptFile(unittest.TestCase):
    name = ""  # of a file beside the given one
    num_datasets = 0

    def setUp(self):
        self.file = h5py.File(pathlib.Path(path).with_name(self.name), "r")
        self.addCleanup(self.file.close)

    def check_datasets(self):
        found = datasets(self.file)
        self.assertEqual(len(found), self.num_datasets)
        for dataset in found:
            with self.subTest(dataset.name):
                self.assertEqual(set(dataset.attrs), {"shape_names", "units", "description"})
                self.assertTrue(all(dataset.attrs.values()))
                self.assertEqual(len(dataset.attrs["shape_names"].split(b",")), dataset.ndim)


class ModelFile(KeptFile):
    name = "model_v1.rgm"
    num_datasets = 48

    def test_root_says_what_the_file_is_and_where_it_comes_from(self):
        attributes = self.file.attrs
        self.assertEqual(attributes["format"], b"rgm")
        self.assertEqual(attributes["format_version"], 1)
        self.assertEqual(attributes["reading"], b"likelihood")
        self.assertEqual(attributes["recipe"], b"images")
        self.assertEqual(attributes["settings"], b"# a comment\n[codec]\nbins = 5\n")
        self.assertEqual(attributes["data_set"], b"mnist:train[:20000]")
        self.assertEqual(attributes["seed"], 2**64 - 8)
        self.assertEqual(attributes["train_images"], 20000)
        self.assertEqual(sorted(self.file), ["classes", "codec", "trees"])

    def test_every_dataset_says_what_it_is(self):
        self.check_datasets()

    def test_classes(self):
        self.assertEqual([name.decode() for name in self.file["classes/names"]], ["cat", "Änne's dog"])
        np.testing.assert_array_equal(self.file["classes/counts"], [1.5, 3])

    def test_codec(self):
        codec = self.file["codec"]
        self.assertEqual(codec.attrs["bins"], 5)
        self.assertEqual([codec.attrs[name] for name in ("input_height", "input_width", "channels")], [5, 6, 3])
        modes = [tile["modes"].shape[0] for tile in codec["tiles"].values()]
        self.assertEqual(modes, [2, 1, 0, 1])
        for tile in codec["tiles"].values():
            self.assertEqual(tile["modes"].dtype, np.float32)
            self.assertEqual(tile["ranges"].shape, tile["modes"].shape[:1])

    def test_likelihoods_are_distributions(self):
        for tree in self.file["trees"].values():
            for level in tree["levels"].values():
                num_outcomes = level["modalities/num_outcomes"][:]
                for factor in level["factors"].values():
                    counts = factor["likelihood_counts"][:]
                    self.assertTrue(np.isfinite(counts).all() and (counts >= 0).all())
                    ends = np.cumsum(num_outcomes[factor["modalities"][:]])
                    self.assertEqual(ends[-1], counts.shape[0])
                    for rows, prior in zip(np.split(counts, ends[:-1]), factor["concentrations"]):
                        columns = (rows + prior) / (rows + prior).sum(axis=0)
                        np.testing.assert_allclose(columns.sum(axis=0), 1)

    def test_transitions(self):
        level = self.file["trees/000/levels/000"]
        self.assertEqual(level.attrs["time_scale"], 2)
        factor = level["factors/000"]
        self.assertEqual(factor.attrs["num_paths"], 2)
        transition = factor["transition"]
        np.testing.assert_array_equal(transition["num_successors"], [[2, 0], [0, 0], [0, 1]])
        np.testing.assert_array_equal(transition["next_states"], [2, 1, 0])
        np.testing.assert_array_equal(transition["counts"], [1.5, 2.25, 1])
        self.assertNotIn("transition", self.file["trees/001/levels/000/factors/000"])


class SequenceModel(KeptFile):
    name = "sequence_v2.rgm"
    num_datasets = 49

    def test_root_says_what_the_file_is(self):
        attributes = self.file.attrs
        self.assertEqual(attributes["format_version"], 2)
        self.assertEqual(attributes["kind"], b"sequence")
        self.assertEqual(attributes["frames_per_second"], 12.5)
        self.assertEqual(attributes["structure"], "# settings\nscale = 2\n".encode())
        self.assertEqual(sorted(self.file), ["codec", "tree"])
        self.assertEqual(self.file["codec"].attrs["basis"], b"cosines")
        self.assertEqual(self.file["codec"].attrs["frames_per_voxel"], 2)
        self.assertEqual(self.file["tree"].attrs["restart_concentration"], 0.125)

    def test_every_dataset_says_what_it_is(self):
        self.check_datasets()

    def test_sparse_counts(self):
        level = self.file["tree/levels/000"]
        factor = level["factors/002"]
        self.assertEqual(factor.attrs["stream"], 1)
        sparse = factor["sparse_counts"]
        states = np.repeat(np.arange(len(sparse["num_counts"])), sparse["num_counts"])
        np.testing.assert_array_equal(sparse["rows"], 69999 - states)
        self.assertTrue((sparse["counts"][:] > 0).all())
        self.assertNotIn("sparse_counts", level["factors/000"])

    def test_arcs(self):
        transition = self.file["tree/levels/000/factors/001/transition"]
        np.testing.assert_array_equal(transition["num_arcs"], [2, 0, 1])
        np.testing.assert_array_equal(transition["next_states"], [2, 1, 0])
        np.testing.assert_array_equal(transition["paths"], [1, 0, 1])
        np.testing.assert_array_equal(transition["counts"], [1.5, 0, 1])


class PlayModel(KeptFile):
    name = "play_v3.rgm"
    num_datasets = 65

    def test_root_says_what_the_file_is(self):
        attributes = self.file.attrs
        self.assertEqual(attributes["format_version"], 3)
        self.assertEqual(attributes["kind"], b"game")
        self.assertEqual(attributes["train_images"], 20000)
        self.assertEqual(sorted(self.file), ["controlled", "game", "spaces", "tree"])
        self.assertNotIn("reading", attributes)

    def test_every_dataset_says_what_it_is(self):
        self.check_datasets()

    def test_game_and_what_it_shows(self):
        options = dict(self.file["game"].attrs)
        self.assertEqual(options, {"name": b"breakout", "rows": 1, "columns": 2, "paddle_speed": 3, "random_start": 1,
                                   "spread": 4, "bombs": 5})
        self.assertEqual(list(self.file["spaces/actions"]), [b"left", b"right"])
        streams = list(self.file["spaces/streams"].values())
        self.assertEqual([stream.attrs["name"] for stream in streams], [b"pixels", b"reward", b"cost", b"action"])
        self.assertEqual([len(stream["num_symbols"]) for stream in streams], [2, 1, 1, 1])
        self.assertEqual([name.decode() for name in streams[0]["symbol_names"]], ["ball", "brick", "Ödnis"])

    def test_what_actions_do(self):
        controlled = self.file["controlled"]
        np.testing.assert_array_equal(controlled["num_arcs"], [2, 0, 1])
        np.testing.assert_array_equal(controlled["next_states"], [1, 2, 0])
        np.testing.assert_array_equal(controlled["paths"], [1, 0, 1])
        np.testing.assert_array_equal(controlled["counts"], [2, 1.5, 1])


if __name__ == "__main__":
    path = sys.argv.pop(1)
    unittest.main()
