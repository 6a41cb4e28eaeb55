"""Writes small indexed data sets with Megatron-LM's own builder.

pip install torch numpy megatron-core==0.9.0; python generate.py
"""

import numpy
import torch
from megatron.core.datasets.indexed_dataset import IndexedDataset, IndexedDatasetBuilder


def write(name, dtype, documents):
    builder = IndexedDatasetBuilder(name + ".bin", dtype=dtype)
    for document in documents:
        lengths = [len(sequence) for sequence in document]
        ids = torch.tensor([id for sequence in document for id in sequence])
        builder.add_document(ids, lengths)
    builder.finalize(name + ".idx")
    read = IndexedDataset(name)
    print(name, [read[i].tolist() for i in range(len(read))])


write("megatron", numpy.int32, [[[1, 2, 3], [70_000]], [[4, 5]], [[6, 7, 8, 9]]])
write("megatron-uint16", numpy.uint16, [[[3, 1, 4, 1]], [[5]], [[9, 2, 6, 5, 3, 5]]])
