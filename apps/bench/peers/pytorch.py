"""PyTorch on the workloads: `python3 pytorch.py THREADS` prints a line of JSON, {"peer", "work", "ms"}, for each.

Where PyTorch offers several forms of the same work (memory layouts, implementations of Adam), all of them are timed and
the fastest counts. OPENBLAS_NUM_THREADS has to be set to the number of threads before this program starts.
"""

import json
import math
import os
import sys
import time

import torch
from torch.nn import functional

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 1
PEER = f"torch {torch.__version__}"
MILLION = 1 << 20
OFTEN = (5, 20)
SELDOM = (3, 10)


def best_of(run, repetitions):
    """Milliseconds of the fastest run after warm-up."""
    warm_up, runs = repetitions
    for _ in range(warm_up):
        run()
    times = []
    for _ in range(runs):
        start = time.perf_counter_ns()
        run()
        times.append(time.perf_counter_ns() - start)
    return min(times) / 1e6


def report(work, forms, repetitions=OFTEN):
    """Times all forms of a workload, prints the fastest and gives its milliseconds."""
    ms = min(best_of(form, repetitions) for form in forms)
    print(json.dumps({"peer": PEER, "work": work, "ms": round(ms, 4)}), flush=True)
    return ms


def warn_of_slow_products(ms):
    """Debian's PyTorch takes whatever library of BLAS the system has, and the reference one is no peer."""
    if ms > 100:
        print(
            f"matmul1024 took {ms:.0f} ms: this PyTorch seems to multiply with the reference BLAS; "
            "install OpenBLAS (libopenblas0-pthread) for a fair comparison",
            file=sys.stderr,
        )


def products():
    for m, k, n, work in [
        (256, 256, 256, "matmul256"),
        (1024, 1024, 1024, "matmul1024"),
        (511, 511, 511, "matmul511"),
        (513, 513, 513, "matmul513"),
        (100, 300, 50, "matmul_100x300x50"),
        (128, 256, 10, "matmul_128x256x10"),
    ]:
        left, right = torch.randn(m, k), torch.randn(k, n)
        ms = report(work, [lambda: torch.mm(left, right)])
        if work == "matmul1024":
            warn_of_slow_products(ms)


def single_operations():
    x, y = torch.randn(MILLION), torch.randn(MILLION)
    report("gelu_chain1M", [lambda: functional.gelu(x.mul(1.5).add_(0.25), approximate="tanh").mul_(x)])
    report("exp1M", [lambda: x.exp()])
    report("tanh1M", [lambda: x.tanh()])
    report("div1M", [lambda: x.div(y)])
    report("sum1M", [lambda: x.sum()])
    rows = torch.randn(512, 1024)
    report("softmax512x1024", [lambda: rows.softmax(dim=1)])
    report("layernorm512x1024", [lambda: functional.layer_norm(rows, rows.shape[1:])])
    square = torch.randn(1024, 1024)
    report("transpose1024", [lambda: square.t().contiguous()])
    small = torch.ones(8)

    def additions():
        for _ in range(1000):
            small.add(small)

    report("add8_x1000", [additions])


def convolutions():
    """Both layouts of images: PyTorch's own and the one with channels last."""
    for work, size, channels, filters, width, stride in [
        ("conv_56_32_64_same", 56, 32, 64, 3, 1),
        ("conv_56_64_64_1x1", 56, 64, 64, 1, 1),
        ("conv_224_3_32_s2", 224, 3, 32, 3, 2),
    ]:
        image = torch.randn(1, channels, size, size)
        kernel = torch.randn(filters, channels, width, width)
        forms = []
        for layout in (torch.contiguous_format, torch.channels_last):
            operands = image.to(memory_format=layout), kernel.to(memory_format=layout)
            forms.append(lambda o=operands: functional.conv2d(*o, stride=stride, padding=width // 2))
        report(work, forms)


def training_step(build, x, labels, **options):
    """A step of Adam on a network that `build` makes: forward, backward, update, and reading the loss."""
    network = build()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, **options)

    def run():
        optimizer.zero_grad(set_to_none=True)
        scores = network(x)
        loss = functional.cross_entropy(scores.reshape(-1, scores.shape[-1]), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return run


def steps(build, x, labels):
    """The step with either implementation of Adam."""
    return [training_step(build, x, labels, foreach=foreach) for foreach in (False, True)]


def perceptron():
    return torch.nn.Sequential(
        torch.nn.Linear(784, 256),
        torch.nn.ReLU(),
        torch.nn.Linear(256, 128),
        torch.nn.ReLU(),
        torch.nn.Linear(128, 10),
    )


def convolutional():
    layers = []
    for channels, filters in [(1, 32), (32, 64)]:
        layers += [torch.nn.Conv2d(channels, filters, 3), torch.nn.ReLU(inplace=True), torch.nn.MaxPool2d(2)]
    layers += [torch.nn.Flatten(), torch.nn.Linear(1600, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10)]
    return torch.nn.Sequential(*layers)


class Recurrent(torch.nn.Module):
    """An LSTM that returns sequences, with steps in front as PyTorch prefers it, and a dense layer."""

    def __init__(self, symbols=64, units=128):
        super().__init__()
        self.recurrent = torch.nn.LSTM(symbols, units)
        self.dense = torch.nn.Linear(units, symbols)

    def forward(self, x):
        hidden, _ = self.recurrent(x)
        return self.dense(hidden)


class Attention(torch.nn.Module):
    def __init__(self, width, heads, length):
        super().__init__()
        self.heads = heads
        self.queries_keys_values = torch.nn.Linear(width, 3 * width)
        self.out = torch.nn.Linear(width, width)
        self.register_buffer("mask", torch.full((length, length), -math.inf).triu(diagonal=1))

    def forward(self, x):
        batch, length, width = x.shape
        parts = self.queries_keys_values(x).view(batch, length, 3, self.heads, width // self.heads)
        queries, keys, values = parts.permute(2, 0, 3, 1, 4)
        scale = 1 / math.sqrt(width // self.heads)
        weights = torch.matmul(queries * scale, keys.transpose(-2, -1)).add_(self.mask).softmax(dim=-1)
        return self.out(torch.matmul(weights, values).transpose(1, 2).reshape(x.shape))


class Block(torch.nn.Module):
    def __init__(self, width, heads, length):
        super().__init__()
        self.before_attention = torch.nn.LayerNorm(width)
        self.attention = Attention(width, heads, length)
        self.before_dense = torch.nn.LayerNorm(width)
        self.dense = torch.nn.Sequential(
            torch.nn.Linear(width, 4 * width),
            torch.nn.GELU(approximate="tanh"),
            torch.nn.Linear(4 * width, width),
        )

    def forward(self, x):
        x = x + self.attention(self.before_attention(x))
        return x + self.dense(self.before_dense(x))


class Transformer(torch.nn.Module):
    def __init__(self, symbols=64, length=64, width=128, heads=4, blocks=2):
        super().__init__()
        self.embeddings = torch.nn.Embedding(symbols, width)
        self.positions = torch.nn.Parameter(0.05 * torch.randn(length, width))
        self.blocks = torch.nn.Sequential(*(Block(width, heads, length) for _ in range(blocks)))
        self.scores = torch.nn.Linear(width, symbols)

    def forward(self, x):
        return self.scores(self.blocks(self.embeddings(x) + self.positions))


def networks():
    def classes(count, of):
        return torch.arange(count) % of

    report("mlp_step_b64", steps(perceptron, torch.randn(64, 784), classes(64, 10)))
    images = torch.randn(64, 1, 28, 28)
    forms = steps(convolutional, images, classes(64, 10))
    forms += steps(
        lambda: convolutional().to(memory_format=torch.channels_last),
        images.to(memory_format=torch.channels_last),
        classes(64, 10),
    )
    report("cnn_step_b64", forms, SELDOM)
    symbols = functional.one_hot(classes(64 * 32, 64), 64).float().view(64, 32, 64)
    report("lstm_step_b32_t64_h128", steps(Recurrent, symbols, classes(64 * 32, 64)), SELDOM)
    text = (torch.arange(16 * 64) ** 2 % 64).view(16, 64)
    report("gpt_step_b16_t64_d128_l2", steps(Transformer, text, classes(16 * 64, 64)), SELDOM)


if os.environ.get("OPENBLAS_NUM_THREADS") != str(THREADS):
    print(f"OPENBLAS_NUM_THREADS is not {THREADS}: products may run on another number of threads", file=sys.stderr)
torch.set_num_threads(THREADS)
torch.manual_seed(0)
with torch.no_grad():
    products()
    single_operations()
    convolutions()
networks()
