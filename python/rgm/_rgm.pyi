from collections.abc import Sequence
import os
from typing import Annotated, overload

import numpy
from numpy.typing import NDArray


def run_program(arguments: Sequence[str]) -> int:
    """
    The command-line program; it takes the process over (signals, standard output), so it is for `python -m rgm` alone.
    """

class ImageModel:
    @property
    def kind(self) -> str: ...

    @property
    def program_version(self) -> str: ...

    @property
    def recipe(self) -> str: ...

    @property
    def settings(self) -> str: ...

    @property
    def data_set(self) -> str: ...

    @property
    def seed(self) -> int: ...

    @property
    def units_seen(self) -> int: ...

    @property
    def learnt_from(self) -> int: ...

    @property
    def finished(self) -> bool: ...

    @property
    def annotation(self) -> str: ...

    @annotation.setter
    def annotation(self, arg: str, /) -> None: ...

    def to_bytes(self) -> bytes:
        """The bytes of the model's file."""

    def copy(self) -> ImageModel: ...

    @property
    def num_classes(self) -> int: ...

    @property
    def num_trees(self) -> int: ...

    def __getstate__(self) -> bytes: ...

    def __setstate__(self, arg: bytes, /) -> None: ...

    @property
    def class_names(self) -> list[str]: ...

    @property
    def input_shape(self) -> tuple[int, int, int]: ...

    @property
    def num_modalities(self) -> int: ...

    @property
    def num_top_states(self) -> int: ...

    @property
    def summary(self) -> tuple[list[tuple[int, int]], int]: ...

    def learn_on(self, pictures: Pictures, labels: Annotated[NDArray[numpy.int32], dict(shape=(None,), order='C', device='cpu', writable=False)] | None, class_names: Sequence[str], seed: int, threads: int, progress: object | None) -> ImageModel: ...

    def log_joint(self, pictures: Pictures, threads: int, progress: object | None) -> NDArray[numpy.float64]: ...

    def top_posteriors(self, pictures: Pictures, threads: int, progress: object | None) -> NDArray[numpy.float64]: ...

    def expected_pictures(self, weights: Annotated[NDArray[numpy.float64], dict(shape=(None, None), order='C', device='cpu', writable=False)], columns: int, threads: int) -> NDArray[numpy.float32]: ...

    def generate(self, of_class: int, count: int, seed: int, sample_outcomes: bool, columns: int, progress: object | None) -> NDArray[numpy.float32]: ...

    def complete(self, pictures: Pictures, missing: Annotated[NDArray[numpy.uint8], dict(shape=(None,), order='C', device='cpu', writable=False)], mask_share: float, rounds: int, threads: int, progress: object | None) -> tuple: ...

@overload
def save(model: ImageModel, path: str | os.PathLike) -> None: ...

@overload
def save(model: SequenceModel, path: str | os.PathLike) -> None: ...

@overload
def save(model: PlayModel, path: str | os.PathLike) -> None:
    """Writes a model file: the whole of it or nothing."""

class SequenceModel:
    @property
    def kind(self) -> str: ...

    @property
    def program_version(self) -> str: ...

    @property
    def recipe(self) -> str: ...

    @property
    def settings(self) -> str: ...

    @property
    def data_set(self) -> str: ...

    @property
    def seed(self) -> int: ...

    @property
    def units_seen(self) -> int: ...

    @property
    def learnt_from(self) -> int: ...

    @property
    def finished(self) -> bool: ...

    @property
    def annotation(self) -> str: ...

    @annotation.setter
    def annotation(self, arg: str, /) -> None: ...

    def to_bytes(self) -> bytes:
        """The bytes of the model's file."""

    def copy(self) -> SequenceModel: ...

class PlayModel:
    @property
    def kind(self) -> str: ...

    @property
    def program_version(self) -> str: ...

    @property
    def recipe(self) -> str: ...

    @property
    def settings(self) -> str: ...

    @property
    def data_set(self) -> str: ...

    @property
    def seed(self) -> int: ...

    @property
    def units_seen(self) -> int: ...

    @property
    def learnt_from(self) -> int: ...

    @property
    def finished(self) -> bool: ...

    @property
    def annotation(self) -> str: ...

    @annotation.setter
    def annotation(self, arg: str, /) -> None: ...

    def to_bytes(self) -> bytes:
        """The bytes of the model's file."""

    def copy(self) -> PlayModel: ...

def load(path: str | os.PathLike) -> object:
    """The model in a file, of whatever kind."""

def from_bytes(bytes: bytes, name: str = 'model') -> object:
    """The model in the bytes of a model file."""

@overload
def merge(into: ImageModel, other: ImageModel) -> ImageModel: ...

@overload
def merge(into: SequenceModel, other: SequenceModel) -> SequenceModel:
    """Models that were learnt apart, as one."""

MODEL_FILE_VERSION: int = 7

class Pictures:
    @staticmethod
    def of_shape(array: Annotated[NDArray, dict(order='C', device='cpu', writable=False)], shape: tuple[int, int, int], low: float, high: float) -> Pictures: ...

    @staticmethod
    def of_table(array: Annotated[NDArray, dict(order='C', device='cpu', writable=False)], low: Sequence[float], high: Sequence[float]) -> Pictures: ...

def image_settings() -> list[tuple[str, str]]: ...

def train_images(pictures: Pictures, labels: Annotated[NDArray[numpy.int32], dict(shape=(None,), order='C', device='cpu', writable=False)] | None, class_names: Sequence[str], recipe: str, overrides: Sequence[str], seed: int, threads: int, like: ImageModel | None, progress: object | None) -> ImageModel: ...

class Film:
    @property
    def name(self) -> str: ...

    @property
    def height(self) -> int: ...

    @property
    def width(self) -> int: ...

    @property
    def channels(self) -> int: ...

    @property
    def frames_per_second(self) -> float: ...

    def read(self) -> NDArray[numpy.uint8]:
        """All frames, [frame, row, column, channel]."""

def film_of_array(frames: Annotated[NDArray[numpy.uint8], dict(shape=(None, None, None, None), order='C', device='cpu', writable=False)], frames_per_second: float, name: str) -> Film: ...

def hidden_film(film: Film, masks: Annotated[NDArray[numpy.uint8], dict(shape=(None, None, None), order='C', device='cpu', writable=False)]) -> Film: ...

def film_of_frames(open: object, height: int, width: int, channels: int, frames_per_second: float, name: str) -> Film: ...

def film_of_path(path: str, height: int = 0, width: int = 0) -> Film:
    """
    The film of a video file or a folder of pictures; sides of 0: as it is.
    """

def is_symbol_file(arg: str | os.PathLike, /) -> bool: ...

def read_symbols(path: str | os.PathLike) -> tuple:
    """Column names, and the symbols, [row, column], of an NPY or CSV file."""

class EncodedSequence:
    @property
    def steps(self) -> int: ...

    @property
    def units(self) -> int: ...

def encode_film(model: SequenceModel, film: Film, threads: int, progress: object | None) -> EncodedSequence: ...

def hide(model: SequenceModel, sequence: EncodedSequence, masks: Annotated[NDArray[numpy.uint8], dict(shape=(None, None, None), order='C', device='cpu', writable=False)], share: float) -> None:
    """
    Hides pixels, 1 in `masks` [frame, row, column]: each modality of which more than `share` lies under them in a frame of its step.
    """

def sequence_info(model: SequenceModel) -> dict: ...

def prepared_frame_size(recipe: str, settings: Sequence[str], height: int, width: int) -> tuple:
    """Rows and columns to which a recipe brings films of a size."""

def train_films(films: Sequence[Film], recipe: str, settings: Sequence[str], known: SequenceModel | None, apart: bool, seed: int, threads: int, data_set: str, progress: object | None) -> SequenceModel:
    """
    A model of films; with `known` it goes on with that, or, `apart`, learns with its codec.
    """

def train_symbols(tables: Sequence[Annotated[NDArray[numpy.int64], dict(shape=(None, None), order='C', device='cpu', writable=False)]], columns: Sequence[str], recipe: str, settings: Sequence[str], known: SequenceModel | None, apart: bool, seed: int, threads: int, data_set: str, progress: object | None) -> SequenceModel:
    """As `train_films`, of tables of symbols."""

def sequence_evidence(model: SequenceModel, sequence: EncodedSequence, progress: object | None) -> float:
    """ln P(what was observed), nats."""

def sequence_beliefs(model: SequenceModel, sequence: EncodedSequence, smoothed: bool, levels: Sequence[int], progress: object | None) -> list:
    """Posteriors of states, [level][factor]: [step, state]."""

def sequence_states(model: SequenceModel, sequence: EncodedSequence) -> tuple:
    """
    The most probable states and paths, [level]: [step, factor], and ln P(these, outcomes).
    """

def predict_film(model: SequenceModel, past: EncodedSequence, film: Film | None, frames: int, threads: int, progress: object | None) -> tuple:
    """
    What follows, as pictures, and their variances; with `film` what outcomes do not say is carried on.
    """

def complete_film(model: SequenceModel, sequence: EncodedSequence, film: Film, fill: str, reconstruct: bool, progress: object | None) -> dict: ...

def sample_film(model: SequenceModel, frames: int, seed: int, root_state: int, background: bool, progress: object | None) -> NDArray[numpy.uint8]: ...

def film_surprise(model: SequenceModel, sequence: EncodedSequence, score: str, learn_on: bool, progress: object | None) -> tuple:
    """Surprise of steps, and [step, tile]."""

def film_appearance_surprise(model: SequenceModel, sequence: EncodedSequence, film: Film, threads: int, progress: object | None) -> tuple: ...

def surprise_map(model: SequenceModel, places: Annotated[NDArray[numpy.float64], dict(shape=(None, None), order='C', device='cpu', writable=False)]) -> NDArray[numpy.float32]: ...

def encode_film_bits(model: SequenceModel, sequence: EncodedSequence, kinds: bool, progress: object | None) -> bytes: ...

def decode_film_bits(model: SequenceModel, bits: bytes, most: int, progress: object | None) -> tuple:
    """
    Frames up to the end or the damage, whether it is whole, and what is wrong otherwise.
    """

def encode_table(model: SequenceModel, table: Annotated[NDArray[numpy.int64], dict(shape=(None, None), order='C', device='cpu', writable=False)]) -> EncodedSequence: ...

def predict_symbols(model: SequenceModel, past: EncodedSequence, rows: int, progress: object | None) -> list:
    """P(symbol) of the rows that follow, [column]: [row, symbol]."""

def complete_symbols(model: SequenceModel, sequence: EncodedSequence, progress: object | None) -> tuple:
    """
    P(symbol | all that was observed), [column]: [row, symbol], and the log evidence.
    """

def symbol_surprise(model: SequenceModel, sequence: EncodedSequence, cut: bool, learn_on: bool, progress: object | None) -> tuple:
    """Surprise of rows, and [row, column]."""

def sample_symbols(model: SequenceModel, rows: int, seed: int, root_state: int, background: bool) -> object: ...

def encode_symbol_bits(model: SequenceModel, table: Annotated[NDArray[numpy.int64], dict(shape=(None, None), order='C', device='cpu', writable=False)], kinds: bool, progress: object | None) -> bytes: ...

def decode_symbol_bits(model: SequenceModel, bits: bytes, most: int, progress: object | None) -> tuple: ...

class GridGame:
    def __init__(self, name: str, rows: int = 0, columns: int = 0, sticky: float = 0.0) -> None: ...

    def reset(self, arg: int, /) -> NDArray[numpy.uint8]: ...

    def step(self, arg: int, /) -> tuple: ...

    def render(self) -> NDArray[numpy.uint8]: ...

    @property
    def rows(self) -> int: ...

    @property
    def columns(self) -> int: ...

    @property
    def actions(self) -> list[str]: ...

    @property
    def symbols(self) -> list[str]: ...

class Agent:
    def __init__(self, streams: Sequence[tuple[str, Sequence[int], int, int]], actions: Sequence[str], recipe: str, overrides: Sequence[str], game: str, seed: int) -> None: ...

    @staticmethod
    def from_model(model: PlayModel, seed: int, learning: bool, reward_values: Sequence[float]) -> Agent: ...

    def begin(self, arg: object, /) -> None: ...

    def act(self) -> int: ...

    def observe(self, arg0: int, arg1: object, arg2: int, arg3: int, arg4: int, /) -> None: ...

    def advance(self, arg0: int, arg1: object, arg2: int, arg3: int, /) -> int: ...

    def learn(self) -> None: ...

    def set_reward_values(self, arg: Sequence[float], /) -> None: ...

    def why(self) -> dict: ...

    def predict(self, arg: int, /) -> list[list[float]]: ...

    def model(self) -> PlayModel: ...

    @property
    def settings(self) -> str: ...

    @property
    def recipe(self) -> str: ...

    @property
    def frames_seen(self) -> int: ...

    @property
    def num_states(self) -> int: ...

    @property
    def window(self) -> int: ...

    def play_natively(self, game: GridGame, frames: int, seed: int) -> None: ...

def game_recipes() -> list[str]:
    """Names of the recipes for games."""

def game_settings(recipe: str, overrides: Sequence[str]) -> str:
    """All settings of a recipe of games, with changes, as a recipe file."""

def play_spaces(model: PlayModel) -> tuple:
    """What a model of a game has seen: streams and actions."""

class Hierarchy:
    def __init__(self) -> None: ...

    def add_level(self, arg: int, /) -> None: ...

    def add_modality(self, arg0: int, arg1: int, arg2: int, /) -> int: ...

    def add_factor(self, arg0: Sequence[int], arg1: Sequence[float], arg2: int, arg3: int, arg4: bool, arg5: tuple[float, float], arg6: int, /) -> None: ...

    def set_dense(self, arg0: int, arg1: Annotated[NDArray[numpy.float64], dict(shape=(None, None), order='C', device='cpu', writable=False)], /) -> None: ...

    def add_sparse(self, arg0: int, arg1: Annotated[NDArray[numpy.int64], dict(shape=(None,), order='C', device='cpu', writable=False)], arg2: Annotated[NDArray[numpy.int64], dict(shape=(None,), order='C', device='cpu', writable=False)], arg3: Annotated[NDArray[numpy.float64], dict(shape=(None,), order='C', device='cpu', writable=False)], /) -> None: ...

    def set_arcs(self, arg0: Annotated[NDArray[numpy.int64], dict(shape=(None,), order='C', device='cpu', writable=False)], arg1: Annotated[NDArray[numpy.int64], dict(shape=(None,), order='C', device='cpu', writable=False)], arg2: Annotated[NDArray[numpy.int64], dict(shape=(None,), order='C', device='cpu', writable=False)], arg3: Annotated[NDArray[numpy.float64], dict(shape=(None,), order='C', device='cpu', writable=False)], /) -> None: ...

    def set_root(self, arg0: Annotated[NDArray[numpy.float64], dict(shape=(None,), order='C', device='cpu', writable=False)], arg1: float, /) -> None: ...

    def validate(self) -> None: ...

    @property
    def num_levels(self) -> int: ...

    @property
    def num_modalities(self) -> int: ...

    @property
    def num_parameters(self) -> int: ...

    @property
    def episode_length(self) -> int: ...

    @property
    def restart_concentration(self) -> float: ...

    @property
    def has_kinds(self) -> bool: ...

    def initial_state_counts(self) -> NDArray[numpy.float64]: ...

    def level(self, arg: int, /) -> tuple[int, int, list[tuple[int, int, int]]]: ...

    def factor(self, arg0: int, arg1: int, /) -> tuple: ...

    def dense_counts(self, arg0: int, arg1: int, arg2: int, /) -> object: ...

    def sparse_counts(self, arg0: int, arg1: int, arg2: int, /) -> tuple: ...

    def arcs(self, arg0: int, arg1: int, /) -> tuple: ...

    def same_as(self, arg: Hierarchy, /) -> bool:
        """Whether both mean the same, in whatever form and order."""

    def as_symbols(self, version: str) -> SequenceModel:
        """The model that a file holds."""

@overload
def hierarchy_of(model: ImageModel, tree: int = 0) -> Hierarchy:
    """A copy of one of the model's hierarchies."""

@overload
def hierarchy_of(model: SequenceModel) -> Hierarchy: ...

@overload
def hierarchy_of(model: PlayModel) -> Hierarchy:
    """A copy of the model's hierarchy."""

class TreeReader:
    def __init__(self, arg: Hierarchy, /) -> None: ...

    def smooth(self, arg0: Annotated[NDArray[numpy.int64], dict(shape=(None, None), order='C', device='cpu', writable=False)], arg1: Sequence[tuple[int, Annotated[NDArray[numpy.float64], dict(shape=(None, None), order='C', device='cpu', writable=False)]]], arg2: Sequence[int], arg3: bool, arg4: int, /) -> tuple: ...

    def filter(self, arg0: Annotated[NDArray[numpy.int64], dict(shape=(None, None), order='C', device='cpu', writable=False)], arg1: Sequence[tuple[int, Annotated[NDArray[numpy.float64], dict(shape=(None, None), order='C', device='cpu', writable=False)]]], arg2: Sequence[int], arg3: bool, arg4: int, /) -> tuple: ...

    def log_evidence(self, arg0: Annotated[NDArray[numpy.int64], dict(shape=(None, None), order='C', device='cpu', writable=False)], arg1: Sequence[tuple[int, Annotated[NDArray[numpy.float64], dict(shape=(None, None), order='C', device='cpu', writable=False)]]], arg2: Sequence[int], arg3: bool, arg4: int, /) -> object: ...

    def expected_counts(self, arg0: Annotated[NDArray[numpy.int64], dict(shape=(None, None), order='C', device='cpu', writable=False)], arg1: Sequence[tuple[int, Annotated[NDArray[numpy.float64], dict(shape=(None, None), order='C', device='cpu', writable=False)]]], arg2: Sequence[int], arg3: bool, arg4: int, /) -> tuple: ...

    def learn(self, outcomes: Annotated[NDArray[numpy.int64], dict(shape=(None, None), order='C', device='cpu', writable=False)], soft: Sequence[tuple[int, Annotated[NDArray[numpy.float64], dict(shape=(None, None), order='C', device='cpu', writable=False)]]], lengths: Sequence[int], as_counts: bool, threads: int, passes: int, tolerance: float, progress: object | None) -> tuple: ...

    def sample(self, arg0: int, arg1: int, arg2: int, arg3: int, arg4: bool, /) -> tuple: ...

def learn_rates(runs: Sequence[tuple[Annotated[NDArray[numpy.float64], dict(shape=(None,), order='C', device='cpu', writable=False)], Annotated[NDArray[numpy.float64], dict(shape=(None, None), order='C', device='cpu', writable=False)]]], prior_jumps: float, prior_time: float, allowed: Annotated[NDArray[numpy.uint8], dict(shape=(None, None), order='C', device='cpu', writable=False)] | None, passes: int, tolerance: float, threads: int, progress: object | None) -> dict:
    """
    Rates of a chain in continuous time, with the deviations of their logarithms.
    """

def rates_log_evidence(rates: Annotated[NDArray[numpy.float64], dict(shape=(None, None), order='C', device='cpu', writable=False)], initial: Annotated[NDArray[numpy.float64], dict(shape=(None,), order='C', device='cpu', writable=False)], runs: Sequence[tuple[Annotated[NDArray[numpy.float64], dict(shape=(None,), order='C', device='cpu', writable=False)], Annotated[NDArray[numpy.float64], dict(shape=(None, None), order='C', device='cpu', writable=False)]]], threads: int) -> float:
    """ln P(observed), nats."""

def with_diagonal(rates: Annotated[NDArray[numpy.float64], dict(shape=(None, None), order='C', device='cpu', writable=False)]) -> NDArray[numpy.float64]:
    """The rates with the diagonal that makes rows sum to zero."""

def transition_probabilities(rates: Annotated[NDArray[numpy.float64], dict(shape=(None, None), order='C', device='cpu', writable=False)], time: float) -> NDArray[numpy.float64]:
    """exp(Q t), [from, to]."""

def long_run(rates: Annotated[NDArray[numpy.float64], dict(shape=(None, None), order='C', device='cpu', writable=False)]) -> tuple:
    """Stationary distribution, net flux and implied timescales."""
