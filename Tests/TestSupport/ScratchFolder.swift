import Foundation

/// A temporary folder that tests write files to.
public protocol ScratchFolder {
  var root: URL { get }
}

extension ScratchFolder {
  public func path(_ name: String) -> String { root.appendingPathComponent(name).path }

  /// Writes a file.
  ///
  /// - Returns: Its path.
  @discardableResult
  public func write(_ bytes: [UInt8], to name: String) throws -> String {
    try Data(bytes).write(to: root.appendingPathComponent(name))
    return path(name)
  }

  /// Writes a text.
  ///
  /// - Returns: Its path.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }

  /// Compresses a file in place with the system's gzip.
  ///
  /// - Returns: The new name, with .gz behind it.
  @discardableResult
  public func compress(_ name: String) throws -> String {
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gzip.arguments = ["gzip", path(name)]
    try gzip.run()
    gzip.waitUntilExit()
    return name + ".gz"
  }
}
