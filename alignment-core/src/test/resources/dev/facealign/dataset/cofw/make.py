"""Makes the .mat files of this folder: COFW's format, filled with noise. Needs h5py (Debian: python3-h5py).
"""
import os
import shutil

import h5py
import numpy as np

POINTS = 29
SIZES = [(14, 12), (17, 10), (9, 16), (8, 8)]  # height, width
HERE = os.path.dirname(os.path.abspath(__file__))


def header(path):
    """What MATLAB writes into the user block."""
    text = b"MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Thu Jan 01 00:00:00 1970 HDF5 schema 1.00 ."
    block = text.ljust(116) + bytes(8) + b"\x00\x02IM"
    with open(path, "r+b") as file:
        file.write(block)


def image(i):
    """Noise: colour, but every third one is grey."""
    rng = np.random.default_rng(100 + i)
    height, width = SIZES[i % len(SIZES)]
    shape = (height, width) if i % 3 == 2 else (height, width, 3)
    return rng.integers(0, 256, shape, dtype=np.uint8)


def phis(faces):
    rng = np.random.default_rng(1)
    xy = rng.uniform(0, 30, (faces, 2 * POINTS)).round(3)
    flags = (rng.uniform(0, 1, (faces, POINTS)) < 0.3).astype(float)
    return np.concatenate([xy, flags], axis=1)


def boxes(faces):
    rng = np.random.default_rng(2)
    return np.concatenate([rng.uniform(-2, 5, (faces, 2)), rng.uniform(8, 30, (faces, 2))], axis=1).round(3)


def write(name, options, suffix="Tr", faces=3, change=None, userblock=512, libver="earliest", cell=None):
    """One file; change(variables) may spoil the variables before they are written."""
    path = os.path.join(HERE, name)
    variables = {
        "phis" + suffix: phis(faces),
        "bboxes" + suffix: boxes(faces),
        "Is" + suffix: [image(i) for i in range(faces)],
    }
    if change:
        change(variables)
    with h5py.File(path, "w", userblock_size=userblock, libver=libver) as file:
        for key, value in variables.items():
            if isinstance(value, list):
                refs = file.create_group("#refs#")
                cells = np.empty((1, len(value)), dtype=h5py.ref_dtype)
                for i, element in enumerate(value):
                    if element is None:
                        continue
                    if isinstance(element, tuple):  # sizes only, nothing stored
                        stored = refs.create_dataset(str(i), shape=element, dtype="u1", chunks=tuple(min(16, size) for size in element))
                    else:
                        array = element.transpose(range(element.ndim)[::-1])
                        chunks = None
                        if options and array.ndim >= 2 and array.size:
                            chunks = tuple(max(1, size if size <= 3 else (size * 2) // 5) for size in array.shape)
                            if array.ndim == 3:
                                chunks = (1,) + chunks[1:]
                        stored = refs.create_dataset(str(i), data=array, chunks=chunks, **(options if chunks else {}))
                    stored.attrs["MATLAB_class"] = np.string_(str(stored.dtype))
                    cells[0, i] = stored.ref
                if cell:
                    cells = cell(cells)
                stored = file.create_dataset(key, data=cells)
                stored.attrs["MATLAB_class"] = np.string_("cell")
            else:
                stored = file.create_dataset(key, data=value.T)
                stored.attrs["MATLAB_class"] = np.string_("double")
    if userblock:
        header(path)




def put_image(row, value):
    def change(variables):
        variables["IsTr"][row] = value
    return change


def replace(key, function):
    def change(variables):
        variables[key] = function(variables[key])
    return change


def drop(key):
    def change(variables):
        del variables[key]
    return change


DEFLATED = {"compression": "gzip"}
PLAIN = {}


def spoil(name, change):
    write(name, faces=2, options=PLAIN, change=change)


write("train.mat", options=DEFLATED)
write("test.mat", suffix="T", faces=1, options=DEFLATED)
write("plain.mat", options=PLAIN)
write("shuffled.mat", faces=1, options={"compression": "gzip", "shuffle": True})
write("no-user-block.mat", faces=2, options=PLAIN, userblock=0)
write("single.mat", faces=2, options=PLAIN, change=replace("phisTr", lambda a: a.astype(">f4")))
write("column-of-cells.mat", faces=2, options=PLAIN, cell=lambda cells: cells.T)

spoil("points-68.mat", replace("phisTr", lambda a: np.zeros((2, 204))))
spoil("not-transposed.mat", replace("phisTr", lambda a: a.T))
spoil("integers.mat", replace("phisTr", lambda a: a.astype("i4")))
spoil("no-boxes.mat", drop("bboxesTr"))
spoil("no-pictures.mat", drop("IsTr"))
spoil("boxes-short.mat", replace("bboxesTr", lambda a: a[:1]))
spoil("boxes-of-three.mat", replace("bboxesTr", lambda a: a[:, :3]))
spoil("cells-short.mat", replace("IsTr", lambda cells: cells[:1]))
spoil("cells-numbers.mat", replace("IsTr", lambda cells: np.zeros((2, 1))))
spoil("empty-cell.mat", put_image(1, None))
spoil("picture-double.mat", put_image(1, np.zeros((5, 6))))
spoil("picture-uint16.mat", put_image(0, np.zeros((5, 6, 3), dtype="u2")))
spoil("picture-two-channels.mat", put_image(1, np.zeros((5, 6, 2), dtype="u1")))
spoil("picture-no-width.mat", put_image(1, np.zeros((5, 0, 3), dtype="u1")))
spoil("picture-vast.mat", put_image(1, (3, 20000, 10)))
spoil("picture-many-pixels.mat", put_image(1, (3, 9000, 9000)))
spoil("picture-unwritten.mat", put_image(1, (3, 900, 900)))
write("lzf.mat", faces=1, options={"compression": "lzf"})
write("newer-hdf5.mat", faces=2, options=PLAIN, libver="latest")
