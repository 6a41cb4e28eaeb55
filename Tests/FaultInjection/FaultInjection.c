#define _GNU_SOURCE
#include "FaultInjection.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// The calls go to the kernel directly: looking up the C library's own would call back into it while it
// is still starting.

void fault_injection(void) {}

static atomic_long calls;

static long number_from(const char *name) {
  const char *text = getenv(name);
  return text ? strtol(text, NULL, 10) : 0;
}

static void die(void) {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

static void path_of(int descriptor, char *path, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  long count = syscall(SYS_readlinkat, AT_FDCWD, link, path, size - 1);
  path[count > 0 ? count : 0] = 0;
}

static void log_call(long number, const char *call, const char *path) {
  const char *log = getenv("FAULT_LOG");
  if (!log) return;
  int descriptor =
      (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor < 0) return;
  char line[8192];
  int count = snprintf(line, sizeof line, "%ld %s %s\n", number, call, path);
  if (count > 0) syscall(SYS_write, descriptor, line, strnlen(line, sizeof line));
  syscall(SYS_close, descriptor);
}

enum verdict { perform, fail, tear, shorten };

/// Counts a call and decides on it; sets errno if it is to fail.
static enum verdict decide(const char *call, const char *path, int needs_space) {
  int saved = errno;
  const char *part = getenv("FAULT_PATH");
  const char *log = getenv("FAULT_LOG");
  if ((part && !strstr(path, part)) || (log && !strcmp(path, log))) return perform;
  long number = atomic_fetch_add(&calls, 1) + 1;
  log_call(number, call, path);
  if (number == number_from("FAULT_KILL_AT")) die();
  if (number == number_from("FAULT_TEAR_AT")) return tear;
  const char *failing = getenv("FAULT_FAIL_CALL");
  long from = number_from("FAULT_FAIL_FROM");
  if (from > 0 && number == from && strstr(call, "write")) return shorten;
  if (number == number_from("FAULT_FAIL_AT") || (from > 0 && number >= from && needs_space) ||
      (failing && !strcmp(failing, call))) {
    long code = number_from("FAULT_ERRNO");
    errno = code ? (int)code : ENOSPC;
    return fail;
  }
  errno = saved;
  return perform;
}

/// For calls that cannot be done by halves.
static int is_refused(const char *call, const char *path, int needs_space) {
  enum verdict verdict = decide(call, path, needs_space);
  if (verdict == tear) die();
  return verdict == fail;
}

static int is_refused_on(const char *call, int descriptor, int needs_space) {
  char path[4096];
  path_of(descriptor, path, sizeof path);
  return is_refused(call, path, needs_space);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  char path[4096];
  path_of(descriptor, path, sizeof path);
  // Only what lies in a file system: the standard streams are pipes or the test's own files.
  if (path[0] != '/' || descriptor <= 2) return syscall(SYS_write, descriptor, bytes, count);
  enum verdict verdict = decide("write", path, 1);
  if (verdict == fail) return -1;
  if (verdict == tear) {
    syscall(SYS_write, descriptor, bytes, count / 2);
    die();
  }
  if (verdict == shorten && count > 1) count /= 2;
  return syscall(SYS_write, descriptor, bytes, count);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  char path[4096];
  path_of(descriptor, path, sizeof path);
  enum verdict verdict = decide("pwrite", path, 1);
  if (verdict == fail) return -1;
  if (verdict == tear) {
    syscall(SYS_pwrite64, descriptor, bytes, count / 2, offset);
    die();
  }
  if (verdict == shorten && count > 1) count /= 2;
  return syscall(SYS_pwrite64, descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
  return pwrite(descriptor, bytes, count, offset);
}

int fsync(int descriptor) {
  if (is_refused_on("fsync", descriptor, 1)) return -1;
  return number_from("FAULT_SKIP_FSYNC") ? 0 : (int)syscall(SYS_fsync, descriptor);
}

int fdatasync(int descriptor) {
  if (is_refused_on("fdatasync", descriptor, 1)) return -1;
  return number_from("FAULT_SKIP_FSYNC") ? 0 : (int)syscall(SYS_fdatasync, descriptor);
}

int ftruncate(int descriptor, off_t size) {
  if (is_refused_on("ftruncate", descriptor, 0)) return -1;
  return (int)syscall(SYS_ftruncate, descriptor, size);
}

int ftruncate64(int descriptor, off64_t size) { return ftruncate(descriptor, size); }

static int rename_as(const char *call, int from_folder, const char *from, int to_folder,
                     const char *to, unsigned flags) {
  if (is_refused(call, from, 0)) return -1;
  return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

int rename(const char *from, const char *to) {
  return rename_as("rename", AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
  return rename_as("renameat", from_folder, from, to_folder, to, 0);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
  return rename_as("renameat2", from_folder, from, to_folder, to, flags);
}

int mkdirat(int folder, const char *path, mode_t mode) {
  if (is_refused("mkdirat", path, 1)) return -1;
  return (int)syscall(SYS_mkdirat, folder, path, mode);
}

int mkdir(const char *path, mode_t mode) {
  if (is_refused("mkdir", path, 1)) return -1;
  return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

int unlinkat(int folder, const char *path, int flags) {
  if (is_refused("unlinkat", path, 0)) return -1;
  return (int)syscall(SYS_unlinkat, folder, path, flags);
}

int unlink(const char *path) {
  if (is_refused("unlink", path, 0)) return -1;
  return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int rmdir(const char *path) {
  if (is_refused("rmdir", path, 0)) return -1;
  return (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}

static int open_as(int folder, const char *path, int flags, mode_t mode) {
  int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT);
  // Devices such as /dev/null are not files that a fault could hurt.
  if (writes && strncmp(path, "/dev/", 5) != 0 && is_refused("open", path, (flags & O_CREAT) != 0)) {
    return -1;
  }
  return (int)syscall(SYS_openat, folder, path, flags, mode);
}

/// The mode is there only if the flags ask for it.
#define MODE_ARGUMENT(mode, flags)                          \
  mode_t mode = 0;                                          \
  if ((flags) & O_CREAT || ((flags) & O_TMPFILE) == O_TMPFILE) { \
    va_list rest;                                           \
    va_start(rest, flags);                                  \
    mode = (mode_t)va_arg(rest, int);                       \
    va_end(rest);                                           \
  }

int open(const char *path, int flags, ...) {
  MODE_ARGUMENT(mode, flags)
  return open_as(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  MODE_ARGUMENT(mode, flags)
  return open_as(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

int openat(int folder, const char *path, int flags, ...) {
  MODE_ARGUMENT(mode, flags)
  return open_as(folder, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...) {
  MODE_ARGUMENT(mode, flags)
  return open_as(folder, path, flags | O_LARGEFILE, mode);
}
