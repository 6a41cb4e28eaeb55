#ifndef CPTEVAL_EXCHANGE_H
#define CPTEVAL_EXCHANGE_H

#include <stdint.h>

/// Lets two existing paths of one file system change places in a single step (`renameat2` of Linux
/// 3.15, which Swift's Glibc module leaves out).
///
/// Returns 0, or -1 with `errno`: `EINVAL` or `ENOSYS` where the file system or system cannot.
int cpteval_exchange_paths(const char *one, const char *other);

/// Tells the system to begin writing a part of a file to the disk, without waiting for it
/// (`sync_file_range` of Linux, which Swift's Glibc module leaves out too). A hint that never fails.
void cpteval_begin_writeback(int descriptor, int64_t offset, int64_t count);

#endif
