public import Communication
internal import Files
internal import LanguageModel
internal import OrderedJSON

/// What happens when in a step, on this rank: for a look at what overlaps.
///
/// Written as Chrome's trace events, which Perfetto (ui.perfetto.dev) and chrome://tracing draw: a
/// process for each rank, with a row each for the computation, the exchange and the waiting for it.
public final class Timeline {
  /// Which way a pass goes.
  enum Direction { case forward, backward }

  private enum Row: Int {
    case computation = 0
    case exchange = 1
    case waiting = 2
  }

  private struct Event {
    let name: String
    let row: Row
    /// Nanoseconds since 1970.
    let begin: Int
    let end: Int
  }

  private let limit: Int
  private var events: [Event] = []
  private var open: (name: String?, begin: Int)?

  /// Begins with nothing.
  ///
  /// - Parameter limit: Events to keep; those after it are not taken down.
  public init(limit: Int = 100_000) { self.limit = limit }

  /// A stage begins (forward), or has ended (backward) and another one begins.
  func mark(_ stage: ModelStage, _ direction: Direction) {
    let now = WallClock.now
    let name =
      switch stage {
      case .embedding: "embedding"
      case .layer(let layer): "layer \(layer)"
      case .output: "output"
      }
    switch direction {
    case .forward:
      close(at: now)
      open = ("\(name), forward", now)
    case .backward:
      if let open {
        append(
          Event(
            name: stage == .output ? name : "\(name), backward", row: .computation,
            begin: open.begin, end: now))
      }
      open = (nil, now)
    }
  }

  /// What was done outside of passes, between two instants.
  func add(_ name: String, from begin: Int, to end: Int) {
    close(at: begin)
    append(Event(name: name, row: .computation, begin: begin, end: end))
  }

  /// An operation that was waited for.
  func add(_ collective: Collective) {
    let times = collective.times
    if times.ready > times.begin {
      append(
        Event(name: collective.name, row: .waiting, begin: times.begin, end: times.ready))
    }
    append(Event(name: collective.name, row: .exchange, begin: times.ready, end: times.end))
  }

  private func close(at now: Int) {
    if let open, let name = open.name {
      append(Event(name: name, row: .computation, begin: open.begin, end: now))
    }
    open = nil
  }

  private func append(_ event: Event) {
    if events.count < limit { events.append(event) }
  }

  /// Writes the events of all ranks to a file, on rank 0.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - ranks: All ranks; each calls this.
  /// - Throws: `FileError`, `CommunicationError`.
  public func write(to path: String, with ranks: any Communicator) throws {
    close(at: WallClock.now)
    var lines: [String] = []
    for rank in 0..<ranks.size {
      let own = rank == ranks.rank ? Array(json(rank: rank).utf8) : []
      lines.append(String(decoding: try ranks.broadcast(own, from: rank), as: UTF8.self))
    }
    try ranks.together {
      guard ranks.isRoot else { return }
      try AtomicFile.write(
        "{\"displayTimeUnit\": \"ms\", \"traceEvents\": [\n"
          + lines.joined(separator: ",\n") + "\n]}\n", to: path)
    }
  }

  private func json(rank: Int) -> String {
    func name(_ kind: String, _ row: Row?, _ name: String) -> JSONValue {
      var object: JSONObject = JSONObject([
        .init(name: "name", value: .string(kind)), .init(name: "ph", value: "M"),
        .init(name: "pid", value: .integer(rank)),
      ])
      if let row { object["tid"] = .integer(row.rawValue) }
      object["args"] = ["name": .string(name)]
      return .object(object)
    }
    let names = [
      name("process_name", nil, "rank \(rank)"),
      name("thread_name", .computation, "computation"),
      name("thread_name", .exchange, "exchange"), name("thread_name", .waiting, "waiting"),
    ]
    let spans = events.map { event -> JSONValue in
      [
        "name": .string(event.name), "ph": "X", "pid": .integer(rank),
        "tid": .integer(event.row.rawValue), "ts": .double(Double(event.begin) / 1000),
        "dur": .double(Double(event.end - event.begin) / 1000),
      ]
    }
    return (names + spans).map { $0.serialized() }.joined(separator: ",\n")
  }
}
