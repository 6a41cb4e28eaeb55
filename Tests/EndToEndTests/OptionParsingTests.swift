import Testing

@testable import cpteval

@Suite("Values on the command line")
struct OptionParsingTests {
  @Test(
    "Byte counts take decimal and binary units",
    arguments: [
      ("2GiB", 2_147_483_648), ("1.5gib", 1_610_612_736), ("512MB", 512_000_000),
      ("3M", 3_145_728), ("10kB", 10_000), ("1000", 1000), ("7B", 7), ("1TiB", 1_099_511_627_776),
    ])
  func byteCounts(_ text: String, _ bytes: Int) {
    #expect(ByteCount(argument: text)?.bytes == bytes)
  }

  @Test(
    "What is no positive number of bytes is refused",
    arguments: ["", "GiB", "-1GB", "0", "0.1B", "1e30TB", "nan", "inf", "2 GiB x", "0x10", "1PB"])
  func badByteCounts(_ text: String) {
    #expect(ByteCount(argument: text)?.bytes == nil)
  }

  @Test("Times are short for short times")
  func durations() {
    #expect(ProgressDisplay.duration(0.42) == "0.4 s")
    #expect(ProgressDisplay.duration(59.4) == "59 s")
    #expect(ProgressDisplay.duration(725) == "12:05")
    #expect(ProgressDisplay.duration(11_229) == "3:07:09")
    #expect(ProgressDisplay.duration(.infinity) == "277777:46:40")
    #expect(ProgressDisplay.duration(-1) == "0.0 s")
  }
}
