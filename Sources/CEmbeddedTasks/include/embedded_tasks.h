#pragma once
#include <stddef.h>

/// One file of tasks/, compiled into the binary.
typedef struct {
  const char *path;  // relative to tasks/, with '/'
  const unsigned char *bytes;
  size_t count;
} cpteval_embedded_file;

/// All files, sorted by path; their number is stored in *count.
const cpteval_embedded_file *cpteval_embedded_files(size_t *count);
