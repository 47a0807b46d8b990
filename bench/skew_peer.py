"""PyTorch's DataLoader on the costs of bench/skew.cpp.

    skew_peer.py in-order|any-order WORKERS

Says its name, then waits: for every line on stdin it runs one epoch and answers with samples/s. Out of order needs PyTorch 2.6.
"""

import sys
import time

import torch

SAMPLES, BATCH, CHEAP_NS = 6400, 16, 50_000


class Costly(torch.utils.data.Dataset):
    def __init__(self):
        self.pixels = torch.zeros(SAMPLES, 1, 28, 28)

    def __len__(self):
        return SAMPLES

    def __getitem__(self, i):
        until = time.thread_time_ns() + (100 * CHEAP_NS if i % 100 == 99 else CHEAP_NS)
        while time.thread_time_ns() < until:
            pass
        return self.pixels[i], 0


def main():
    order, workers = sys.argv[1], int(sys.argv[2])
    options = {"in_order": False} if order == "any-order" else {}
    torch.set_num_threads(1)
    loader = torch.utils.data.DataLoader(Costly(), BATCH, shuffle=True, num_workers=workers, persistent_workers=True, **options)
    named = "in_order=False" if options else "in order"
    print(f"PyTorch {torch.__version__} DataLoader, {named}, {workers} workers", flush=True)
    for _ in sys.stdin:
        begun = time.perf_counter()
        rows = sum(len(labels) for _, labels in loader)
        print(rows / (time.perf_counter() - begun), flush=True)


main()
