"""Training of one network with PyTorch's Python, as TrainingStepRun.java does it with ours; its figures as a line of JSON.

    train_step_torch.py NETWORK --data FOLDER --size PX --batch N --epochs N [--channels-last]

FOLDER has pictures (.jpg) beside their points (.pts). The same work a step: crops are decoded once, cut out with half as
much around them and kept as bytes; one worker process of a DataLoader turns, moves, mirrors, lights and covers a batch at
once (affine_grid, grid_sample) and computes phi; forward, ACR loss, backward, gradients clipped by their common norm,
AdamW, an average of the weights. The first epoch warms up and is not counted. The peak of memory is
the main process's and, at the ends of epochs, what the worker has of its own. Needs Debian's python3-torch, python3-pil.
"""

import argparse
import glob
import json
import math
import multiprocessing
import os
import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

MIRROR = (
    list(range(16, -1, -1)) + list(range(26, 16, -1)) + [27, 28, 29, 30, 35, 34, 33, 32, 31]
    + [45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40] + [54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55]
    + [64, 63, 62, 61, 60, 67, 66, 65]
)
OUTPUTS = 136
ROTATION, SCALE, SHIFT, BRIGHTNESS, CONTRAST, COLOUR, FLIP, COVER = 20.0, 0.1, 0.05, 0.2, 0.3, 0.1, 0.5, 0.3
LAMBDA, COORDINATE_SCALE, VARIANCE_SHARE = 1.0, 30.0, 0.80
RATE, DECAY, CLIP, AVERAGE_DECAY = 1e-3, 1e-4, 5.0, 0.999


# Networks ------------------------------------------------------------------------------------------------------------


def convolution(channels, filters, kernel, stride, groups, activation):
    layers = [
        nn.Conv2d(channels, filters, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(filters, eps=1e-3, momentum=0.1),
    ]
    return nn.Sequential(*layers, *([activation(inplace=True)] if activation else []))


class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeezed):
        super().__init__()
        self.reduce = nn.Conv2d(channels, squeezed, 1)
        self.expand = nn.Conv2d(squeezed, channels, 1)

    def forward(self, x):
        s = F.silu(self.reduce(F.adaptive_avg_pool2d(x, 1)), inplace=True)
        return x * torch.sigmoid(self.expand(s))


class Block(nn.Module):
    def __init__(self, channels, filters, factor, kernel, stride, activation, squeeze):
        super().__init__()
        wide = channels * factor
        layers = [convolution(channels, wide, 1, 1, 1, activation)] if factor != 1 else []
        layers.append(convolution(wide, wide, kernel, stride, wide, activation))
        if squeeze:
            layers.append(SqueezeExcitation(wide, max(1, channels // 4)))
        layers.append(convolution(wide, filters, 1, 1, 1, None))
        self.layers = nn.Sequential(*layers)
        self.residual = stride == 1 and channels == filters
        self.dropped = 0.0

    def forward(self, x):
        y = self.layers(x)
        if not self.residual:
            return y
        if self.training and self.dropped > 0:
            kept = 1 - self.dropped
            y = y * (torch.rand(len(y), 1, 1, 1) < kept).div(kept)
        return x + y


class Network(nn.Module):
    def __init__(self, stem, groups, last, activation, squeeze, dropout, drop_connect):
        super().__init__()
        layers, channels = [convolution(3, stem, 3, 2, 1, activation)], stem
        for factor, filters, repeats, first_stride, kernel in groups:
            for i in range(repeats):
                stride = 1 if i else first_stride
                layers.append(Block(channels, filters, factor, kernel, stride, activation, squeeze))
                channels = filters
        blocks = [layer for layer in layers if isinstance(layer, Block)]
        for i, block in enumerate(blocks):
            block.dropped = drop_connect * i / len(blocks)
        layers.append(convolution(channels, last, 1, 1, 1, activation))
        self.trunk = nn.Sequential(*layers)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(last, OUTPUTS)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out")
                if m.bias is not None:
                    nn.init.zeros_(m.bias)
        nn.init.kaiming_uniform_(self.head.weight)

    def forward(self, x):
        return self.head(self.dropout(torch.flatten(F.adaptive_avg_pool2d(self.trunk(x), 1), 1)))


def mobilenet_v2():
    groups = [(1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 32, 3, 2, 3), (6, 64, 4, 2, 3), (6, 96, 3, 1, 3), (6, 160, 3, 2, 3),
              (6, 320, 1, 1, 3)]
    return Network(32, groups, 1280, nn.ReLU6, False, 0.1, 0.0)


def efficientnet(width, depth):
    def widened(channels):
        rounded = max(8, int(channels * width + 4) // 8 * 8)
        return rounded + 8 if rounded < 0.9 * channels * width else rounded

    groups = [(1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3), (6, 112, 3, 1, 5), (6, 192, 4, 2, 5),
              (6, 320, 1, 1, 3)]
    groups = [(f, widened(c), math.ceil(n * depth), s, k) for f, c, n, s, k in groups]
    return Network(widened(32), groups, widened(1280), nn.SiLU, True, 0.5, 0.2)


NETWORKS = {
    "mobilenet-v2": mobilenet_v2,
    "efficientnet-b0": lambda: efficientnet(1.0, 1.0),
    "efficientnet-b3": lambda: efficientnet(1.2, 1.4),
}


# Faces ---------------------------------------------------------------------------------------------------------------


def context_side(size):
    return size + 2 * ((size + 3) // 4)


def load(folder, size):
    side = context_side(size)
    pictures, points = [], []
    for name in sorted(glob.glob(os.path.join(folder, "*.jpg"))):
        with open(name[:-4] + ".pts") as file:
            p = np.array(file.read().split("{")[1].split("}")[0].split(), float).reshape(-1, 2) - 1
        low, high = p.min(0), p.max(0)
        centre, crop = (low + high) / 2, (high - low).max() * 1.15
        half = crop * side / size / 2
        box = (centre[0] - half, centre[1] - half, centre[0] + half, centre[1] + half)
        with Image.open(name) as image:
            image = image.convert("RGB").transform((side, side), Image.EXTENT, box, Image.BILINEAR)
        pictures.append(np.asarray(image).transpose(2, 0, 1))
        points.append((p - centre) / crop)
    return torch.from_numpy(np.stack(pictures)), torch.tensor(np.stack(points), dtype=torch.float32)


class SmoothFaces:
    def __init__(self, faces):
        self.mean = faces.mean(0)
        values, vectors = torch.linalg.eigh(torch.cov((faces - self.mean).T.double()))
        values, vectors = values.flip(0), vectors.flip(1)
        k = int((values.cumsum(0) / values.sum() < VARIANCE_SHARE).sum()) + 1
        self.vectors, self.limits = vectors[:, :k].float(), 3 * values[:k].sqrt().float()

    def phi(self, faces):
        b = (faces - self.mean) @ self.vectors
        b = torch.maximum(torch.minimum(b, self.limits), -self.limits)
        d = (self.mean + b @ self.vectors.T - faces).abs()
        return d / d.max(1, keepdim=True)[0].clamp_min(1e-12)


class Batches(torch.utils.data.Dataset):
    """Batches, each augmented at once; asked for by a tensor of faces."""

    def __init__(self, pictures, points, size):
        self.pictures, self.points, self.size = pictures, points, size
        self.means = pictures.float().mean((2, 3)) / 255
        self.smooth = SmoothFaces(points.flatten(1))

    def __getitem__(self, faces):
        x, q, n, size = self.pictures[faces].float().div_(255), self.points[faces], len(faces), self.size

        def symmetric(*shape):
            return 2 * torch.rand(n, *shape) - 1

        angle, scale = symmetric() * math.radians(ROTATION), 1 + SCALE * symmetric()
        shift, mirrored = SHIFT * symmetric(2), torch.rand(n) < FLIP
        c, s = angle.cos(), angle.sin()
        sign = torch.where(mirrored, -1.0, 1.0)
        turn = torch.stack([torch.stack([sign * c, -sign * s], 1), torch.stack([s, c], 1)], 1) * scale[:, None, None]
        q = torch.where(mirrored[:, None, None], q[:, MIRROR], q) @ turn.transpose(1, 2) + shift[:, None]
        inverse = torch.linalg.inv(turn)
        wider = context_side(size) / size
        theta = torch.cat([inverse / wider, -2 * (inverse @ shift[:, :, None]) / wider], 2)
        grid = F.affine_grid(theta, (n, 3, size, size), align_corners=False)
        x = F.grid_sample(x, grid, align_corners=False)
        contrast = 1 + CONTRAST * symmetric(1, 1, 1)
        offset = self.means[faces][:, :, None, None] * (1 - contrast) + BRIGHTNESS * symmetric(1, 1, 1)
        x = x.mul_(contrast).add_(offset).mul_(1 + COLOUR * symmetric(3, 1, 1)).clamp_(0, 1)
        for i in torch.nonzero(torch.rand(n) < COVER).flatten().tolist():
            w, h = (int(size * (0.1 + 0.3 * r)) for r in torch.rand(2).tolist())
            left, top = int(torch.randint(size - w + 1, ())), int(torch.randint(size - h + 1, ()))
            x[i, :, top:top + h, left:left + w] = torch.rand(3, 1, 1)
        labels = q.flatten(1)
        return x, labels, self.smooth.phi(labels)


class Order(torch.utils.data.Sampler):
    def __init__(self, faces, batch):
        self.faces, self.batch = faces, batch

    def __len__(self):
        return self.faces // self.batch

    def __iter__(self):
        return iter(torch.randperm(self.faces)[:len(self) * self.batch].view(-1, self.batch))


# Training ------------------------------------------------------------------------------------------------------------


def acr_loss(predicted, truth, phi):
    delta = (truth - predicted).abs() * COORDINATE_SCALE
    near = LAMBDA * torch.log1p(delta.clamp(max=1) ** (2 - phi))
    return torch.where(delta <= 1, near, delta.square() + (LAMBDA * math.log(2) - 1)).mean()


def peak_mib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def own_mib(pid):
    """What a process shares with no other: the faces and the libraries are counted once, with the main process."""
    with open(f"/proc/{pid}/smaps_rollup") as sizes:
        return sum(int(line.split()[1]) / 1024 for line in sizes if line.startswith("Private"))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("network", choices=NETWORKS)
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--size", type=int, required=True)
    arguments.add_argument("--batch", type=int, required=True)
    arguments.add_argument("--epochs", type=int, required=True)
    arguments.add_argument("--channels-last", action="store_true")
    given = arguments.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(os.cpu_count())
    layout = torch.channels_last if given.channels_last else torch.contiguous_format

    pictures, points = load(given.data, given.size)
    loader = torch.utils.data.DataLoader(
        Batches(pictures, points, given.size), batch_size=None, sampler=Order(len(pictures), given.batch), num_workers=1,
        persistent_workers=True, worker_init_fn=lambda worker: torch.set_num_threads(1),
    )
    net = NETWORKS[given.network]().to(memory_format=layout)
    with torch.no_grad():
        net.head.bias.copy_(points.flatten(1).mean(0))
    kernels = [p for p in net.parameters() if p.dim() > 1]
    offsets = [p for p in net.parameters() if p.dim() == 1]
    optimiser = torch.optim.AdamW([{"params": kernels}, {"params": offsets, "weight_decay": 0.0}], RATE, weight_decay=DECAY)
    tensors = [t.detach() for t in net.state_dict().values() if t.is_floating_point()]
    average = [t.clone() for t in tensors]
    steps, step, losses, seconds, worker = len(pictures) // given.batch, 0, [], [], 0.0
    net.train()
    for epoch in range(given.epochs):
        begin, total = time.perf_counter(), 0.0
        for x, truth, phi in loader:
            for group in optimiser.param_groups:
                group["lr"] = RATE * min(1, (step + 1) / 20)
            loss = acr_loss(net(x.contiguous(memory_format=layout)), truth, phi)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            norm = torch.nn.utils.clip_grad_norm_(net.parameters(), CLIP)
            if not math.isfinite(loss.item()) or not math.isfinite(norm.item()):
                raise ArithmeticError(f"step {step}: loss {loss.item()}, norm {norm.item()}")
            optimiser.step()
            taken = 1 - min(AVERAGE_DECAY, (1 + step) / (10 + step))
            torch._foreach_mul_(average, 1 - taken)
            torch._foreach_add_(average, tensors, alpha=taken)
            total += loss.item()
            step += 1
        seconds.append(time.perf_counter() - begin)
        losses.append(total / steps)
        worker = max(worker, sum(own_mib(process.pid) for process in multiprocessing.active_children()))
    print(json.dumps({
        "parameters": sum(p.numel() for p in net.parameters()),
        "images_per_second": [steps * given.batch / s for s in seconds[1:]],
        "losses": losses,
        "peak_mib": peak_mib() + worker,
    }))


if __name__ == "__main__":
    main()
