internal import Files
internal import Glibc

/// OpenBLAS as it lies on the machine, opened at run time, so that no binary depends on it.
///
/// Nothing of the product uses it; it is the yardstick that benchmarks compare with.
public final class OpenBLAS: @unchecked Sendable {
  // SAFETY (@unchecked Sendable): OpenBLAS with one thread may be called from several threads at
  // once, and the pointers to its functions never change.

  /// Why there is no yardstick.
  public enum Problem: Error, Equatable, CustomStringConvertible {
    /// None of the names could be opened.
    case notFound(tried: [String])
    /// The file named by ``environmentVariable`` is no OpenBLAS.
    case unusable(path: String, problem: String)

    public var description: String {
      switch self {
      case .notFound(let tried):
        """
        OpenBLAS, whose sgemm is the yardstick, was not found (\(tried.joined(separator: ", "))), so \
        shares of it are left out. Install it with apt-get install libopenblas0, or name the library \
        in \(OpenBLAS.environmentVariable).
        """
      case .unusable(let path, let problem):
        """
        \(path.escapedForTerminal), named by \(OpenBLAS.environmentVariable), is not usable as OpenBLAS: \
        \(problem.escapedForTerminal). Shares of sgemm are left out. Name a libopenblas.so.0, or unset \
        the variable.
        """
      }
    }
  }

  /// Names a library that is not among ``usualNames``.
  public static let environmentVariable = "CPTEVAL_OPENBLAS"
  /// What distributions install: Debian's alternatives, and the system's BLAS if that is OpenBLAS.
  public static let usualNames = [
    "libopenblas.so.0", "libopenblas.so", "libopenblasp.so.0", "libblas.so.3",
  ]

  private typealias SGEMM =
    @convention(c) (
      CInt, CInt, CInt, CInt, CInt, CInt, Float, UnsafePointer<Float>, CInt, UnsafePointer<Float>,
      CInt, Float, UnsafeMutablePointer<Float>, CInt
    ) -> Void
  private typealias SetThreads = @convention(c) (CInt) -> Void
  private typealias Describe = @convention(c) () -> UnsafePointer<CChar>?

  /// The name that it was opened by.
  public let library: String
  /// What it says of itself: version and processor.
  public let configuration: String
  private let sgemm: SGEMM

  /// Opens the library.
  ///
  /// - Parameters:
  ///   - path: A file to take; ``usualNames`` are tried if `nil`.
  ///   - names: What to try otherwise.
  /// - Throws: ``Problem``.
  public init(path: String? = nil, names: [String] = OpenBLAS.usualNames) throws(Problem) {
    // Else it starts a thread for each core as soon as it is loaded.
    setenv("OPENBLAS_NUM_THREADS", "1", 0)
    var opened: (name: String, handle: UnsafeMutableRawPointer)?
    if let path {
      guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
        throw .unusable(path: path, problem: dlerror().map { String(cString: $0) } ?? "no reason")
      }
      opened = (path, handle)
    } else {
      for name in names {
        guard let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) else { continue }
        if dlsym(handle, "openblas_set_num_threads") != nil {
          opened = (name, handle)
          break
        }
        dlclose(handle)
      }
    }
    guard let (name, handle) = opened else { throw .notFound(tried: names) }
    guard let product = dlsym(handle, "cblas_sgemm"),
      let setThreads = dlsym(handle, "openblas_set_num_threads"),
      let describe = dlsym(handle, "openblas_get_config")
    else {
      throw .unusable(
        path: name,
        problem: "it lacks cblas_sgemm, openblas_set_num_threads or openblas_get_config")
    }
    // The library stays open: its threads and buffers do not outlive a dlclose well.
    sgemm = unsafeBitCast(product, to: SGEMM.self)
    unsafeBitCast(setThreads, to: SetThreads.self)(1)
    configuration =
      unsafeBitCast(describe, to: Describe.self)().map { String(cString: $0) } ?? "OpenBLAS"
    library = name
  }

  /// output = left · right, all row-major.
  ///
  /// - Parameters:
  ///   - left: `[rows, depth]`.
  ///   - right: `[depth, columns]`.
  ///   - output: `[rows, columns]`, overwritten.
  ///   - shape: The three sizes.
  func multiply(
    _ left: UnsafePointer<Float>, by right: UnsafePointer<Float>,
    into output: UnsafeMutablePointer<Float>, shape: SGEMMYardstick.Shape
  ) {
    let (rowMajor, asItIs): (CInt, CInt) = (101, 111)
    let (m, k, n) = (CInt(shape.rows), CInt(shape.depth), CInt(shape.columns))
    sgemm(rowMajor, asItIs, asItIs, m, n, k, 1, left, k, right, n, 0, output, n)
  }
}
