"""Makes the gradients of this folder: what float64 backpropagation through transformers gives for the
checkpoints of Fixtures/architectures.

python3 Fixtures/gradients/generate.py Fixtures/architectures Fixtures/gradients
"""
import glob, json, os, random, sys, tempfile
import torch, transformers
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM
from transformers.models.llama.modeling_llama import LlamaRMSNorm
from transformers.models.mistral.modeling_mistral import MistralRMSNorm
from transformers.models.qwen2.modeling_qwen2 import Qwen2RMSNorm
from transformers.models.qwen3.modeling_qwen3 import Qwen3RMSNorm

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
torch.set_num_threads(1)

# transformers rounds to float32 in the softmax of eager attention and in RMSNorm, whatever the model's type is;
# here both stay in float64. The rotary angles, cosines and sines are left to transformers, which takes them in
# float32 and widens them: they are the same numbers that a float32 model is given.
softmax = torch.nn.functional.softmax
torch.nn.functional.softmax = lambda x, dim=None, dtype=None: softmax(x, dim=dim)

def rms_norm(self, x):
    return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.variance_epsilon))

for norm in LlamaRMSNorm, MistralRMSNorm, Qwen2RMSNorm, Qwen3RMSNorm:
    norm.forward = rms_norm

def mean_loss(model, ids):
    logits = model(ids[:, :-1], use_cache=False).logits
    assert logits.dtype == torch.float64
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten())

def check_with_differences(model, ids, name, step=1e-6):
    """Central differences at the largest and at a random entry of every gradient. A rounding to float32
    anywhere would show as noise of about 0.1."""
    draw = random.Random(name)
    for label, parameter in model.named_parameters():
        weights, gradient = parameter.data.view(-1), parameter.grad.view(-1)
        for i in gradient.abs().argmax().item(), draw.randrange(len(weights)):
            kept, losses = weights[i].item(), []
            for at in kept + step, kept - step:
                weights[i] = at
                with torch.no_grad():
                    losses.append(mean_loss(model, ids).item())
            weights[i] = kept
            difference, exact = (losses[0] - losses[1]) / (2 * step), gradient[i].item()
            assert abs(difference - exact) < 1e-8 + 1e-7 * abs(exact), (name, label, i, difference, exact)

def on_disk(folder):
    return {k: v for f in glob.glob(f'{folder}/*.safetensors') for k, v in load_file(f).items()}

checkpoints, out = sys.argv[1:]
for name in sorted(os.listdir(checkpoints)):
    folder = f'{checkpoints}/{name}'
    if not os.path.exists(f'{folder}/config.json'): continue
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation='eager')
    model = model.double().eval()
    # Longer than every window.
    length = 40 if getattr(model.config, 'sliding_window', None) else 24
    draw = random.Random(name)
    sequences = [[draw.randrange(model.config.vocab_size) for _ in range(length + 1)] for _ in range(3)]
    ids = torch.tensor(sequences)
    loss = mean_loss(model, ids)
    loss.backward()
    check_with_differences(model, ids, name)
    norm = torch.cat([p.grad.view(-1) for p in model.parameters()]).norm()
    # Saved as if they were the weights, the gradients get the names that a checkpoint has on disk, tied ones once.
    for p in model.parameters(): p.data = p.grad
    with tempfile.TemporaryDirectory() as t:
        model.save_pretrained(t)
        gradients = {k: v.to(torch.float32) for k, v in sorted(on_disk(t).items())}
    assert {k: v.shape for k, v in gradients.items()} == {k: v.shape for k, v in on_disk(folder).items()}, name
    save_file(gradients, f'{out}/{name}.safetensors')
    with open(f'{out}/{name}.json', 'w') as f:
        json.dump({'sequences': sequences, 'loss': loss.item(), 'gradient_norm': norm.item()}, f)
    print(name, length, loss.item(), norm.item(), os.path.getsize(f'{out}/{name}.safetensors'))
