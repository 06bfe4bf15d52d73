"""One fit of so many faces with plain NumPy, numpy.cov and numpy.linalg.eigh; its figures as a line of JSON.

The faces are those of SyntheticFaces.java. They are made before the clock starts, and lie in memory, as numpy.cov needs
them.
"""

import json
import sys
import time

import numpy as np

NUMBERS = 136
DIRECTIONS = 12
NOISE = 0.004


def uniform(numbers):
    """SplitMix64 of each number, as a double in [-0.5, 0.5)."""
    z = (numbers + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53 - 0.5


def make(count):
    j = np.arange(NUMBERS)
    mean = 0.4 * np.cos(0.1 * j * (j % 2 + 1))
    directions = np.array(
        [0.6**k * 0.1 * np.cos((k + 1) * (j + 1) * 0.7) for k in range(DIRECTIONS)]
    )
    faces = np.empty((count, NUMBERS))
    for first in range(0, count, 1000):
        last = min(first + 1000, count)
        seeds = np.arange(first, last, dtype=np.uint64)[:, None] * np.uint64(NUMBERS + DIRECTIONS)
        drawn = uniform(seeds + np.arange(NUMBERS + DIRECTIONS, dtype=np.uint64))
        faces[first:last] = mean + NOISE * drawn[:, :NUMBERS] + drawn[:, NUMBERS:] @ directions
    return faces


def peak_mib():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024


def main():
    count = int(sys.argv[1])
    np.linalg.eigh(np.cov(make(300), rowvar=False))  # libraries loaded, threads started
    faces = make(count)
    cpu_begin = time.process_time()
    begin = time.perf_counter()
    mean = faces.mean(axis=0)
    covariance = np.cov(faces, rowvar=False)
    middle = time.perf_counter()
    eigenvalues, eigenvectors = np.linalg.eigh(covariance)
    end = time.perf_counter()
    cpu = time.process_time() - cpu_begin
    assert mean.shape == (NUMBERS,) and eigenvectors.shape == (NUMBERS, NUMBERS)
    print(
        json.dumps(
            {
                "faces": count,
                "covariance_seconds": middle - begin,
                "eigen_seconds": end - middle,
                "cpu_seconds": cpu,
                "peak_mib": peak_mib(),
                "eigenvalues": eigenvalues[::-1][:20].tolist(),
            }
        )
    )


main()
