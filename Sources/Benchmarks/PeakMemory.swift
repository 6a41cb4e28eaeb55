internal import Foundation
internal import Glibc

/// The most memory that the process has had, as Linux counts it.
enum PeakMemory {
  /// Lets the count begin anew from what is in use now; older kernels keep the old count.
  static func reset() {
    let descriptor = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    // "5" stands for the high-water mark alone.
    _ = write(descriptor, "5", 1)
    close(descriptor)
  }

  /// Bytes since the last reset; `nil` where /proc does not tell.
  static var bytes: Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
      return nil
    }
    for line in text.split(separator: "\n") where line.hasPrefix("VmHWM:") {
      let digits = line.filter(\.isNumber)
      return Int(digits).map { $0 * 1024 }
    }
    return nil
  }
}
