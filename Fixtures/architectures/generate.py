"""Makes the tiny checkpoints of this folder and what transformers computes with them."""
import torch, json, os, sys, random, shutil
from transformers import *
import transformers

transformers.logging.set_verbosity_error()
out=sys.argv[1]; os.makedirs(out,exist_ok=True)
torch.manual_seed(7); random.seed(7)
V=96
def nz(m):
    for p in m.parameters():
        with torch.no_grad():
            if p.dim()==1: p.add_(torch.randn_like(p)*0.1)
            else: p.mul_(4)
neox=dict(vocab_size=V,hidden_size=32,num_hidden_layers=2,num_attention_heads=4,intermediate_size=64,max_position_embeddings=256)
ll=dict(vocab_size=V,hidden_size=32,num_hidden_layers=2,num_attention_heads=4,num_key_value_heads=2,intermediate_size=48,max_position_embeddings=256)
rp=lambda **k: dict(rope_parameters=k)
cases={
 'neox-parallel':(GPTNeoXConfig(**neox,**rp(rope_type='default',rope_theta=10000.,partial_rotary_factor=.25)),torch.float32),
 'neox-sequential-half':(GPTNeoXConfig(**neox,use_parallel_residual=False,hidden_act='gelu_fast',**rp(rope_type='default',rope_theta=500.,partial_rotary_factor=1.0)),torch.bfloat16),
 'neox-no-attention-bias':(GPTNeoXConfig(**neox,attention_bias=False,tie_word_embeddings=True,**rp(rope_type='linear',factor=2.0,rope_theta=10000.,partial_rotary_factor=.5)),torch.float16),
 'llama-grouped':(LlamaConfig(**ll,rms_norm_eps=1e-5),torch.float32),
 'llama-multi-query-head-dim':(LlamaConfig(**{**ll,'num_key_value_heads':1},head_dim=12,attention_bias=True,mlp_bias=True,**rp(rope_type='default',rope_theta=500000.)),torch.bfloat16),
 'llama-llama3-rope-tied':(LlamaConfig(**{**ll,'max_position_embeddings':2048},tie_word_embeddings=True,**rp(rope_type='llama3',rope_theta=500000.,factor=8.0,low_freq_factor=1.0,high_freq_factor=4.0,original_max_position_embeddings=64)),torch.float32),
 'llama-linear-rope':(LlamaConfig(**ll,hidden_act='gelu_pytorch_tanh',**rp(rope_type='linear',rope_theta=10000.,factor=4.0)),torch.float16),
 'mistral-window':(MistralConfig(**ll,sliding_window=24),torch.float32),
 'mistral-full':(MistralConfig(**ll,sliding_window=None,head_dim=16),torch.bfloat16),
 'qwen2-window-some-layers':(Qwen2Config(**{**ll,'num_hidden_layers':3},use_sliding_window=True,sliding_window=20,max_window_layers=1),torch.float32),
 'qwen2-tied':(Qwen2Config(**ll,tie_word_embeddings=True),torch.bfloat16),
 'qwen3':(Qwen3Config(**ll,head_dim=16),torch.float32),
 'qwen3-window-bias':(Qwen3Config(**ll,head_dim=8,attention_bias=True,use_sliding_window=True,sliding_window=33,max_window_layers=0),torch.float32),
 'gpt2':(GPT2Config(vocab_size=V,n_embd=32,n_layer=2,n_head=4,n_positions=256),torch.float32),
 'gpt2-scaled':(GPT2Config(vocab_size=V,n_embd=32,n_layer=3,n_head=2,n_positions=256,n_inner=40,activation_function='relu',scale_attn_by_inverse_layer_idx=True),torch.float16),
}
def ref(path, seqs):
    m=AutoModelForCausalLM.from_pretrained(path,dtype=torch.float32,attn_implementation='eager').eval()
    res=[]
    with torch.no_grad():
        for s in seqs:
            t=torch.tensor([s]); lp=torch.log_softmax(m(t[:,:-1]).logits.float(),-1)[0]
            res.append({'tokens':s,'log_likelihoods':[float(f'{lp[i,s[i+1]].item():.7g}') for i in range(len(s)-1)],'greedy':''.join('1' if lp[i].argmax().item()==s[i+1] else '0' for i in range(len(s)-1))})
    return res
for name,(cfg,dt) in cases.items():
    m=AutoModelForCausalLM.from_config(cfg); nz(m); m=m.to(dt)
    d=f'{out}/{name}'; shutil.rmtree(d,ignore_errors=True)
    m.save_pretrained(d, **({'max_shard_size':'20KB'} if name=='llama-grouped' else {}))
    for f in os.listdir(d):
        if f=='generation_config.json': os.remove(f'{d}/{f}')
    lens=[2,3,13,14,40,130,200]
    if name=='llama-llama3-rope-tied': lens=[5,300,1500]
    base=[random.randrange(V) for _ in range(4000)]
    seqs=[base[:n] for n in lens[:3]]+[[random.randrange(V) for _ in range(n)] for n in lens[3:]]
    r=ref(d,seqs)
    json.dump({'made_by':'transformers 5.23.0, float32, eager attention','sequences':r},open(f'{d}/reference.json','w'))
    print(name, sum(os.path.getsize(f'{d}/{f}') for f in os.listdir(d)), sum(s['greedy'].count('1') for s in r))
# activations over one checkpoint
d=f'{out}/neox-parallel'; acts={}
c=json.load(open(d+'/config.json'))
import tempfile
for a in ['gelu','gelu_new','gelu_fast','gelu_pytorch_tanh','gelu_python','gelu_accurate','gelu_python_tanh','quick_gelu','relu','silu','swish','tanh']:
    t=tempfile.mkdtemp(); shutil.copy(d+'/model.safetensors',t); json.dump({**c,'hidden_act':a},open(t+'/config.json','w'))
    try: acts[a]=ref(t,[[i*7%V for i in range(30)]])
    except Exception as e: print(a,'!!',e)
json.dump({'made_by':'transformers 5.23.0, float32, eager attention','by_activation':acts},open(f'{out}/neox-parallel/activations.json','w'))
