public import Foundation

/// Faults that a built program meets in the calls that change files.
///
/// The C target of the same name does the work; its header says what counts as a call.
public enum FaultInjection {
  /// What happens, with calls counted from 1.
  public enum Fault: Sendable {
    /// The process is killed in place of the call.
    case kill(at: Int)
    /// If the call is a write, half of it is done; then the process is killed.
    case tear(at: Int)
    /// The call fails.
    case fail(at: Int, code: Int32)
    /// Every call that needs space fails from there on, a write there after half of its bytes: the
    /// disk is full.
    case fill(from: Int, code: Int32)
    /// Every call of that name fails.
    case failAll(call: String, code: Int32)

    fileprivate var variables: [String: String] {
      switch self {
      case .kill(let number): ["FAULT_KILL_AT": "\(number)"]
      case .tear(let number): ["FAULT_TEAR_AT": "\(number)"]
      case .fail(let number, let code):
        ["FAULT_FAIL_AT": "\(number)", "FAULT_ERRNO": "\(code)"]
      case .fill(let number, let code):
        ["FAULT_FAIL_FROM": "\(number)", "FAULT_ERRNO": "\(code)"]
      case .failAll(let call, let code): ["FAULT_FAIL_CALL": call, "FAULT_ERRNO": "\(code)"]
      }
    }
  }

  /// The library, which the build puts next to the test bundle.
  public static let library = BuiltBinary.folder.appendingPathComponent("libFaultInjection.so")

  /// Variables to run a program with.
  ///
  /// - Parameters:
  ///   - faults: What shall happen; one of a kind, and one code for all that fail.
  ///   - path: Only calls on paths that hold this text count.
  ///   - log: A file that gets a line `number call path` for each call that counts.
  ///   - flushes: Whether flushes are done; the order of calls is the same without.
  /// - Returns: Variables for the program's environment.
  public static func environment(
    _ faults: [Fault] = [], path: String? = nil, log: URL? = nil, flushes: Bool = false
  ) -> [String: String] {
    var variables = ["LD_PRELOAD": library.path]
    for fault in faults { variables.merge(fault.variables) { $1 } }
    variables["FAULT_PATH"] = path
    variables["FAULT_LOG"] = log?.path
    if !flushes { variables["FAULT_SKIP_FSYNC"] = "1" }
    return variables
  }
}
