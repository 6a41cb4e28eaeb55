#if defined(__x86_64__)
// 12 x 32: twenty-four accumulators, two of the right-hand side, broadcasts folded into the multiply-add.
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"), min_vector_width(512))), apply_to = function)
#define WIDTH 16
#define TILE_ROWS 12
#define TILE_VECTORS 2
#define FUSED 1
#define KERNELS cpteval_kernels_avx512
#define KERNELS_NAME "avx512"
#include "kernels.inc"
#pragma clang attribute pop
#endif
