import Files
import Foundation
public import Records

/// What a benchmark found, to be read by people on a terminal.
public struct BenchmarkReport {
  private let record: BenchmarkRecord

  public init(_ record: BenchmarkRecord) { self.record = record }

  /// The whole text.
  public var plain: String {
    var parts = [header]
    if let yardstick { parts.append(yardstick) }
    for table in [summary, partTable, breakdown] where !table.rows.isEmpty {
      parts.append(table.plain)
    }
    parts += caseTables.map { "\($0.title)\n\n\($0.table.plain)" }
    var notes = record.notes
    if let note = record.sgemmNote { notes.append(note) }
    if record.isPartial { notes.append("Interrupted: this is what was measured until then.") }
    if !notes.isEmpty { parts.append(notes.map(\.escapedForTerminal).joined(separator: "\n")) }
    return parts.joined(separator: "\n\n")
  }

  private var header: String {
    let settings = record.settings.map {
      "\($0.name) \(Self.grouped($0.value))".escapedForTerminal
    }
    let machine = record.machine
    var lines = ["bench \(record.benchmark)" + settings.map { " · " + $0 }.joined()]
    lines.append(
      [
        machine.processor.escapedForTerminal, "\(machine.cores) cores",
        "\(record.threads) \(record.threads == 1 ? "thread" : "threads")", record.instructionSet,
        record.program,
      ].filter { !$0.isEmpty }.joined(separator: " · "))
    return lines.joined(separator: "\n")
  }

  /// What the machine can do.
  private var yardstick: String? {
    var table = TextTable(columns: [
      .init("Yardstick"), .init("Rate", leansRight: true), .init("Of what"),
    ])
    if let sgemm = record.sgemm {
      let shapes = sgemm.shapes.map {
        "\($0.rows)×\($0.depth)×\($0.columns) \(Self.rate($0.gflops))"
      }
      table.rows.append([
        "sgemm", "\(Self.rate(sgemm.gflops)) GFLOP/s",
        "best of " + shapes.joined(separator: ", "),
      ])
      table.rows.append(["", "", sgemm.configuration.escapedForTerminal])
      if let low = sgemm.meanwhile.min(), let high = sgemm.meanwhile.max(),
        let median = sgemm.meanwhileMedian
      {
        table.rows.append([
          "sgemm meanwhile", "\(Self.rate(median)) GFLOP/s",
          "\(Self.rate(low)) – \(Self.rate(high)), between the repetitions",
        ])
      }
    }
    if let own = record.productGFLOPS {
      table.rows.append(["own product", "\(Self.rate(own)) GFLOP/s", "768×768×768"])
    }
    if let memory = record.memory {
      table.rows.append(["copy", Self.bytes(memory.copyBytesPerSecond), "read and written"])
      table.rows.append(["triad", Self.bytes(memory.triadBytesPerSecond), "read and written"])
    }
    return table.rows.isEmpty ? nil : table.plain
  }

  // MARK: Tables

  private var summary: TextTable {
    var table = TextTable(columns: [
      .init("Repetition"), .init("Median", leansRight: true), .init("Spread"),
    ])
    guard let seconds = record.seconds else { return table }
    let count = seconds.repetitions.count
    table.rows.append([
      "time", Self.time(seconds.median),
      "\(Self.span(seconds)), \(count) \(count == 1 ? "repetition" : "repetitions")",
    ])
    if let tokens = record.tokens { table.rows.append(["tokens", Self.grouped("\(tokens)"), ""]) }
    if let tokens = record.tokens, let rate = record.tokensPerSecond {
      table.rows.append([
        "tokens per second", Self.grouped("\(Int(rate.rounded()))"),
        "\(Self.grouped("\(Int((Double(tokens) / seconds.maximum).rounded()))")) – "
          + "\(Self.grouped("\(Int((Double(tokens) / seconds.minimum).rounded()))"))",
      ])
    }
    if let operations = record.operations, let gflops = record.gflops {
      table.rows.append([
        "useful work", "\(Self.rate(gflops)) GFLOP/s",
        "\(Self.rate(operations / seconds.maximum / 1e9)) – "
          + "\(Self.rate(operations / seconds.minimum / 1e9)), "
          + "\(Self.rate(operations / 1e9)) GFLOP in all",
      ])
    }
    if let share = record.fractionOfSGEMM {
      table.rows.append(["share of sgemm", Self.share(share), ""])
    }
    if let memory = record.peakMemoryBytes {
      table.rows.append(["peak memory", Self.memory(memory), ""])
    }
    return table
  }

  private var partTable: TextTable {
    var table = TextTable(columns: [
      .init("Part"), .init("Median", leansRight: true), .init("Spread"),
      .init("Share", leansRight: true),
    ])
    for part in record.parts {
      let share = record.seconds.map { part.seconds.median / $0.median }
      table.rows.append([
        part.name.escapedForTerminal, Self.time(part.seconds.median), Self.span(part.seconds),
        part.isInside ? share.map(Self.share) ?? "" : "–",
      ])
    }
    return table
  }

  private var breakdown: TextTable {
    var table = TextTable(columns: [
      .init("Operation"), .init("Shape", leansRight: true), .init("Calls", leansRight: true),
      .init("Time", leansRight: true), .init("Share", leansRight: true),
      .init("GFLOP/s", leansRight: true), .init("Of sgemm", leansRight: true),
    ])
    for entry in record.breakdown {
      table.rows.append([
        entry.name.escapedForTerminal, entry.shape.escapedForTerminal,
        entry.calls > 0 ? Self.count(entry.calls) : "", Self.time(entry.seconds),
        Self.share(entry.share), entry.gflops.map(Self.rate) ?? "",
        entry.fractionOfSGEMM.map(Self.share) ?? "",
      ])
    }
    return table
  }

  /// A table for each group of cases.
  private var caseTables: [(title: String, table: TextTable)] {
    var tables: [(title: String, table: TextTable)] = []
    for entry in record.cases {
      if tables.last?.title != entry.group.escapedForTerminal {
        tables.append(
          (
            entry.group.escapedForTerminal,
            TextTable(columns: [
              .init("Case"), .init("Median", leansRight: true), .init("Spread"),
              .init("GFLOP/s", leansRight: true), .init("Of sgemm", leansRight: true),
              .init("Bytes", leansRight: true), .init("Of memory", leansRight: true),
            ])
          ))
      }
      tables[tables.count - 1].table.rows.append([
        entry.name.escapedForTerminal, Self.time(entry.seconds.median), Self.span(entry.seconds),
        entry.gflops.map(Self.rate) ?? "", entry.fractionOfSGEMM.map(Self.share) ?? "",
        entry.bytesPerSecond.map(Self.bytes) ?? "",
        entry.fractionOfMemoryRate.map(Self.share) ?? "",
      ])
    }
    return tables
  }

  // MARK: Numbers

  /// Three digits of a time, in the unit that suits it.
  private static func time(_ seconds: Double) -> String {
    switch seconds {
    case 0: "0 s"
    case 1...: digits(seconds) + " s"
    case 1e-3...: digits(seconds * 1e3) + " ms"
    default: digits(seconds * 1e6) + " µs"
    }
  }

  private static func span(_ timing: TimingRecord) -> String {
    "\(time(timing.minimum)) – \(time(timing.maximum))"
  }

  /// Three digits at least, none behind the point from 100 on.
  private static func digits(_ value: Double) -> String {
    switch abs(value) {
    case 99.95...: String(format: "%.0f", value)
    case 9.995...: String(format: "%.1f", value)
    default: String(format: "%.2f", value)
    }
  }

  private static func rate(_ gflops: Double) -> String { grouped(digits(gflops)) }

  private static func share(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }

  private static func count(_ calls: Double) -> String {
    calls.rounded() == calls ? grouped("\(Int(calls))") : digits(calls)
  }

  /// Bytes per second.
  private static func bytes(_ rate: Double) -> String {
    rate >= 1e9 ? digits(rate / 1e9) + " GB/s" : digits(rate / 1e6) + " MB/s"
  }

  private static func memory(_ bytes: Int) -> String {
    bytes >= 1_000_000_000
      ? digits(Double(bytes) / 1e9) + " GB" : digits(Double(bytes) / 1e6) + " MB"
  }

  /// A whole number with commas between thousands; everything else as it is.
  private static func grouped(_ text: String) -> String {
    let digits = Array(text.utf8)
    guard digits.count > 4, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return text }
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { result += "," }
      result.unicodeScalars.append(Unicode.Scalar(digit))
    }
    return result
  }
}
