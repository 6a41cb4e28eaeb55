internal import Glibc

/// The time that machines of a cluster agree on.
public enum WallClock {
  /// Nanoseconds since 1970.
  public static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}
