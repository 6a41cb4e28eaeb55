"""Writes reference.json: what transformers resolves from config.json files in many spellings.

Usage: python3 Fixtures/configurations/generate.py   (transformers 5.23, torch 2.15, lm_eval 0.4.13)
"""

import json
import pathlib
import tempfile
import warnings

import torch
from lm_eval.models.utils import resolve_max_length
from transformers import CONFIG_MAPPING, AutoModelForCausalLM
from transformers.utils import logging

warnings.filterwarnings("ignore")
logging.set_verbosity_error()

COMMON = dict(hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=48, vocab_size=40)
GPT2 = dict(n_embd=32, n_layer=2, n_head=4, vocab_size=40, n_positions=16)
LLAMA3 = dict(factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64)


def cases():
    neox = lambda **keys: dict(COMMON, model_type="gpt_neox", **keys)
    yield neox()
    yield neox(rotary_pct=1.0, rotary_emb_base=5000)
    yield neox(rotary_pct=0.5, rotary_emb_base=500, rope_theta=77.0, torch_dtype="float16")
    yield neox(rope_parameters={"rope_type": "default", "rope_theta": 300.0, "partial_rotary_factor": 0.5})
    yield neox(rope_parameters={"rope_type": "default"}, rotary_pct=0.75)
    yield neox(rope_scaling={"type": "linear", "factor": 2.0}, rotary_pct=0.5)
    yield neox(rope_parameters={"rope_type": "linear", "factor": 3}, rope_scaling={})
    # An odd number of rotated dimensions is rounded up, the exponents are not.
    yield neox(hidden_size=48, rotary_pct=0.25)
    yield neox(use_parallel_residual=False, attention_bias=False, layer_norm_eps=1e-6, hidden_act="gelu_fast")
    yield neox(tie_word_embeddings=True, max_position_embeddings=512)
    yield neox(n_positions=77)
    for family in ["llama", "mistral", "qwen2", "qwen3"]:
        model = lambda **keys: dict(COMMON, num_key_value_heads=2, model_type=family, **keys)
        yield model()
        yield model(rope_theta=500000.0, rope_scaling=None)
        yield model(rope_theta=500000.0, rope_scaling={"type": "linear", "factor": 4.0})
        yield model(rope_theta=500000.0, rope_scaling=dict(LLAMA3, rope_type="llama3"))
        yield model(rope_parameters=dict(LLAMA3, rope_type="llama3", rope_theta=10000.0))
        yield model(
            rope_parameters={**LLAMA3, "rope_type": "llama3", "original_max_position_embeddings": 128},
            max_position_embeddings=4096,
            rope_theta=700.0,
        )
        no_original = {key: value for key, value in LLAMA3.items() if key != "original_max_position_embeddings"}
        yield model(rope_scaling=dict(no_original, rope_type="llama3"), max_position_embeddings=256)
        yield model(
            rope_scaling=dict(LLAMA3, rope_type="llama3"),
            max_position_embeddings=256,
            original_max_position_embeddings=32,
        )
        yield model(rope_scaling={"type": "linear", "rope_type": "default", "factor": 2.0})
        yield model(partial_rotary_factor=0.5)
        yield model(head_dim=6)
        yield model(tie_word_embeddings=True, rms_norm_eps=1e-5)
        yield model(attention_bias=True, mlp_bias=True)
        yield model(sliding_window=8)
        yield model(sliding_window=None)
        yield model(sliding_window=8, use_sliding_window=True, max_window_layers=1)
        yield model(sliding_window=8, use_sliding_window=True)
        yield model(sliding_window=None, use_sliding_window=True, max_window_layers=0)
    for family in ["qwen2", "qwen3"]:
        model = lambda **keys: dict(COMMON, num_key_value_heads=2, model_type=family, **keys)
        types = ["sliding_attention", "full_attention", "sliding_attention"]
        yield model(sliding_window=8, use_sliding_window=True, layer_types=types)
        yield model(layer_types=["full_attention", "attention", "full_attention"])
        yield dict(COMMON, hidden_size=64, num_attention_heads=32, model_type=family)
    yield dict(COMMON, model_type="llama")
    yield dict(COMMON, model_type="llama", num_key_value_heads=1)
    yield dict(COMMON, model_type="llama", head_dim=None, num_key_value_heads=None)
    yield dict(COMMON, model_type="mistral", num_attention_heads=8)
    yield dict(COMMON, model_type="mistral", num_key_value_heads=2, hidden_size=36, num_attention_heads=8)
    yield dict(COMMON, model_type="qwen3", num_key_value_heads=None)
    yield dict(GPT2, model_type="gpt2")
    yield dict(GPT2, model_type="gpt2", n_inner=20, activation_function="gelu", layer_norm_epsilon=1e-6)
    yield dict(GPT2, model_type="gpt2", scale_attn_weights=False, scale_attn_by_inverse_layer_idx=True)
    yield dict(GPT2, model_type="gpt2", scale_attn_by_inverse_layer_idx=True, n_ctx=8)
    yield dict(GPT2, model_type="gpt2", tie_word_embeddings=False)
    yield dict(
        model_type="gpt2", hidden_size=32, num_hidden_layers=1, num_attention_heads=2, max_position_embeddings=9,
        vocab_size=40,
    )
    # Absent keys: every default of the classes.
    for family in ["gpt_neox", "llama", "mistral", "qwen2", "qwen3", "gpt2"]:
        yield dict(model_type=family)


def saved_shapes(model, family):
    """Names and shapes as `save_pretrained` writes them; by name alone where weights would be too large."""
    if next(model.parameters()).device.type != "meta":
        with tempfile.TemporaryDirectory() as folder:
            model.save_pretrained(folder)
            with open(pathlib.Path(folder) / "model.safetensors", "rb") as file:
                header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        header.pop("__metadata__", None)
        return {name: entry["shape"] for name, entry in sorted(header.items())}
    tied = set(model.all_tied_weights_keys)
    shapes = {name: list(value.shape) for name, value in model.state_dict().items() if name not in tied}
    if family == "gpt_neox":
        shapes["embed_out.weight"] = shapes.pop("lm_head.weight")
    return dict(sorted(shapes.items()))


def resolve(keys):
    family = keys["model_type"]
    # from_dict adds to the nested dictionaries that it is given.
    config = CONFIG_MAPPING[family].from_dict(json.loads(json.dumps(keys)))
    large = len(keys) == 1
    with torch.device("meta" if large else "cpu"):
        model = AutoModelForCausalLM.from_config(config)
    base = model.base_model
    layers = base.h if family == "gpt2" else base.layers
    attention = [layer.attention if family == "gpt_neox" else layer.attn if family == "gpt2" else layer.self_attn
                 for layer in layers]
    if family == "mistral":
        windows = [config.sliding_window] * len(layers)
    elif family in ("qwen2", "qwen3"):
        windows = [module.sliding_window for module in attention]
    else:
        windows = [None] * len(layers)
    norm = base.ln_f if family == "gpt2" else base.final_layer_norm if family == "gpt_neox" else base.norm
    frequencies = []
    if family != "gpt2":
        rotary = base.rotary_emb
        if large:
            with torch.device("cpu"):
                rotary = type(rotary)(config)
        frequencies = rotary.inv_freq.tolist()
    return {
        "config": keys,
        "tensors": saved_shapes(model, family),
        "windows": windows,
        "attention_scales": [module.scaling for module in attention],
        "epsilon": getattr(norm, "eps", None) or norm.variance_epsilon,
        "inverse_frequencies": frequencies,
        "maximum_length": resolve_max_length(config),
        "tied": config.tie_word_embeddings,
        "parallel": getattr(config, "use_parallel_residual", False),
    }


def activations():
    from transformers.activations import ACT2FN

    points = [-6.0, -3.0, -1.0, -0.5, -0.1, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 12.0]
    names = ["gelu", "gelu_python", "gelu_10", "gelu_new", "gelu_fast", "gelu_accurate", "gelu_pytorch_tanh", "gelu_python_tanh",
             "quick_gelu", "relu", "silu", "swish", "tanh"]
    values = {name: ACT2FN[name](torch.tensor(points, dtype=torch.float64)).tolist() for name in names}
    return {"points": points, "values": values}


if __name__ == "__main__":
    torch.manual_seed(0)
    result = {"configurations": [resolve(keys) for keys in cases()], "activations": activations()}
    text = json.dumps(result).replace('{"config"', '\n{"config"')
    pathlib.Path(__file__).with_name("reference.json").write_text(text + "\n")
