internal import CKernels

extension CPUBackend {
  public func attend(
    _ projections: CPUTensor, kept: CPUTensor?, layout: AttentionLayout,
    groups: [[AttentionSpan]], keepingStatistics statistics: CPUTensor?, into output: CPUTensor
  ) {
    precondition(layout.headCount % layout.keyValueHeadCount == 0)
    precondition(output.columnCount == layout.headCount * layout.headSize)
    precondition(output.rowCount == projections.rowCount)
    precondition(layout.columnCount <= projections.columnCount)
    precondition(kept.map { layout.columnCount <= $0.columnCount } ?? true)
    precondition(layout.window.map { $0 >= 1 } ?? true)
    if let statistics {
      precondition(statistics.rowCount == output.rowCount)
      precondition(statistics.columnCount == 2 * layout.headCount)
    }
    let capacities = groups.map { group in
      group.reduce(1) { max($0, $1.position + $1.count) }
    }
    reserveScratch(kernels.attention_scratch(capacities.max() ?? 1, layout.headSize))
    let spans = groups.map { group in
      var reached = 0
      return group.map { span in
        precondition(span.position >= 0 && span.position <= reached, "a gap in the sequence")
        reached = span.position + span.count
        let rows = span.source == .current ? projections.rowCount : kept?.rowCount ?? 0
        precondition(span.row >= 0 && span.count >= 0 && span.row + span.count <= rows)
        precondition(span.source == .current || !span.hasQueries)
        return cpteval_span(
          row: span.row, count: span.count, position: span.position,
          source: span.source == .current ? 0 : 1, has_queries: span.hasQueries ? 1 : 0)
      }
    }
    let perKeyHead = layout.headCount / layout.keyValueHeadCount
    pool.run(groups.count * layout.keyValueHeadCount) { task, thread in
      let group = task / layout.keyValueHeadCount
      let head = task % layout.keyValueHeadCount
      let key = layout.key + head * layout.keyValueStride
      let value = layout.value + head * layout.keyValueStride
      let keptBase = kept?.base ?? projections.base
      var attention = cpteval_attention()
      attention.query = UnsafePointer(
        projections.base + layout.query + head * perKeyHead * layout.queryStride)
      attention.query_stride = projections.stride
      attention.query_head_stride = layout.queryStride
      attention.group = perKeyHead
      attention.key = (UnsafePointer(projections.base + key), UnsafePointer(keptBase + key))
      attention.value = (UnsafePointer(projections.base + value), UnsafePointer(keptBase + value))
      attention.key_value_stride = (projections.stride, kept?.stride ?? projections.stride)
      attention.output = output.base + head * perKeyHead * layout.headSize
      attention.output_stride = output.stride
      attention.output_head_stride = layout.headSize
      if let statistics {
        attention.statistics = statistics.base + 2 * head * perKeyHead
        attention.statistics_stride = statistics.stride
      }
      attention.head_size = layout.headSize
      attention.window = layout.window ?? 0
      attention.scale = layout.scale
      spans[group].withUnsafeBufferPointer { spans in
        kernels.attend(
          &attention, spans.baseAddress, spans.count, capacities[group], scratch[thread].base)
      }
    }
  }
}
