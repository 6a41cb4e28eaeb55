import Foundation
import TestSupport
import Testing

@testable import Scoring

@Suite("Names of result files")
struct ResultFilesTests {
  @Test("Dates are Python's isoformat, with microseconds unless there are none")
  func dates() throws {
    let zone = try #require(TimeZone(secondsFromGMT: 3600))
    #expect(
      ResultFiles.dateID(Date(timeIntervalSince1970: 1_700_000_000.000025), timeZone: zone)
        == "2023-11-14T23-13-20.000025")
    #expect(
      ResultFiles.dateID(Date(timeIntervalSince1970: 1_700_000_000), timeZone: zone)
        == "2023-11-14T23-13-20")
    #expect(
      ResultFiles.dateID(Date(timeIntervalSince1970: 1_700_000_000.9999999), timeZone: zone)
        == "2023-11-14T23-13-21")
  }

  @Test("A path that ends in .json names the file, any other a folder for the model's folder")
  func paths() throws {
    let folder = try Locations.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let date = Date(timeIntervalSince1970: 0)
    let plain = try ResultFiles(outputPath: folder.path, modelName: "m/n", date: date)
    #expect(plain.results.hasPrefix("\(folder.path)/m__n/results_19"))
    #expect(plain.samples(task: "a/b").contains("/m__n/samples_a__b_19"))
    let named = try ResultFiles(
      outputPath: folder.path + "/deep/out.json", modelName: "m", date: date)
    #expect(named.results.hasPrefix("\(folder.path)/deep/out_19"))
    #expect(named.results.hasSuffix(".json"))
    #expect(named.samples(task: "t").hasPrefix("\(folder.path)/deep/samples_t_19"))
  }

  @Test("A folder that cannot be made is an error that names it")
  func unwritable() throws {
    #expect(throws: (any Error).self) {
      try ResultFiles(outputPath: "/proc/nowhere", modelName: "m")
    }
  }
}
