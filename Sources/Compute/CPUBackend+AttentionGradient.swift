internal import CKernels

extension CPUBackend {
  public func attendGradient(
    projections: CPUTensor, statistics: CPUTensor, attended: CPUTensor,
    attendedGradient: CPUTensor, layout: AttentionLayout, sequences: [Range<Int>],
    into gradient: CPUTensor
  ) {
    let rows = projections.rowCount
    precondition(layout.headCount % layout.keyValueHeadCount == 0)
    precondition(attended.columnCount == layout.headCount * layout.headSize)
    precondition(attended.hasShape(of: attendedGradient) && attended.rowCount == rows)
    precondition(attended.stride == attendedGradient.stride)
    precondition(gradient.hasShape(of: projections) && gradient.stride == projections.stride)
    precondition(statistics.rowCount == rows && statistics.columnCount == 2 * layout.headCount)
    precondition(layout.columnCount <= projections.columnCount)
    precondition(sequences.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= rows })
    let longest = sequences.reduce(1) { max($0, $1.count) }
    reserveScratch(kernels.attention_gradient_scratch(longest, layout.headSize))
    let perKeyHead = layout.headCount / layout.keyValueHeadCount
    pool.run(sequences.count * layout.keyValueHeadCount) { task, thread in
      let sequence = sequences[task / layout.keyValueHeadCount]
      let head = task % layout.keyValueHeadCount
      let start = sequence.lowerBound * projections.stride
      let query = start + layout.query + head * perKeyHead * layout.queryStride
      let key = start + layout.key + head * layout.keyValueStride
      let value = start + layout.value + head * layout.keyValueStride
      let result = sequence.lowerBound * attended.stride + head * perKeyHead * layout.headSize
      var attention = cpteval_attention_gradient()
      attention.query = UnsafePointer(projections.base + query)
      attention.key = UnsafePointer(projections.base + key)
      attention.value = UnsafePointer(projections.base + value)
      attention.query_gradient = gradient.base + query
      attention.key_gradient = gradient.base + key
      attention.value_gradient = gradient.base + value
      attention.stride = projections.stride
      attention.query_head_stride = layout.queryStride
      attention.group = perKeyHead
      attention.output = UnsafePointer(attended.base + result)
      attention.output_gradient = UnsafePointer(attendedGradient.base + result)
      attention.output_stride = attended.stride
      attention.output_head_stride = layout.headSize
      attention.statistics = UnsafePointer(
        statistics.base + sequence.lowerBound * statistics.stride + 2 * head * perKeyHead)
      attention.statistics_stride = statistics.stride
      attention.head_size = layout.headSize
      attention.window = layout.window ?? 0
      attention.scale = layout.scale
      kernels.attend_gradient(&attention, sequence.count, scratch[thread].base)
    }
  }
}
