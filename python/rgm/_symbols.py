"""Sequences of symbols as people bring them, whole numbers or strings, and as the compiled part reads them."""

import os
from dataclasses import dataclass

import numpy as np

from rgm._arguments import array_of
from rgm._engine import engine
from rgm._errors import Error
from rgm._films import is_array_like, split_sequences

__all__ = ["SymbolFrontEnd", "SymbolSequence"]

_EXPECTED = "an array [step] or [step, column] of whole numbers or strings, or the path of a .csv or .npy file"


@dataclass
class SymbolSequence:
    """One table, ready to be read."""

    table: np.ndarray  # int64 [step, column], -1 where nothing was observed
    values: np.ndarray  # as they were brought


class SymbolFrontEnd:
    """Which strings the symbols of columns stand for: what the model's file does not say."""

    def __init__(self):
        self.strings = None  # a column: None, whole numbers, or its strings in order
        self.flat = False  # sequences were learnt as [step]
        self.columns = []  # their names, if they have any

    def annotation(self):
        return {"strings": self.strings, "flat": self.flat}

    def restore(self, kept, info):
        alphabets = info["alphabets"]
        self.columns = info["columns"]
        self.strings = kept.get("strings") or [None] * len(alphabets)
        self.flat = bool(kept.get("flat", False))
        if not isinstance(self.strings, list) or self.flat and len(alphabets) != 1:
            raise Error("symbols: expected a list of the strings of each column")
        self.check(info)

    def check(self, info):
        """An error where strings and the symbols of the model do not belong together."""
        alphabets = info["alphabets"]
        if len(self.strings) != len(alphabets):
            raise Error(f"symbols: expected strings of {len(alphabets)} columns, got {len(self.strings)}")
        for c, (strings, numbers) in enumerate(zip(self.strings, alphabets, strict=True)):
            if strings is None:
                continue
            if not isinstance(strings, list) or not all(isinstance(string, str) for string in strings):
                raise Error(f"symbols: column {c}: expected a list of strings")
            if len(set(strings)) != len(strings) or len(numbers) and numbers.max() >= len(strings):
                raise Error(
                    f"symbols: column {c}: expected a string for each of {len(numbers)} symbols, got {len(set(strings))}; "
                    "codec.symbols, room for more than was learnt, is for whole numbers"
                )

    def sequences(self, X, lengths):
        if lengths is not None and isinstance(X, list | tuple) and _is_one_table(X):
            X = _array(X)
        tables = [self._read(table) for table in split_sequences(X, lengths, _is_one_table)]
        width = tables[0].shape[1] if tables[0].ndim == 2 else 1
        if self.strings is None:
            self._learn_strings(tables, width)
        return [self._sequence(table) for table in tables]

    def is_several(self, X):
        return isinstance(X, list | tuple) and not _is_one_table(X)

    def alphabets(self, info):
        """The symbols of each column, as they were brought, by outcome."""
        return [
            numbers if strings is None else np.asarray(strings)[numbers]
            for strings, numbers in zip(self.strings, info["alphabets"], strict=True)
        ]

    def from_table(self, table):
        """Numbers, [step, column], as the symbols and the shape that people brought."""
        if any(strings is not None for strings in self.strings):
            result = np.full(table.shape, None, dtype=object)
            for c, strings in enumerate(self.strings):
                known = table[:, c] >= 0
                result[known, c] = table[known, c] if strings is None else np.asarray(strings, object)[table[known, c]]
            if all(strings is not None for strings in self.strings) and (table >= 0).all():
                result = result.astype(str)
            table = result
        return table[:, 0] if self.flat else table

    def hide(self, table, mask):
        """The table without what lies under a mask, [step] or [step, column]."""
        mask = np.asarray(mask)
        if mask.dtype != bool:
            raise Error(f"mask: expected truth values, True where hidden, got {mask.dtype}")
        if mask.shape not in (table.shape, table.shape[:1]):
            raise Error(f"mask: expected the shape {table.shape} or {table.shape[:1]}, got {mask.shape}")
        return np.where(mask[:, None] if mask.ndim == 1 else mask, -1, table)

    def _read(self, table):
        if isinstance(table, str | os.PathLike):
            path = os.fspath(table)
            if not engine.is_symbol_file(path):
                raise Error(f"{path[:80]}: expected {_EXPECTED}; a text is list(text)")
            names, values = engine.read_symbols(path)
            if self.strings is None:
                self.columns = self.columns or list(names)
            elif names and self.columns and list(names) != self.columns:
                raise Error(f"{path}: columns: expected {self.columns}, as were learnt, got {list(names)}")
            return values
        if isinstance(table, list | tuple) and any(isinstance(row, list | tuple) for row in table):
            raise Error(
                "symbols: lists within a list may be rows of one sequence, or sequences: expected an array "
                "[step, column], or a list of arrays, one a sequence"
            )
        if not isinstance(table, np.ndarray | list | tuple) and not is_array_like(table):
            raise Error(f"symbols: expected {_EXPECTED}, got {type(table).__name__}")
        if np.ma.is_masked(table):  # what NumPy masks was not observed
            table = np.where(np.ma.getmaskarray(table), None, table.data.astype(object))
        array = _array(table)
        if array.ndim not in (1, 2) or 0 in array.shape:
            raise Error(f"symbols: expected {_EXPECTED} with at least one step, got the shape {array.shape}")
        if hasattr(table, "columns"):  # a data frame of pandas
            names = [str(name) for name in table.columns]
            if self.columns and names != self.columns:
                raise Error(f"symbols: columns: expected {self.columns}, as were learnt, got {names}")
            if self.strings is None:
                self.columns = names
        return array

    def _learn_strings(self, tables, width):
        self.flat = all(table.ndim == 1 for table in tables)
        strings = []
        for c in range(width):
            columns = [_column(table, c) for table in tables]
            if any(_holds_strings(column) for column in columns):
                strings.append(sorted(set().union(*(_strings_of(column) for column in columns))))
            else:
                strings.append(None)
        self.strings = strings

    def _sequence(self, values):
        rows = values[:, None] if values.ndim == 1 else values
        if rows.shape[1] != len(self.strings):
            raise Error(f"symbols: expected {len(self.strings)} columns, as were learnt, got {rows.shape[1]}")
        table = np.empty(rows.shape, dtype=np.int64)
        for c, strings in enumerate(self.strings):
            table[:, c] = _numbers(rows[:, c], c) if strings is None else _codes(rows[:, c], strings, c)
        return SymbolSequence(table, values)


def _is_one_table(X):
    """Whether a list is one sequence, symbols or rows of such, rather than several: arrays, or paths, which strings are
    if all of them end as files of symbols do."""
    if X and all(isinstance(x, str | os.PathLike) for x in X) and all(engine.is_symbol_file(os.fspath(x)) for x in X):
        return False
    return not any(isinstance(x, np.ndarray | os.PathLike) or is_array_like(x) and np.ndim(array_of(x)) > 0 for x in X)


def _array(table):
    """An array; strings with anything else among them as objects, where NumPy makes all of them strings."""
    try:
        array = array_of(table)
        if array.dtype.kind == "U" and isinstance(table, list | tuple):
            objects = np.asarray(table, dtype=object)
            if not all(isinstance(symbol, str) for symbol in objects.flat):
                return objects
    except (ValueError, BufferError) as error:
        raise Error(f"symbols: expected {_EXPECTED}, got what makes no array ({error})") from None
    return array.astype(object) if array.dtype.kind == "T" else array


def _column(table, c):
    if table.ndim == 1:
        return table
    return table[:, c] if c < table.shape[1] else table[:0, 0]


def _is_missing(symbol):
    if isinstance(symbol, float | np.floating):
        return bool(np.isnan(symbol))
    return symbol is None or type(symbol).__name__ == "NAType"  # of pandas


def _holds_strings(column):
    if column.dtype.kind == "U":
        return True
    return column.dtype == object and any(isinstance(symbol, str) for symbol in column)


def _strings_of(column):
    if column.dtype.kind == "U":
        return set(np.unique(column).tolist())
    return {str(symbol) for symbol in column if not _is_missing(symbol)}


def _numbers(column, c):
    """Whole numbers, -1 where missing."""
    if column.dtype == object:
        if not all(_is_missing(x) or isinstance(x, int | np.integer | float | np.floating) for x in column):
            raise Error(f"symbols: column {c}: expected whole numbers or strings, got objects of other types")
        column = np.array([np.nan if _is_missing(x) else x for x in column], dtype=np.float64)
    if column.dtype.kind == "f":
        known = ~np.isnan(column)
        if (
            (column[known] != np.rint(column[known])).any()
            or np.isinf(column).any()
            or (abs(column[known]) > 2**53).any()
        ):
            raise Error(f"symbols: column {c}: expected whole numbers, and NaN where missing, got others")
        column = np.where(known, column, -1)
    elif column.dtype.kind == "U":
        raise Error(f"symbols: column {c}: expected whole numbers, as were learnt, got strings")
    elif column.dtype.kind not in "biu":
        raise Error(f"symbols: column {c}: expected whole numbers or strings, got {column.dtype}")
    if column.dtype.kind == "u" and (column > np.iinfo(np.int64).max).any():
        raise Error(f"symbols: column {c}: expected numbers below 2^63, got a larger one")
    numbers = column.astype(np.int64)
    if (numbers < -1).any():
        raise Error(
            f"symbols: column {c}: expected numbers from 0 on, or -1 where missing, got {numbers.min()}; "
            "other symbols may be given as strings"
        )
    return numbers


def _codes(column, strings, c):
    """The place of each string among those that were learnt, -1 where missing."""
    if column.dtype.kind == "U":
        different, places = np.unique(column, return_inverse=True)
        return _codes(different.astype(object), strings, c)[places]
    places = {string: place for place, string in enumerate(strings)}
    codes = np.empty(len(column), dtype=np.int64)
    for row, symbol in enumerate(column):
        if _is_missing(symbol):
            codes[row] = -1
        elif isinstance(symbol, str) and str(symbol) in places:
            codes[row] = places[str(symbol)]
        else:
            raise Error(f"symbols: column {c}: expected one of the strings that were learnt, got {symbol!r}")
    return codes
