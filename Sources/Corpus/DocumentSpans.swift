/// Where the documents of a sample lie.
///
/// A document ends after each end-of-document id; the first one may have begun in the sample before,
/// the last one may go on in the next.
///
/// - Parameters:
///   - ids: A sample's inputs, or all of its ids.
///   - endOfDocument: The id that ends a document.
/// - Returns: Ranges of offsets into `ids`, in order, none empty, together all of them.
/// - Complexity: O(ids).
public func documentSpans(
  of ids: some Sequence<Int32>, endOfDocument: Int32
) -> [Range<Int>] {
  var spans: [Range<Int>] = []
  var start = 0
  var end = 0
  for id in ids {
    end += 1
    if id == endOfDocument {
      spans.append(start..<end)
      start = end
    }
  }
  if start < end { spans.append(start..<end) }
  return spans
}
