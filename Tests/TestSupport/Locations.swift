public import Foundation

/// Where tests find their inputs.
public enum Locations {
  /// The repository's root, found from this source file.
  public static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Inputs that the repository ships.
  public static let fixtures = repository.appendingPathComponent("Fixtures")

  /// Optional third-party material: benchmark rows, goldens over them, real tokenizers.
  ///
  /// It is `nil` unless the environment variable `CPTEVAL_REFERENCES` names an existing folder. Suites
  /// over it say `.enabled(if: Locations.references != nil)`, so that a skip shows.
  public static let references: URL? = {
    guard let path = ProcessInfo.processInfo.environment["CPTEVAL_REFERENCES"],
      FileManager.default.fileExists(atPath: path)
    else { return nil }
    return URL(fileURLWithPath: path)
  }()

  /// A new empty folder under the system's temporary folder, removed when the tests end.
  public static func makeTemporaryFolder() throws -> URL {
    let folder = temporaryRoot.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  private static let temporaryRoot: URL = {
    atexit { try? FileManager.default.removeItem(at: Locations.temporaryRoot) }
    return FileManager.default.temporaryDirectory
      .appendingPathComponent("cpteval-tests-\(UUID().uuidString)")
  }()
}
