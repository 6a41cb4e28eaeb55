// What Swift cannot import of MPI: its handles are macros, and their types differ between libraries.
#ifndef CPTEVAL_MPI_SHIM_H
#define CPTEVAL_MPI_SHIM_H

#include <mpi.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif

/// A communicator of its own for data, and one for the end of the job, whose messages never meet.
typedef struct {
  MPI_Comm data;
  MPI_Comm ending;
} cpteval_mpi;

typedef struct {
  MPI_Request request;
} cpteval_mpi_request;

/// Lets this thread sleep for microseconds rather than for what suits the kernel.
static inline void cpteval_exact_timers(void) {
#if defined(__linux__)
  prctl(PR_SET_TIMERSLACK, 1000UL, 0UL, 0UL, 0UL);
#endif
}

/// All calls come from the thread that calls this one; errors are returned by every call from then on.
static inline int cpteval_mpi_init(cpteval_mpi *mpi, int *rank, int *size) {
  int provided = 0;
  int status = MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
  if (status != MPI_SUCCESS) return status;
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  if ((status = MPI_Comm_rank(MPI_COMM_WORLD, rank)) != MPI_SUCCESS) return status;
  if ((status = MPI_Comm_size(MPI_COMM_WORLD, size)) != MPI_SUCCESS) return status;
  if ((status = MPI_Comm_dup(MPI_COMM_WORLD, &mpi->data)) != MPI_SUCCESS) return status;
  return MPI_Comm_dup(MPI_COMM_WORLD, &mpi->ending);
}

static inline int cpteval_mpi_local_size(int *size) {
  MPI_Comm local;
  int status = MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &local);
  if (status != MPI_SUCCESS) return status;
  if ((status = MPI_Comm_size(local, size)) != MPI_SUCCESS) return status;
  return MPI_Comm_free(&local);
}

static inline int cpteval_mpi_begin_barrier(
    const cpteval_mpi *mpi, int is_ending, cpteval_mpi_request *request) {
  return MPI_Ibarrier(is_ending ? mpi->ending : mpi->data, &request->request);
}

static inline int cpteval_mpi_test(cpteval_mpi_request *request, int *is_done) {
  return MPI_Test(&request->request, is_done, MPI_STATUS_IGNORE);
}

static inline int cpteval_mpi_reduce_scatter(
    const cpteval_mpi *mpi, const float *from, float *to, const int *counts) {
  return MPI_Reduce_scatter(from, to, counts, MPI_FLOAT, MPI_SUM, mpi->data);
}

static inline int cpteval_mpi_all_gather(
    const cpteval_mpi *mpi, float *numbers, const int *counts, const int *starts) {
  return MPI_Allgatherv(
      MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, numbers, counts, starts, MPI_FLOAT, mpi->data);
}

static inline int cpteval_mpi_gather(
    const cpteval_mpi *mpi, const float *from, int count, float *to, const int *counts,
    const int *starts) {
  return MPI_Gatherv(from, count, MPI_FLOAT, to, counts, starts, MPI_FLOAT, 0, mpi->data);
}

typedef enum { cpteval_mpi_sum, cpteval_mpi_minimum, cpteval_mpi_maximum } cpteval_mpi_reduction;

static inline int cpteval_mpi_all_reduce(
    const cpteval_mpi *mpi, double *numbers, int count, cpteval_mpi_reduction reduction) {
  MPI_Op operation = reduction == cpteval_mpi_sum       ? MPI_SUM
                     : reduction == cpteval_mpi_minimum ? MPI_MIN
                                                        : MPI_MAX;
  return MPI_Allreduce(MPI_IN_PLACE, numbers, count, MPI_DOUBLE, operation, mpi->data);
}

static inline int cpteval_mpi_broadcast(const cpteval_mpi *mpi, void *bytes, int count, int root) {
  return MPI_Bcast(bytes, count, MPI_BYTE, root, mpi->data);
}

static inline int cpteval_mpi_finalize(void) { return MPI_Finalize(); }

static inline void cpteval_mpi_abort(int status) { MPI_Abort(MPI_COMM_WORLD, status); }

/// The library's words for an error, ended by a zero byte.
///
/// `text` has room for `MPI_MAX_ERROR_STRING` bytes.
static inline void cpteval_mpi_error_text(int status, char *text) {
  int length = 0;
  if (MPI_Error_string(status, text, &length) != MPI_SUCCESS) text[0] = 0;
}

#endif
