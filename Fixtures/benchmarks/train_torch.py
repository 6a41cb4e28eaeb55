"""Times training steps of GPT-NeoX in PyTorch on the CPU, to set beside `cpteval bench train`.

    python train_torch.py HIDDEN LAYERS HEADS VOCABULARY SEQUENCE_LENGTH SEQUENCES [STEPS]

Float32, eager mode with the fused attention, AdamW (fused) and clipping, one thread per core; one
step to warm up, then the median of STEPS (5). Prints tokens per second. Measured with PyTorch 2.15 and
transformers 5.24 (`pip install torch transformers`).
"""

import os
import statistics
import sys
import time

import torch
from transformers import GPTNeoXConfig, GPTNeoXForCausalLM

hidden, layers, heads, vocabulary, length, sequences = map(int, sys.argv[1:7])
steps = int(sys.argv[7]) if len(sys.argv) > 7 else 5
torch.set_num_threads(os.cpu_count())
torch.manual_seed(1)
config = GPTNeoXConfig(
    vocab_size=vocabulary,
    hidden_size=hidden,
    num_hidden_layers=layers,
    num_attention_heads=heads,
    intermediate_size=4 * hidden,
    max_position_embeddings=2048,
    use_cache=False,
    rope_parameters={"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.25},
)
config._attn_implementation = "sdpa"
model = GPTNeoXForCausalLM(config).train()
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, betas=(0.9, 0.95), weight_decay=0.1, fused=True)
seconds = []
for step in range(1 + steps):
    tokens = torch.randint(vocabulary, (sequences, length + 1))
    begin = time.perf_counter()
    logits = model(tokens[:, :-1]).logits
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    if step > 0:
        seconds.append(time.perf_counter() - begin)
median = statistics.median(seconds)
print(f"{sequences * length / median:.1f} tokens per second, {median:.3f} s a step ({min(seconds):.3f} – {max(seconds):.3f})")
