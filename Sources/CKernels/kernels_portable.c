// Four lanes: SSE2 on x86-64, NEON on arm64.
#define WIDTH 4
#define TILE_ROWS 8
#define TILE_VECTORS 2
#define KERNELS cpteval_kernels_portable
#define KERNELS_NAME "portable"
#include "kernels.inc"
