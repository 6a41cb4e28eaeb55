#ifndef FAULT_INJECTION_H
#define FAULT_INJECTION_H

/// Loaded into a program by LD_PRELOAD, this library counts the calls that change files (write, pwrite,
/// fsync, fdatasync, ftruncate, rename, renameat, renameat2, mkdir, mkdirat, unlink, unlinkat, rmdir, and
/// open for writing) and lets a chosen one fail or kill the program. It exports only those calls; the
/// environment says what happens:
///
///   FAULT_LOG=path       append a line "number call path" for each call that counts
///   FAULT_PATH=text      only calls on paths that hold this text count
///   FAULT_KILL_AT=n      SIGKILL in place of the n-th call, counted from 1
///   FAULT_TEAR_AT=n      the n-th call, if a write, writes half of its bytes; then SIGKILL
///   FAULT_FAIL_AT=n      the n-th call fails
///   FAULT_FAIL_FROM=n    every call that needs space fails from the n-th on: the disk is full; if the
///                        n-th is a write, it still takes half of its bytes, as a disk does
///   FAULT_FAIL_CALL=name every call of that name fails
///   FAULT_ERRNO=code     with this errno (default ENOSPC)
///   FAULT_SKIP_FSYNC=1   flushes do nothing, so that many runs take little time
void fault_injection(void);

#endif
