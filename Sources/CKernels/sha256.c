// SHA-256 as FIPS 180-4 defines it. Weights of many gigabytes are hashed beside the scoring, so the
// processor's SHA instructions are used where they exist; the choice is made at run time, because the
// binary is built for a plain x86-64.
#include "sha256.h"

#include <stdatomic.h>
#include <string.h>

// Section 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes.
static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static inline uint32_t rotate_right(uint32_t x, int n) { return (x >> n) | (x << (32 - n)); }

static inline uint32_t read_big_endian(const uint8_t *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

void cpteval_sha256_compress_portable(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
  for (; blocks > 0; blocks--, bytes += 64) {
    uint32_t w[64];
    for (int t = 0; t < 16; t++) w[t] = read_big_endian(bytes + 4 * t);
    for (int t = 16; t < 64; t++) {
      uint32_t a = w[t - 15], b = w[t - 2];
      uint32_t s0 = rotate_right(a, 7) ^ rotate_right(a, 18) ^ (a >> 3);
      uint32_t s1 = rotate_right(b, 17) ^ rotate_right(b, 19) ^ (b >> 10);
      w[t] = s1 + w[t - 7] + s0 + w[t - 16];
    }
    uint32_t v[8];
    memcpy(v, state, sizeof v);
    // Eight rounds bring every word back to its place, so inside them the names move, not the words.
    for (int t = 0; t < 64; t += 8) {
#pragma clang loop unroll(full)
      for (int r = 0; r < 8; r++) {
        uint32_t a = v[(8 - r) & 7], b = v[(9 - r) & 7], c = v[(10 - r) & 7];
        uint32_t e = v[(12 - r) & 7], f = v[(13 - r) & 7], g = v[(14 - r) & 7];
        uint32_t sum1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
        uint32_t t1 = v[(15 - r) & 7] + sum1 + ((e & f) ^ (~e & g)) + K[t + r] + w[t + r];
        uint32_t sum0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
        v[(11 - r) & 7] += t1;
        v[(15 - r) & 7] = t1 + sum0 + ((a & b) ^ (a & c) ^ (b & c));
      }
    }
    for (int i = 0; i < 8; i++) state[i] += v[i];
  }
}

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

static int ask_processor(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
  int has_sse41 = (c >> 19) & 1, has_ssse3 = (c >> 9) & 1;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  return has_sse41 && has_ssse3 && ((b >> 29) & 1);
}

// Asked once: under a hypervisor every cpuid leaves the guest, which costs more than a short hash.
int cpteval_sha256_has_instructions(void) {
  static atomic_int known = -1;
  int answer = atomic_load_explicit(&known, memory_order_relaxed);
  if (answer < 0) {
    answer = ask_processor();
    atomic_store_explicit(&known, answer, memory_order_relaxed);
  }
  return answer;
}

// The instructions hold the eight words as two vectors, named by their words from the highest lane to
// the lowest: ABEF and CDGH. Each sha256rnds2 does two rounds; four message words are live per vector
// and the schedule runs four words ahead.
__attribute__((target("sha,sse4.1,ssse3"))) void cpteval_sha256_compress_instructions(
    uint32_t state[8], const uint8_t *bytes, size_t blocks) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  __m128i abef = _mm_set_epi32((int)state[0], (int)state[1], (int)state[4], (int)state[5]);
  __m128i cdgh = _mm_set_epi32((int)state[2], (int)state[3], (int)state[6], (int)state[7]);
  for (; blocks > 0; blocks--, bytes += 64) {
    const __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i w[4];
    for (int i = 0; i < 4; i++) {
      w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(bytes + 16 * i)), swap);
    }
#pragma clang loop unroll(full)
    for (int group = 0; group < 16; group++) {
      const __m128i words = w[group & 3];
      __m128i sum = _mm_add_epi32(words, _mm_loadu_si128((const __m128i *)(K + 4 * group)));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
      if (group < 12) {
        // The words of group + 4: those of this group with sigma0 of the next and sigma1 of the last.
        __m128i next = _mm_sha256msg1_epu32(words, w[(group + 1) & 3]);
        __m128i seven = _mm_alignr_epi8(w[(group + 3) & 3], w[(group + 2) & 3], 4);
        w[group & 3] = _mm_sha256msg2_epu32(_mm_add_epi32(next, seven), w[(group + 3) & 3]);
      }
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  state[0] = (uint32_t)_mm_extract_epi32(abef, 3);
  state[1] = (uint32_t)_mm_extract_epi32(abef, 2);
  state[2] = (uint32_t)_mm_extract_epi32(cdgh, 3);
  state[3] = (uint32_t)_mm_extract_epi32(cdgh, 2);
  state[4] = (uint32_t)_mm_extract_epi32(abef, 1);
  state[5] = (uint32_t)_mm_extract_epi32(abef, 0);
  state[6] = (uint32_t)_mm_extract_epi32(cdgh, 1);
  state[7] = (uint32_t)_mm_extract_epi32(cdgh, 0);
}
#else
int cpteval_sha256_has_instructions(void) { return 0; }
void cpteval_sha256_compress_instructions(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
  cpteval_sha256_compress_portable(state, bytes, blocks);
}
#endif

static void compress(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
  if (cpteval_sha256_has_instructions()) {
    cpteval_sha256_compress_instructions(state, bytes, blocks);
  } else {
    cpteval_sha256_compress_portable(state, bytes, blocks);
  }
}

void cpteval_sha256_begin(cpteval_sha256 *hash) {
  // Section 5.3.3: the first 32 bits of the fractional parts of the square roots of the first 8 primes.
  static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  memcpy(hash->state, start, sizeof start);
  hash->length = 0;
  hash->filled = 0;
}

void cpteval_sha256_update(cpteval_sha256 *hash, const void *bytes, size_t count) {
  const uint8_t *next = bytes;
  hash->length += count;
  if (hash->filled > 0) {
    size_t part = 64 - hash->filled < count ? 64 - hash->filled : count;
    if (part > 0) memcpy(hash->block + hash->filled, next, part);
    hash->filled += part;
    next += part;
    count -= part;
    if (hash->filled < 64) return;
    compress(hash->state, hash->block, 1);
    hash->filled = 0;
  }
  if (count >= 64) {
    compress(hash->state, next, count / 64);
    next += count / 64 * 64;
    count %= 64;
  }
  if (count > 0) memcpy(hash->block, next, count);
  hash->filled = count;
}

void cpteval_sha256_end(cpteval_sha256 *hash, uint8_t digest[32]) {
  uint64_t bits = hash->length * 8;
  uint8_t tail[128] = {0};
  size_t size = hash->filled < 56 ? 64 : 128;
  memcpy(tail, hash->block, hash->filled);
  tail[hash->filled] = 0x80;
  for (int i = 0; i < 8; i++) tail[size - 1 - i] = (uint8_t)(bits >> (8 * i));
  compress(hash->state, tail, size / 64);
  for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
}
