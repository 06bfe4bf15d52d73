"""Keras's networks written anew in PyTorch, in float64, and files of weights in Keras's HDF5 layout.

An implementation that shares nothing with the Java code: channels last becomes channels first by hand, TensorFlow's
"same" padding is spelt out with explicit rows of zeros, batch normalisation is a formula. Tests compare with what it
writes. Needs Debian's python3-numpy, python3-h5py and python3-torch:

    /usr/bin/python3 keras_reference.py ../resources/keras

writes, for each network, NAME.h5.gz (weights as model.save("NAME.h5") of Keras 2 lays them out) and reference.json:
for a picture that a formula draws, the outputs in Keras's own label convention, and the means of the first channels
after every layer of the trunk.

The weights are no random numbers but repeat themselves, each tensor from another place on and at another scale, so that
compressed files are small and no two tensors, axes or orders of axes agree.
"""

import gzip
import io
import json
import math
import pathlib
import sys
import zlib

import h5py
import numpy as np
import torch
import torch.nn.functional as F

PERIOD = 61
CHANNELS_SHOWN = 4
OUTPUTS = 136
EPSILON = 1e-3


def table():
    state, numbers = 1, []
    for _ in range(PERIOD):
        state = (state * 1103515245 + 12345) % 2**31
        numbers.append((state >> 25) / 32.0 - 1)
    return np.array(numbers)


TABLE = table()


def numbers(path, shape, scale, offset=0.0):
    """Numbers of a tensor: those of the table from a place on that the tensor's path decides."""
    size = int(np.prod(shape))
    start = zlib.crc32(path.encode()) % PERIOD
    values = np.tile(TABLE, size // PERIOD + 2)[start:start + size]
    # A power of two keeps the numbers' last bits zero, which is what makes the files small.
    scale = 2.0 ** math.floor(math.log2(scale))
    return (offset + scale * values).astype(np.float32).reshape(shape)


def picture(size):
    """RGB in [0, 1], [size, size, 3]: waves of several lengths."""
    y, x, c = np.meshgrid(np.arange(size), np.arange(size), np.arange(3), indexing="ij")
    waves = np.sin(0.31 * x + 0.17 * y + c) + np.sin(0.11 * x * (c + 1) - 0.23 * y) + np.sin(0.05 * x * y / (c + 2))
    return (0.5 + waves / 6).astype(np.float32)


class Model:
    """Computes and, on the way, makes up the weights that it needs, in Keras's shapes."""

    def __init__(self, name, size):
        self.name = name
        self.x = torch.from_numpy(picture(size).astype(np.float64)).permute(2, 0, 1)[None]
        self.layers = {}  # name -> {tensor: array}, in Keras's order
        self.config = [("InputLayer", "input_1", {"batch_input_shape": [None, 224, 224, 3]})]
        self.means = []

    def add(self, kind, name, tensors=None, **config):
        self.config.append((kind, name, config))
        self.layers[name] = tensors or {}

    def convolution(self, name, x, filters, kernel, stride, bias=False):
        channels = x.shape[1]
        w = numbers(f"{name}/kernel", (kernel, kernel, channels, filters), 1.3 * math.sqrt(1.0 / (kernel**2 * channels)))
        tensors = {"kernel:0": w}
        if bias:
            tensors["bias:0"] = numbers(f"{name}/bias", (filters,), 0.25)
        self.add("Conv2D", name, tensors, filters=filters, strides=[stride, stride], use_bias=bias)
        y = F.conv2d(same(x, kernel, stride), torch.from_numpy(w.astype(np.float64)).permute(3, 2, 0, 1), stride=stride)
        return y + torch.from_numpy(tensors["bias:0"].astype(np.float64)).view(1, -1, 1, 1) if bias else y

    def depthwise(self, name, x, kernel, stride):
        channels = x.shape[1]
        w = numbers(f"{name}/depthwise_kernel", (kernel, kernel, channels, 1), 1.3 * math.sqrt(1.0 / kernel**2))
        self.add("DepthwiseConv2D", name, {"depthwise_kernel:0": w}, strides=[stride, stride], use_bias=False)
        weight = torch.from_numpy(w.astype(np.float64)).permute(2, 3, 0, 1)
        return F.conv2d(same(x, kernel, stride), weight, stride=stride, groups=channels)

    def batch_norm(self, name, x):
        n = (x.shape[1],)
        t = {
            "gamma:0": numbers(f"{name}/gamma", n, 0.25, 1.125),
            "beta:0": numbers(f"{name}/beta", n, 0.25),
            "moving_mean:0": numbers(f"{name}/moving_mean", n, 0.25),
            "moving_variance:0": numbers(f"{name}/moving_variance", n, 0.5, 0.875),
        }
        self.add("BatchNormalization", name, t, momentum=0.99, epsilon=EPSILON)
        g, b, m, v = (torch.from_numpy(a.astype(np.float64)).view(1, -1, 1, 1) for a in t.values())
        return (x - m) / torch.sqrt(v + EPSILON) * g + b

    def show(self, x):
        self.means.append([float(v) for v in x.mean((2, 3))[0, :CHANNELS_SHOWN]])

    def head(self, x, name):
        pooled = x.mean((2, 3))
        n = pooled.shape[1]
        t = {
            "kernel:0": numbers(f"{name}/kernel", (n, OUTPUTS), 1.0 / math.sqrt(n)),
            "bias:0": numbers(f"{name}/bias", (OUTPUTS,), 0.25),
        }
        self.add("GlobalAveragePooling2D", "global_average_pooling2d")
        self.add("Dropout", "dropout", rate=0.1)
        self.add("Dense", name, t, units=OUTPUTS, activation="linear", use_bias=True)
        kernel, bias = (torch.from_numpy(a.astype(np.float64)) for a in t.values())
        return (pooled @ kernel + bias)[0]


def same(x, kernel, stride):
    """TensorFlow's "same" padding: what is odd lies below and to the right."""
    side = x.shape[2]
    total = max(0, (math.ceil(side / stride) - 1) * stride + kernel - side)
    before, after = total // 2, total - total // 2
    return F.pad(x, (before, after, before, after))


def swish(x):
    return x / (1 + torch.exp(-x))


def relu6(x):
    return torch.minimum(torch.maximum(x, torch.zeros(())), torch.full((), 6.0, dtype=x.dtype))


def mobilenet_v2(size):
    m = Model("mobilenet-v2", size)
    x = relu6(m.batch_norm("bn_Conv1", m.convolution("Conv1", m.x, 32, 3, 2)))
    m.show(x)
    blocks = [(1, 16, 1), (6, 24, 2), (6, 24, 1), (6, 32, 2), (6, 32, 1), (6, 32, 1), (6, 64, 2), (6, 64, 1), (6, 64, 1),
              (6, 64, 1), (6, 96, 1), (6, 96, 1), (6, 96, 1), (6, 160, 2), (6, 160, 1), (6, 160, 1), (6, 320, 1)]
    for i, (factor, filters, stride) in enumerate(blocks):
        name = f"block_{i}_" if i else "expanded_conv_"
        y = x
        if i:
            y = m.convolution(name + "expand", y, factor * x.shape[1], 1, 1)
            y = relu6(m.batch_norm(name + "expand_BN", y))
        y = m.depthwise(name + "depthwise", y, 3, stride)
        y = relu6(m.batch_norm(name + "depthwise_BN", y))
        y = m.batch_norm(name + "project_BN", m.convolution(name + "project", y, filters, 1, 1))
        x = x + y if stride == 1 and x.shape[1] == filters else y
        m.show(x)
    x = relu6(m.batch_norm("Conv_1_bn", m.convolution("Conv_1", x, 1280, 1, 1)))
    m.show(x)
    return m, m.head(x, "O_L")


def efficientnet(name, size, width, depth):
    m = Model(name, size)

    def filters_of(filters):
        rounded = max(8, int(filters * width + 4) // 8 * 8)
        return rounded + 8 if rounded < 0.9 * filters * width else rounded

    x = swish(m.batch_norm("stem_bn", m.convolution("stem_conv", m.x, filters_of(32), 3, 2)))
    m.show(x)
    stages = [(3, 1, 16, 1, 1), (3, 2, 24, 6, 2), (5, 2, 40, 6, 2), (3, 3, 80, 6, 2), (5, 3, 112, 6, 1),
              (5, 4, 192, 6, 2), (3, 1, 320, 6, 1)]
    for stage, (kernel, repeats, filters, factor, first_stride) in enumerate(stages):
        for repeat in range(math.ceil(depth * repeats)):
            name = f"block{stage + 1}{chr(ord('a') + repeat)}_"
            stride = 1 if repeat else first_stride
            y = x
            if factor != 1:
                y = m.convolution(name + "expand_conv", y, factor * x.shape[1], 1, 1)
                y = swish(m.batch_norm(name + "expand_bn", y))
            y = swish(m.batch_norm(name + "bn", m.depthwise(name + "dwconv", y, kernel, stride)))
            s = y.mean((2, 3), keepdim=True)
            s = swish(m.convolution(name + "se_reduce", s, max(1, int(x.shape[1] * 0.25)), 1, 1, bias=True))
            s = torch.sigmoid(m.convolution(name + "se_expand", s, y.shape[1], 1, 1, bias=True))
            y = y * s
            y = m.batch_norm(name + "project_bn", m.convolution(name + "project_conv", y, filters_of(filters), 1, 1))
            x = x + y if stride == 1 and x.shape[1] == filters_of(filters) else y
            m.show(x)
    x = swish(m.batch_norm("top_bn", m.convolution("top_conv", x, filters_of(1280), 1, 1)))
    m.show(x)
    return m, m.head(x, "out")


def write_h5(model):
    """The file that Keras 2's model.save("x.h5") makes: JSON of the layers, and a group a layer."""
    memory = io.BytesIO()
    with h5py.File(memory, "w") as f:
        layers = [
            {"class_name": kind, "name": name, "config": {"name": name, **config}} for kind, name, config in model.config
        ]
        f.attrs["keras_version"] = b"2.9.0"
        f.attrs["backend"] = b"tensorflow"
        f.attrs["model_config"] = json.dumps({"class_name": "Functional", "config": {"layers": layers}}).encode()
        group = f.create_group("model_weights")
        group.attrs["layer_names"] = [name.encode() for _, name, _ in model.config]
        group.attrs["backend"] = b"tensorflow"
        group.attrs["keras_version"] = b"2.9.0"
        for _, name, _ in model.config:
            layer = group.create_group(name)
            tensors = model.layers.get(name, {})
            layer.attrs["weight_names"] = [f"{name}/{t}".encode() for t in tensors]
            for tensor, values in tensors.items():
                dataset = layer.create_dataset(f"{name}/{tensor}", values.shape, dtype=values.dtype)
                dataset[:] = values
    return memory.getvalue()


def main(folder):
    out = pathlib.Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    reference = {}
    for make in (
        lambda size: mobilenet_v2(size),
        lambda size: efficientnet("efficientnet-b0", size, 1.0, 1.0),
        lambda size: efficientnet("efficientnet-b3", size, 1.2, 1.4),
    ):
        for size in (64, 80):
            model, output = make(size)
            reference.setdefault(model.name, {})[str(size)] = {
                "output": [float(f"{v:.9g}") for v in output],
                "means": [[float(f"{v:.9g}") for v in row] for row in model.means],
            }
            print(model.name, size, "output", output.min().item(), output.max().item(), "std", output.std().item(),
                  "last means", model.means[-1])
        learnt = sum(v.size for t in model.layers.values() for k, v in t.items() if not k.startswith("moving"))
        print(model.name, "learnt numbers", learnt)
        content = write_h5(model)
        (out / f"{model.name}.h5.gz").write_bytes(gzip.compress(content, 9, mtime=0))
        print(model.name, len(content), (out / f"{model.name}.h5.gz").stat().st_size)
    (out / "reference.json").write_text(json.dumps(reference, indent=1).replace("\n    ", " ").replace("\n   ]", "]"))


if __name__ == "__main__":
    main(sys.argv[1])
