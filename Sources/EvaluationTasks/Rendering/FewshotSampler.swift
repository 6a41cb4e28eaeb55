internal import HarnessCompatibility

/// Draws the examples of a task, document by document, out of one stream of random numbers.
///
/// Source: `lm_eval/api/samplers.py: ContextSampler, FirstNSampler`, commit 4e7e0d4.
struct FewshotSampler {
  let sampler: FewshotDefinition.Sampler
  let pool: [DataRow]
  private var random: PythonRandom

  init(_ sampler: FewshotDefinition.Sampler, pool: [DataRow], seed: Int) {
    self.sampler = sampler
    self.pool = pool
    random = PythonRandom(seed: seed)
  }

  /// Draws examples for the next document.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - document: The document asked, where the pool may hold it: rows equal to it are not drawn.
  /// - Returns: The examples in order, or `nil` if the pool is too small.
  /// - Complexity: O(pool) for a pool in which the document occurs several times, else O(count).
  mutating func draw(_ count: Int, excluding document: PythonDictionary?) -> [DataRow]? {
    switch sampler {
    case .first:
      let allowed = pool.lazy.filter { row in document.map { row.fields != $0 } ?? true }
      let drawn = Array(allowed.prefix(count))
      return drawn.count == count ? drawn : nil
    case .random:
      // An empty document counts as none, as in Python.
      guard let document, document.count > 0 else {
        return random.sampleIndices(from: pool.count, count: count)?.map { pool[$0] }
      }
      // One more than needed, because the document itself may be among them.
      guard let indices = random.sampleIndices(from: pool.count, count: count + 1) else {
        return nil
      }
      let drawn = indices.map { pool[$0] }.filter { $0.fields != document }.prefix(count)
      if drawn.count == count { return Array(drawn) }
      // Several rows equal the document: draw again from the others.
      let others = pool.filter { $0.fields != document }
      return random.sampleIndices(from: others.count, count: count)?.map { others[$0] }
    }
  }
}
