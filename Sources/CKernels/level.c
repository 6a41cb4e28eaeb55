#include "kernels.h"

extern const cpteval_kernels cpteval_kernels_portable;
#if defined(__x86_64__)
extern const cpteval_kernels cpteval_kernels_avx2;
extern const cpteval_kernels cpteval_kernels_avx512;
#endif

cpteval_level cpteval_best_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  int has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                 __builtin_cpu_supports("f16c");
  if (has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return cpteval_level_avx512;
  if (has_avx2) return cpteval_level_avx2;
#endif
  return cpteval_level_portable;
}

const cpteval_kernels *cpteval_kernels_at(cpteval_level level) {
  if (level > cpteval_best_level()) return NULL;
#if defined(__x86_64__)
  if (level == cpteval_level_avx512) return &cpteval_kernels_avx512;
  if (level == cpteval_level_avx2) return &cpteval_kernels_avx2;
#endif
  return level == cpteval_level_portable ? &cpteval_kernels_portable : NULL;
}
