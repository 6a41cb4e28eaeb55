#ifndef CPTEVAL_SHA256_H
#define CPTEVAL_SHA256_H

#include <stddef.h>
#include <stdint.h>

/// State of a SHA-256 computation (FIPS 180-4) between two pieces of the message.
typedef struct {
  uint32_t state[8];
  uint64_t length;  // bytes so far
  uint8_t block[64];
  size_t filled;  // bytes waiting in `block`
} cpteval_sha256;

void cpteval_sha256_begin(cpteval_sha256 *hash);
void cpteval_sha256_update(cpteval_sha256 *hash, const void *bytes, size_t count);
void cpteval_sha256_end(cpteval_sha256 *hash, uint8_t digest[32]);

/// Whether this processor has the SHA instructions.
int cpteval_sha256_has_instructions(void);
/// The compression of `blocks` × 64 bytes in plain C, and with the processor's instructions (a
/// trap where they are missing); public so that tests can hold one against the other.
void cpteval_sha256_compress_portable(uint32_t state[8], const uint8_t *bytes, size_t blocks);
void cpteval_sha256_compress_instructions(uint32_t state[8], const uint8_t *bytes, size_t blocks);

#endif
