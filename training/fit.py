"""Examples -> trained weights: AdamW with a linear warm-up and decay, batches of examples of like length."""

from collections.abc import Callable, Sequence
from random import Random

import torch

from assistant.reader import Encoder
from index.embedding import packaged_model
from training.examples import Example
from training.network import Network, loss

BATCH = 24
RATE, HEAD_RATE = 8e-5, 1e-3
WARM_UP = 0.1
POOL = 40  # batches sorted by length together

Progress = Callable[[int, int, float], None]
"""Called with steps done, steps in all, and the mean loss of the last steps."""


def fit(examples: Sequence[Example], epochs: int, seed: int, progress: Progress) -> Network:
    """The packaged embedding model, trained on the examples; on a GPU where PyTorch finds one."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(seed)
    random = Random(seed)
    network = Network(str(packaged_model())).to(device)
    network.train()
    encoder = Encoder(packaged_model() / "tokenizer.json")
    heads = list(network.heads.parameters())
    trained = [parameter for parameter in network.transformer.parameters() if parameter.requires_grad]
    groups = [{"params": trained, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    batches = [batch for _ in range(epochs) for batch in _batches(examples, random)]
    warm_up = max(1, int(WARM_UP * len(batches)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm_up, (len(batches) - step) / (len(batches) - warm_up + 1))
    )
    mean = 0.0
    for step, batch in enumerate(batches, 1):
        encoded = encoder.encode([(each.question, each.heading, each.passage, each.spans) for each in batch])
        inputs = (torch.from_numpy(array).to(device) for array in (encoded.ids, encoded.segments, encoded.mask))
        with torch.autocast(device, dtype=torch.bfloat16):
            logits = network(*inputs)
        value = loss(logits.float(), encoded, batch)
        value.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        mean = float(value.detach()) if step == 1 else 0.98 * mean + 0.02 * float(value.detach())
        progress(step, len(batches), mean)
    return network.eval().cpu()


def _batches(examples: Sequence[Example], random: Random) -> list[list[Example]]:
    """One epoch's batches in random order, each of examples of like length, which saves padding."""
    order = list(examples)
    random.shuffle(order)
    batches = []
    for first in range(0, len(order), BATCH * POOL):
        pool = sorted(order[first : first + BATCH * POOL], key=lambda example: len(example.passage))
        batches += [pool[start : start + BATCH] for start in range(0, len(pool), BATCH)]
    random.shuffle(batches)
    return batches
