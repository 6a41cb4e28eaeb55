internal import Files

/// Cleaned texts on the disk, each behind its length in bytes as a little-endian u32.
enum TextSpool {
  /// A place between two texts.
  struct Position: Codable, Equatable {
    /// Texts before it.
    var documents = 0
    /// Bytes before it.
    var bytes = 0
  }

  /// Texts in a row.
  struct Portion: Sendable {
    /// Lengths and texts.
    var bytes: [UInt8]
    /// Number of the first text.
    var firstDocument: Int
    var documents = 0
    /// Bytes up to its end.
    var end = 0

    /// Calls a function with each text and its number.
    ///
    /// - Parameter body: What to do.
    func forEach(_ body: (UnsafeBufferPointer<UInt8>, Int) -> Void) {
      bytes.withUnsafeBufferPointer { all in
        var offset = 0
        for number in 0..<documents {
          let start = offset + 4
          offset = start + TextSpool.length(in: all, at: offset)
          body(UnsafeBufferPointer(rebasing: all[start..<offset]), firstDocument + number)
        }
      }
    }
  }

  fileprivate static func length(in bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }

  /// Reads texts in portions that are worth a thread's while.
  struct Reader {
    private let file: MappedFile
    private let end: Int
    private(set) var position: Position

    private static let portionSize = 1 << 18

    /// Opens a spool.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - end: Bytes of it that are sound.
    ///   - position: From where to read.
    /// - Throws: ``CorpusError``.
    init(path: String, end: Int, from position: Position) throws(CorpusError) {
      file = try reading { () throws(FileError) in try MappedFile(path: path) }
      guard file.size >= end, position.bytes <= end else {
        throw .file(.endsEarly(path: path, offset: file.size))
      }
      self.end = end
      self.position = position
    }

    /// The next texts; `nil` after the last.
    mutating func next() throws(CorpusError) -> Portion? {
      guard position.bytes < end else { return nil }
      var size = min(Self.portionSize, end - position.bytes)
      while true {
        let start = position.bytes
        let bytes = try reading { () throws(FileError) in
          try file.copiedBytes(in: start..<start + size)
        }
        var portion = Portion(bytes: bytes, firstDocument: position.documents)
        var used = 0
        var needed = 4
        bytes.withUnsafeBufferPointer { bytes in
          while used + 4 <= size {
            needed = 4 + TextSpool.length(in: bytes, at: used)
            guard used + needed <= size else { break }
            used += needed
            portion.documents += 1
          }
        }
        if portion.documents > 0 {
          position.bytes += used
          position.documents += portion.documents
          portion.end = position.bytes
          return portion
        }
        guard needed > size, needed <= end - start else {
          throw .brokenPreparation(path: file.path, problem: "byte \(start) begins no text")
        }
        size = needed
      }
    }
  }
}
