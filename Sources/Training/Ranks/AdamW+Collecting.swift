internal import Communication
internal import Compute
internal import LanguageModel

extension AdamW {
  /// Copies the moments of all ranks, on rank 0.
  ///
  /// - Parameter destination: Memory for a moment (0 or 1) of a parameter, row-major float32.
  /// - Throws: `CommunicationError`.
  func collectMoments(
    _ destination: (_ moment: Int, _ parameter: Int) -> UnsafeMutableRawBufferPointer
  ) throws(CommunicationError) {
    if ranks.size == 1 {
      for (index, segment) in segments {
        for (moment, tensor) in moments(of: index).enumerated() {
          backend.copyBytes(
            of: tensor.columns(segment.range), to: destination(moment, segment.parameter))
        }
      }
      return
    }
    // One bucket at a time, so that little memory is needed beside that of the copies.
    let largest = parameters.buckets.map(\.count).max() ?? 0
    let whole = UnsafeMutableBufferPointer<Float>.allocate(capacity: largest)
    defer { whole.deallocate() }
    for (index, bucket) in parameters.buckets.enumerated() {
      let numbers = UnsafeMutableBufferPointer(rebasing: whole[..<bucket.count])
      for (moment, tensor) in moments(of: index).enumerated() {
        try exchangeMoments(tensor, ofBucket: index, to: numbers)
        for member in bucket.members {
          destination(moment, member.parameter).copyMemory(
            from: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: numbers[member.range])))
        }
      }
    }
  }

  /// Sends the moments of this rank's part to rank 0, which collects them.
  ///
  /// - Throws: `CommunicationError`.
  func sendMoments() throws(CommunicationError) {
    for index in parameters.buckets.indices {
      for tensor in moments(of: index) { try exchangeMoments(tensor, ofBucket: index, to: nil) }
    }
  }

  private func moments(of shard: Int) -> [Backend.Tensor] {
    [shards[shard].firstMoments, shards[shard].secondMoments]
  }

  private func exchangeMoments(
    _ tensor: Backend.Tensor, ofBucket index: Int, to whole: UnsafeMutableBufferPointer<Float>?
  ) throws(CommunicationError) {
    guard let own = backend.sharedMemory(of: tensor) else {
      preconditionFailure("ranks share the work of backends whose memory they reach")
    }
    let parts = OptimizerShard<Backend>.parts(
      of: parameters.buckets[index].count, ranks: ranks.size)
    let collective = try Collective(
      "collect moments", .gather(from: UnsafeBufferPointer(own), parts: parts, to: whole))
    ranks.start(collective)
    try ranks.wait(for: collective)
  }
}
