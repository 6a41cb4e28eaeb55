import Foundation
import Records
import Reports
import Testing

@Suite("The report of an experiment")
struct ExperimentReportTests {
  @Test("Writes")
  func write() throws {
    let report = ExperimentReport(ExperimentSamples.typical)
    let clock = ContinuousClock()
    let time = clock.measure { _ = report.html }
    print(time, report.html.utf8.count)
    try report.html.write(toFile: "/tmp/rp/report.html", atomically: true, encoding: .utf8)
    try report.markdown.write(toFile: "/tmp/rp/report.md", atomically: true, encoding: .utf8)
    try report.plain.write(toFile: "/tmp/rp/report.txt", atomically: true, encoding: .utf8)
  }
}
