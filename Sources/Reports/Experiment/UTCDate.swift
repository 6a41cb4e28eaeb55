import Foundation

/// Points in time as reports print them.
enum UTCDate {
  /// Date and time to the second in UTC.
  ///
  /// - Parameter seconds: Since 1970.
  /// - Returns: Such as `2026-03-01 12:00:05 UTC`; nothing for times before 1970 or after 9999, which
  ///   only a broken file has.
  static func text(_ seconds: Double) -> String {
    guard seconds >= 0, seconds < 253_402_300_800 else { return "" }
    var time = time_t(seconds)
    var parts = tm()
    guard gmtime_r(&time, &parts) != nil else { return "" }
    return String(
      format: "%04d-%02d-%02d %02d:%02d:%02d UTC", Int(parts.tm_year) + 1900,
      Int(parts.tm_mon) + 1, Int(parts.tm_mday), Int(parts.tm_hour), Int(parts.tm_min),
      Int(parts.tm_sec))
  }
}
