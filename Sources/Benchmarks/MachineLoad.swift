internal import Foundation
internal import Glibc

/// What others do with the cores while something is measured, as Linux counts it.
struct MachineLoad {
  private let start = Self.now

  /// Time of all cores, in seconds since the machine or the process began.
  private struct Times {
    /// At work, for whomever, a hypervisor's other guests included.
    var busy: Double
    var all: Double
    /// At work for this process.
    var own: Double
  }

  private static var now: Times? {
    guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
      let line = text.split(separator: "\n").first, line.hasPrefix("cpu ")
    else { return nil }
    return times(line: String(line), own: ownSeconds)
  }

  /// The first line of /proc/stat: user, nice, system, idle, I/O wait, interrupts, soft ones, steal.
  private static func times(line: String, own: Double) -> Times? {
    let numbers = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
    guard numbers.count == 8 else { return nil }
    let tick = Double(sysconf(Int32(_SC_CLK_TCK)))
    let all = numbers.reduce(0, +) / tick
    return Times(busy: all - (numbers[3] + numbers[4]) / tick, all: all, own: own)
  }

  private static var ownSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The share of all cores that others had since this was made, 0 to 1; `nil` where Linux does not
  /// tell, or too little time has passed to say.
  var shareOfOthers: Double? {
    guard let start, let end = Self.now, end.all - start.all >= 0.5 else { return nil }
    let others = (end.busy - start.busy) - (end.own - start.own)
    return min(1, max(0, others / (end.all - start.all)))
  }
}
