import Foundation
import Glibc
public import Records

extension MachineRecord {
  /// The machine that this runs on.
  public static func current() -> MachineRecord {
    var names = utsname()
    uname(&names)
    let release = withUnsafeBytes(of: names.release) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return MachineRecord(
      system: "\(ProcessInfo.processInfo.operatingSystemVersionString), kernel \(release)",
      processor: processorName, cores: ProcessInfo.processInfo.activeProcessorCount,
      memory: Int(clamping: ProcessInfo.processInfo.physicalMemory))
  }

  /// What /proc/cpuinfo calls the first processor; empty where it says nothing.
  private static var processorName: String {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else {
      return ""
    }
    for line in text.split(separator: "\n") where line.hasPrefix("model name") {
      return line.split(separator: ":", maxSplits: 1).last
        .map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    }
    return ""
  }
}
