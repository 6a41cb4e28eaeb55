#ifndef CPTEVAL_PAUSE_H
#define CPTEVAL_PAUSE_H

/// Tells the processor that the caller is waiting for another core to write something.
static inline void cpteval_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#endif
