/// A stretch of time with a name.
public struct BenchmarkPartRecord: Codable, Sendable, Equatable {
  public var name: String
  public var seconds: TimingRecord
  /// Whether it is a part of what ``BenchmarkRecord/seconds`` measures.
  public var isInside: Bool

  private enum CodingKeys: String, CodingKey {
    case name, seconds
    case isInside = "inside"
  }

  public init(_ name: String, _ seconds: TimingRecord, isInside: Bool = true) {
    self.name = name
    self.seconds = seconds
    self.isInside = isInside
  }
}

/// What one kind of operation took of a repetition, on average.
public struct OperationTimeRecord: Codable, Sendable, Equatable {
  public var name: String
  /// Shape of a product, such as `512→2048`; empty elsewhere.
  public var shape: String
  /// Per repetition.
  public var calls: Double
  /// Per repetition.
  public var seconds: Double
  /// Of the repetition's time, 0 to 1.
  public var share: Double
  /// 10⁹ floating-point operations per second, where they are counted.
  public var gflops: Double?
  public var fractionOfSGEMM: Double?

  private enum CodingKeys: String, CodingKey {
    case name, shape, calls, seconds, share, gflops
    case fractionOfSGEMM = "fraction_of_sgemm"
  }

  public init(
    name: String, shape: String = "", calls: Double, seconds: Double, share: Double,
    gflops: Double? = nil, fractionOfSGEMM: Double? = nil
  ) {
    self.name = name
    self.shape = shape
    self.calls = calls
    self.seconds = seconds
    self.share = share
    self.gflops = gflops
    self.fractionOfSGEMM = fractionOfSGEMM
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(shape, forKey: .shape)
    try container.encode(calls, forKey: .calls)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(share, forKey: .share)
    try container.encode(gflops, forKey: .gflops)
    try container.encode(fractionOfSGEMM, forKey: .fractionOfSGEMM)
  }
}

/// One of several things that were measured alike.
public struct BenchmarkCaseRecord: Codable, Sendable, Equatable {
  /// Cases of a group stand together.
  public var group: String
  public var name: String
  public var seconds: TimingRecord
  public var gflops: Double?
  public var fractionOfSGEMM: Double?
  public var bytesPerSecond: Double?
  /// By the best of ``BenchmarkRecord/memory``.
  public var fractionOfMemoryRate: Double?

  private enum CodingKeys: String, CodingKey {
    case group, name, seconds, gflops
    case fractionOfSGEMM = "fraction_of_sgemm"
    case bytesPerSecond = "bytes_per_second"
    case fractionOfMemoryRate = "fraction_of_memory_rate"
  }

  public init(
    group: String, name: String, seconds: TimingRecord, gflops: Double? = nil,
    fractionOfSGEMM: Double? = nil, bytesPerSecond: Double? = nil,
    fractionOfMemoryRate: Double? = nil
  ) {
    self.group = group
    self.name = name
    self.seconds = seconds
    self.gflops = gflops
    self.fractionOfSGEMM = fractionOfSGEMM
    self.bytesPerSecond = bytesPerSecond
    self.fractionOfMemoryRate = fractionOfMemoryRate
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(group, forKey: .group)
    try container.encode(name, forKey: .name)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(gflops, forKey: .gflops)
    try container.encode(fractionOfSGEMM, forKey: .fractionOfSGEMM)
    try container.encode(bytesPerSecond, forKey: .bytesPerSecond)
    try container.encode(fractionOfMemoryRate, forKey: .fractionOfMemoryRate)
  }
}
