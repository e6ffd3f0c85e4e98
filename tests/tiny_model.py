"""A chat model small enough to be made in a test: random weights, and a tokenizer trained on the starter articles."""

import json
from importlib.resources import files
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

SPECIAL = ["<s>", "</s>", "<|system|>", "<|user|>", "<|assistant|>"]
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
LAYERS, WIDTH, INNER = 4, 128, 256


def make_model(folder: Path, *, ends: bool = True, context: int = 8192, template: str = TEMPLATE) -> Path:
    """Write it as transformers reads it, without torch: it says some nonsense, without end where `ends` is false."""
    folder.mkdir(parents=True)
    tokenizer = _tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    words = tokenizer.get_vocab_size()
    save_file(_weights(words), folder / "model.safetensors", {"format": "pt"})
    # Random weights hardly ever come to the one token that ends an answer: here it is made likelier word by word.
    end = SPECIAL.index("</s>")
    ending = {"eos_token_id": end, "min_new_tokens": 8, "exponential_decay_length_penalty": [8, 2.0]}
    names = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "</s>"}
    written = {
        "config.json": {
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "vocab_size": words,
            "hidden_size": WIDTH,
            "intermediate_size": INNER,
            "num_hidden_layers": LAYERS,
            "num_attention_heads": 4,
            "num_key_value_heads": 4,
            "max_position_embeddings": context,
            "tie_word_embeddings": False,
            "bos_token_id": 0,
            "eos_token_id": 1,
            "dtype": "float32",
        },
        "generation_config.json": {"max_new_tokens": 100_000, **(ending if ends else {"eos_token_id": None})},
        "tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast", **names}
        | ({"chat_template": template} if template else {}),
    }
    for name, values in written.items():
        (folder / name).write_text(json.dumps(values), "utf-8")
    return folder


def _weights(words: int) -> dict[str, np.ndarray]:
    """Shapes by https://huggingface.co/docs/transformers/model_doc/llama."""
    shapes = {"model.embed_tokens": (words, WIDTH), "lm_head": (words, WIDTH), "model.norm": (WIDTH,)}
    for layer in range(LAYERS):
        shapes |= {f"model.layers.{layer}.self_attn.{name}_proj": (WIDTH, WIDTH) for name in "qkvo"}
        shapes |= {f"model.layers.{layer}.mlp.{name}_proj": (INNER, WIDTH) for name in ("gate", "up")}
        shapes |= {f"model.layers.{layer}.mlp.down_proj": (WIDTH, INNER)}
        shapes |= {f"model.layers.{layer}.{name}_layernorm": (WIDTH,) for name in ("input", "post_attention")}
    random = np.random.default_rng(0)
    return {
        f"{name}.weight": np.ones(shape, np.float32) if len(shape) == 1 else random.normal(0, 0.1, shape).astype("f4")
        for name, shape in shapes.items()
    }


def _tokenizer() -> Tokenizer:
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer, tokenizer.decoder = byte_level, decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=2000, special_tokens=SPECIAL, initial_alphabet=byte_level.alphabet(), show_progress=False
    )
    articles = [file.read_text("utf-8") for file in files("seeds").iterdir() if file.name.endswith(".md")]
    tokenizer.train_from_iterator(articles, trainer)
    return tokenizer
