#ifndef CPTEVAL_EXCHANGE_H
#define CPTEVAL_EXCHANGE_H

/// Lets two existing paths of one file system change places in a single step (`renameat2` of Linux
/// 3.15, which Swift's Glibc module leaves out).
///
/// Returns 0, or -1 with `errno`: `EINVAL` or `ENOSYS` where the file system or system cannot.
int cpteval_exchange_paths(const char *one, const char *other);

#endif
