#if defined(__x86_64__)
// 6 x 16: twelve accumulators, two of the right-hand side, one broadcast: fifteen of the sixteen registers.
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define WIDTH 8
#define TILE_ROWS 6
#define TILE_VECTORS 2
#define FUSED 1
#define KERNELS cpteval_kernels_avx2
#define KERNELS_NAME "avx2"
#include "kernels.inc"
#pragma clang attribute pop
#endif
