internal import Files
internal import OrderedJSON

/// Reads the JSON Lines of a run as far as they are sound.
enum LogReader {
  /// Lines that are named when they are broken; their number is told.
  private static let namedProblems = 3

  /// Reads a log.
  ///
  /// A line that was half written when the process died is named and passed over.
  /// - Parameters:
  ///   - path: The file; none at all is an empty log.
  ///   - problems: Gets sentences about lines that are not usable.
  ///   - take: Gets each line; returning `false` says that something is missing in it.
  static func read(
    _ path: String, problems: inout [String], take: (JSONObject) -> Bool
  ) {
    var broken = 0
    func complain(_ line: Int, _ problem: String) -> String? {
      broken += 1
      return broken <= namedProblems
        ? "\(path.escapedForTerminal), line \(line): \(problem); the line is left out." : nil
    }
    let reader: RecordReader
    do throws(FileError) {
      reader = try RecordReader(path: path)
    } catch .notFound {
      return
    } catch {
      problems.append("\(error)")
      return
    }
    while true {
      do throws(FileError) {
        guard let record = try reader.next() else { break }
        guard
          let object = try? JSONValue(
            parsing: record.bytes, options: JSONParsingOptions(allowsNonFiniteNumbers: true)
          ).objectValue
        else {
          if let text = complain(record.line, "no JSON object") { problems.append(text) }
          continue
        }
        if !take(object), let text = complain(record.line, "something is missing in it") {
          problems.append(text)
        }
      } catch {
        guard case .invalidUTF8(_, let line) = error else {
          problems.append("\(error)")
          break
        }
        if let text = complain(line, "not valid UTF-8") { problems.append(text) }
      }
    }
    if broken > namedProblems {
      problems.append("\(path.escapedForTerminal): \(broken) lines are left out in all.")
    }
  }
}
