#pragma once
#include <stddef.h>
#include <stdint.h>

// Kernels in float32 for one instruction set each, behind one table of functions.
//
// Every function computes a row from that row alone, in an order that does not depend on where the
// row stands or on its neighbours. Scores are therefore bit-identical for every batch, thread count
// and order on one machine (another instruction set rounds differently).

/// Instruction sets, worst first.
typedef enum {
  cpteval_level_portable = 0,
  cpteval_level_avx2 = 1,
  cpteval_level_avx512 = 2
} cpteval_level;

/// How numbers of a checkpoint are stored.
typedef enum {
  cpteval_float32 = 0,
  cpteval_float16 = 1,
  cpteval_bfloat16 = 2
} cpteval_scalar_type;

/// Element-wise function; the formulas stand in Compute/Activation.swift.
typedef enum {
  cpteval_identity = 0,
  cpteval_gelu_exact,
  cpteval_gelu_clipped,
  cpteval_gelu_tanh,
  cpteval_gelu_sigmoid,
  cpteval_relu,
  cpteval_silu,
  cpteval_tanh
} cpteval_activation;

/// What happens to a product before it is stored:
///   c = [c +] activation(product + bias)            with neither gate nor linear
///   c = activation(gate) * (product + bias)         with gate
///   c = product * activation'(linear), and then linear = activation(linear)   with linear
typedef struct {
  const float *bias;              // [columns] or NULL
  const float *gate;              // [rows, gate_stride], same columns as c, or NULL
  size_t gate_stride;
  float *linear;                  // [rows, linear_stride], same columns as c, or NULL
  size_t linear_stride;
  float *kept;                    // receives product + bias, before all else; or NULL
  size_t kept_stride;
  cpteval_activation activation;
  int accumulate;                 // add to what c holds; only with bias at most
} cpteval_epilogue;

/// A run of consecutive tokens of one sequence, as attention sees it.
typedef struct {
  size_t row;        // first row in its source
  size_t count;      // tokens
  size_t position;   // position of the first token in its sequence; ancestors fill 0..<position
  int source;        // 0: the chunk at hand, 1: rows kept from an earlier chunk
  int has_queries;   // 0: only keys and values are taken
} cpteval_span;

/// Causal attention of the heads that share one key and value head.
typedef struct {
  const float *query;             // first row, first head of the group
  size_t query_stride;            // floats from row to row
  size_t query_head_stride;       // floats from head to head of the group
  size_t group;                   // query heads per key head
  const float *key[2];            // per source
  const float *value[2];
  size_t key_value_stride[2];
  float *output;                  // first row, first head of the group, laid out by the next two
  size_t output_stride;
  size_t output_head_stride;
  float *statistics;              // or NULL: largest score and 1 / sum of exponentials of each row,
  size_t statistics_stride;       // and head of the group, two numbers a head
  size_t head_size;
  size_t window;                  // keys a token sees, itself included; 0 means all
  float scale;
} cpteval_attention;

/// Gradients of causal attention over one sequence, for the heads that share a key and value head.
/// Gradients of queries, keys and values are laid out as these are.
typedef struct {
  const float *query;             // first token, first head of the group
  const float *key;
  const float *value;
  float *query_gradient;          // all three are overwritten
  float *key_gradient;
  float *value_gradient;
  size_t stride;                  // floats from row to row of all six
  size_t query_head_stride;
  size_t group;                   // query heads per key head
  const float *output;            // what attention gave, and the gradient with respect to it
  const float *output_gradient;
  size_t output_stride;           // of both
  size_t output_head_stride;
  const float *statistics;        // as attention left them
  size_t statistics_stride;
  size_t head_size;
  size_t window;
  float scale;
} cpteval_attention_gradient;

/// One update of AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101), the same for all parameters.
typedef struct {
  float gradient_scale;     // factor of clipping
  float decay;              // 1 - learning rate * weight decay
  float rest1;              // 1 - beta1
  float beta2, rest2;       // rest2 = 1 - beta2
  float step_size;          // learning rate / (1 - beta1^t)
  float inverse_root;       // 1 / sqrt(1 - beta2^t)
  float epsilon;
} cpteval_adamw;

/// Partial result of one row over one block of the vocabulary.
typedef struct {
  double sum;        // of exp(logit - maximum)
  float maximum;
  int32_t index;     // first place of the maximum, counted from the block's first token
} cpteval_partial;

/// The kernels of one instruction set.
typedef struct {
  const char *name;
  size_t tile_rows;      // rows of a register tile of the matrix product
  size_t tile_columns;   // its columns

  /// packed[k * lanes + i] = source[k * stride + i], i < columns; zero for the other lanes.
  void (*pack_columns)(float *packed, size_t lanes, const float *source, size_t stride,
                       size_t columns, size_t depth);

  /// packed[k * lanes + lane + i] = source[i * stride + k], i < rows, k < depth.
  void (*pack)(float *packed, size_t lanes, size_t lane, const float *source, size_t stride,
               size_t rows, size_t depth);

  /// Stored numbers to float32.
  void (*widen)(float *output, const void *input, cpteval_scalar_type type, size_t count);

  /// Rows first_row..<last_row and column panels first_panel..<last_panel of a product c = a · b.
  /// Row i of a is at a + i * a_stride; b is packed as [ceil(columns / tile_columns)][b_depth]
  /// [tile_columns], of which `depth` from b on are used.
  void (*multiply)(const float *a, size_t a_stride, const float *b, size_t depth, size_t b_depth,
                   float *c, size_t c_stride, size_t columns, size_t first_row, size_t last_row,
                   size_t first_panel, size_t last_panel, const cpteval_epilogue *epilogue);

  /// Rows first_row..<last_row of c += transpose of a · b, with a as [depth, a_stride], and b packed
  /// as [ceil(columns / tile_columns)][depth][tile_columns]; scratch has transposed_scratch() floats.
  void (*add_transposed)(const float *a, size_t a_stride, const float *b, size_t depth, float *c,
                         size_t c_stride, size_t columns, size_t first_row, size_t last_row,
                         float *scratch);
  size_t (*transposed_scratch)(void);

  /// output[r, i] = (x[r, i] - mean) / sqrt(variance + epsilon) · weight[i] + bias[i].
  void (*layer_norm)(float *output, size_t output_stride, const float *input, size_t input_stride,
                     const float *weight, const float *bias, size_t rows, size_t width,
                     float epsilon);

  /// output[r, i] = x[r, i] / sqrt(mean of squares + epsilon) · weight[i].
  void (*rms_norm)(float *output, size_t output_stride, const float *input, size_t input_stride,
                   const float *weight, size_t rows, size_t width, float epsilon);

  /// Rotary embedding in place on `heads` heads of each row; table[position][2][half] holds the
  /// cosines and the sines, and coordinates i and i + half form a pair. A direction of 1 turns
  /// forwards, -1 back.
  void (*rotate)(float *rows, size_t stride, size_t count, size_t heads, size_t head_stride,
                 size_t half, const float *table, const int32_t *positions, float direction);

  /// Attention over spans in depth-first order; scratch has attention_scratch(...) floats.
  void (*attend)(const cpteval_attention *attention, const cpteval_span *spans, size_t span_count,
                 size_t capacity, float *scratch);
  size_t (*attention_scratch)(size_t capacity, size_t head_size);

  /// Reduces logits[rows, stride] over `count` columns into one partial result per row.
  void (*reduce_logits)(const float *logits, size_t stride, size_t rows, size_t count,
                        cpteval_partial *partials, size_t partial_stride);
  /// The same; exp(logit - the row's maximum) takes the place of each logit.
  void (*exponentiate_logits)(float *logits, size_t stride, size_t rows, size_t count,
                              cpteval_partial *partials, size_t partial_stride);

  // Gradients. Those of a row come from that row; sums over rows run upwards.

  /// gradient[r, i] (+)= what layer_norm's input contributes to a loss whose gradient with respect
  /// to the output is output_gradient; weight_gradient and bias_gradient (NULL for none) are added
  /// to, [width] each.
  void (*layer_norm_gradient)(float *gradient, size_t gradient_stride, const float *input,
                              size_t input_stride, const float *output_gradient,
                              size_t output_gradient_stride, const float *weight,
                              float *weight_gradient, float *bias_gradient, size_t rows,
                              size_t width, float epsilon, int accumulate);
  /// The same for rms_norm.
  void (*rms_norm_gradient)(float *gradient, size_t gradient_stride, const float *input,
                            size_t input_stride, const float *output_gradient,
                            size_t output_gradient_stride, const float *weight,
                            float *weight_gradient, size_t rows, size_t width, float epsilon,
                            int accumulate);

  /// For output = activation(gate) * up: from gradient, which is with respect to the output,
  /// gate and up become the gradients with respect to them, and gradient becomes the output.
  void (*gated_gradient)(float *gate, float *up, float *gradient, size_t count,
                         cpteval_activation activation);

  /// Gradients of attention over one sequence of `count` tokens.
  void (*attend_gradient)(const cpteval_attention_gradient *attention, size_t count,
                          float *scratch);
  size_t (*attention_gradient_scratch)(size_t count, size_t head_size);

  /// values[i] *= factor, i < count; a factor of 0 clears them, NaN too.
  void (*scale_row)(float *values, size_t count, float factor);

  /// sums[j] += rows[0, j] + rows[1, j] + …, j < columns.
  void (*add_rows)(float *sums, const float *rows, size_t stride, size_t count, size_t columns);

  /// The sum of squares, in double.
  double (*sum_of_squares)(const float *values, size_t count);

  /// One update of parameters from their gradients and moments.
  void (*adamw)(float *parameters, const float *gradients, float *first_moments,
                float *second_moments, size_t count, const cpteval_adamw *settings);

  /// Index of the first number that is NaN or infinite; count if there is none.
  size_t (*first_not_finite)(const float *values, size_t count);
} cpteval_kernels;

/// Cores that this thread may run on: fewer than the machine has where taskset, a container or an MPI
/// launcher binds it.
int cpteval_allowed_cores(void);

/// The best level of this machine.
cpteval_level cpteval_best_level(void);

/// The kernels of a level, or NULL if this machine or build lacks it.
const cpteval_kernels *cpteval_kernels_at(cpteval_level level);
