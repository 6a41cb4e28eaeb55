internal import Files
public import OrderedJSON

/// Why a safetensors file cannot be trusted.
public struct SafetensorsError: Error, Equatable, CustomStringConvertible {
  /// What is wrong with the file.
  public enum Problem: Equatable, Sendable {
    case shorterThanEightBytes(size: Int)
    /// The header's length, as the first eight bytes have it.
    case headerTooLong(length: UInt64)
    case headerBeyondFile(length: UInt64, size: Int)
    case headerNotAnObject
    case headerNotJSON(JSONError)
    case repeatedName(tensor: String)
    case malformedMetadata
    /// An entry that lacks a member or has one of another type.
    case malformedEntry(tensor: String, detail: String)
    case shapeTooLarge(tensor: String, shape: [Int])
    case lengthMismatch(tensor: String, dtype: String, shape: [Int], stored: Int)
    case beyondData(tensor: String, end: Int, dataSize: Int)
    /// A tensor does not begin where the one before it ends.
    case gapOrOverlap(tensor: String, begin: Int, expected: Int)
    /// The tensors do not reach the end of the file.
    case trailingBytes(covered: Int, dataSize: Int)
  }

  public let path: String
  public let problem: Problem

  public var description: String { "\(path.escapedForTerminal): \(clause) \(advice)" }

  private var clause: String {
    switch problem {
    case .shorterThanEightBytes(let size):
      return "\(size) bytes are too few for a safetensors file."
    case .headerTooLong(let length):
      return "the header claims \(length) bytes, more than the 100 MB that the format allows."
    case .headerBeyondFile(let length, let size):
      return "the header claims \(length) bytes, but the file has \(size)."
    case .headerNotAnObject:
      return "the header does not begin with {."
    case .headerNotJSON(let error):
      return "the header is not valid JSON (\(error))."
    case .repeatedName(let tensor):
      return "the name \(Self.quoted(tensor)) occurs twice in the header."
    case .malformedMetadata:
      return "__metadata__ in the header is not an object of strings."
    case .malformedEntry(let tensor, let detail):
      return "tensor \(Self.quoted(tensor)): \(detail.escapedForTerminal)."
    case .shapeTooLarge(let tensor, let shape):
      return "tensor \(Self.quoted(tensor)): the shape \(shape) is larger than any file."
    case .lengthMismatch(let tensor, let dtype, let shape, let stored):
      return "tensor \(Self.quoted(tensor)): \(dtype.abbreviatedForTerminal(limit: 32)) of shape "
        + "\(shape) does not take the \(stored) bytes that data_offsets give it."
    case .beyondData(let tensor, let end, let dataSize):
      return "tensor \(Self.quoted(tensor)) ends at byte \(end) of the data, which has \(dataSize)."
    case .gapOrOverlap(let tensor, let begin, let expected):
      return "tensor \(Self.quoted(tensor)) begins at byte \(begin) of the data, where "
        + "\(expected) was expected: tensors must neither overlap nor leave holes."
    case .trailingBytes(let covered, let dataSize):
      return "the tensors cover \(covered) bytes of data, but the file has \(dataSize)."
    }
  }

  private var advice: String {
    switch problem {
    case .shorterThanEightBytes, .headerBeyondFile, .beyondData, .trailingBytes:
      "It was cut short or damaged; copy it again."
    default: "It was not written by a safetensors library, or is damaged; copy or save it again."
    }
  }

  static func quoted(_ name: String) -> String { "\"\(name.abbreviatedForTerminal())\"" }
}
