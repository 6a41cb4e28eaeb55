import Foundation
import Records
import Reports
import TestSupport
import Testing

/// The page in a real browser, where one is installed.
@Suite(
  "The page in Chromium", .enabled(if: Browser.path != nil, "no Chromium is installed"),
  .serialized)
struct BrowserTests {
  @Test("No page is wider than the screen, no picture's text is cut, and nothing runs or loads")
  func layout() throws {
    let folder = try Locations.makeTemporaryFolder()
    var records = [("typical", ExperimentSamples.typical)]
    records += ExperimentSamples.unusual.map { ($0.name, $0.record) }
    for (name, record) in records {
      try ExperimentReport(record).html.write(
        to: folder.appendingPathComponent("\(name).html"), atomically: true, encoding: .utf8)
    }
    let frames = records.flatMap { name, record in
      // The large one takes its time.
      (record.runs.count > 9 ? [390] : [390, 1280]).map { width in
        "<iframe id=\"\(name)-\(width)\" src=\"\(name).html\" width=\(width) height=900></iframe>"
      }
    }
    try """
    <!doctype html><body>\(frames.joined())<pre></pre><script>\(Self.measure)</script>
    """.write(
      to: folder.appendingPathComponent("measure.html"), atomically: true, encoding: .utf8)
    let output = try Browser.run(
      ["--dump-dom", "--allow-file-access-from-files"],
      page: folder.appendingPathComponent("measure.html"))
    let found =
      output.components(separatedBy: "<pre>").last?
      .components(separatedBy: "</pre>").first ?? ""
    let lines = found.split(separator: "\n").map(String.init)
    #expect(lines.count == frames.count, "\(output.prefix(500))")
    for line in lines { #expect(line.hasSuffix(": good"), "\(line)") }
    // The measurement itself works: two pictures of curves, each text of which was looked at.
    #expect(found.contains("typical-390"))
  }

  /// Says of each frame what is wrong with it.
  private static let measure = """
    onload = () => {
      const lines = [];
      for (const frame of document.querySelectorAll('iframe')) {
        const page = frame.contentDocument, root = page.documentElement, wrong = [];
        if (root.scrollWidth > frame.clientWidth) wrong.push('wide ' + root.scrollWidth);
        if (page.querySelector('img,script,iframe,object,link')) wrong.push('foreign element');
        if (page.title == 'hacked') wrong.push('script ran');
        if (root.scrollHeight < 300) wrong.push('low ' + root.scrollHeight);
        for (const svg of page.querySelectorAll('svg[role=img]')) {
          const box = svg.getBoundingClientRect();
          if (box.width == 0) continue;
          if (box.height < 40) wrong.push('flat picture');
          for (const text of svg.querySelectorAll('text')) {
            const own = text.getBoundingClientRect();
            const size = parseFloat(getComputedStyle(text).fontSize) * box.width / 480;
            if (own.left < box.left - 2 || own.right > box.right + 2 || own.top < box.top - 2 ||
                own.bottom > box.bottom + 2) wrong.push('cut: ' + text.textContent.slice(0, 30));
            if (size < 9) wrong.push('small: ' + size);
          }
        }
        lines.push(frame.id + ': ' + (wrong.length ? [...new Set(wrong)].slice(0, 5) : 'good'));
      }
      document.querySelector('pre').textContent = lines.join('\\n');
    };
    """

  @Test("The picture of the page in dark colours is not blank")
  func picture() throws {
    let folder = try Locations.makeTemporaryFolder()
    let page = folder.appendingPathComponent("report.html")
    let picture = folder.appendingPathComponent("report.png")
    try ExperimentReport(ExperimentSamples.typical).html.write(
      to: page, atomically: true, encoding: .utf8)
    _ = try Browser.run(
      [
        "--screenshot=\(picture.path)", "--window-size=1280,1600", "--hide-scrollbars",
        "--blink-settings=preferredColorScheme=0",
      ], page: page)
    // A blank picture of this size takes about 10 kB.
    #expect(try Data(contentsOf: picture).count > 60_000)
  }

  @Test("On paper it takes some pages")
  func paper() throws {
    let folder = try Locations.makeTemporaryFolder()
    let page = folder.appendingPathComponent("report.html")
    let paper = folder.appendingPathComponent("report.pdf")
    try ExperimentReport(ExperimentSamples.typical).html.write(
      to: page, atomically: true, encoding: .utf8)
    _ = try Browser.run(["--print-to-pdf=\(paper.path)", "--no-pdf-header-footer"], page: page)
    let text = String(decoding: try Data(contentsOf: paper), as: UTF8.self)
    let pages = text.components(separatedBy: "/Type /Page\n").count - 1
    // Folded tables are shown on paper; without them it would be eight pages or so.
    #expect((12...24).contains(pages), "\(pages) pages")
  }
}

/// Runs Chromium without a window.
enum Browser {
  static let path: String? = {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.components(separatedBy: ":") ?? []
    return ["chromium", "chromium-browser", "google-chrome"].lazy
      .flatMap { name in folders.map { "\($0)/\(name)" } }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// Opens a page and waits for the end, a minute at most.
  ///
  /// - Parameters:
  ///   - arguments: What to do with it.
  ///   - page: The page's file.
  /// - Returns: What it printed.
  /// - Throws: If it cannot be started.
  static func run(_ arguments: [String], page: URL) throws -> String {
    let scratch = try Locations.makeTemporaryFolder()
    let output = scratch.appendingPathComponent("output")
    try Data().write(to: output)
    let process = Process()
    // `timeout` ends the whole group, Chromium's children too.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["timeout", "-k", "5", "60", path ?? "", "--headless=new", "--no-sandbox", "--disable-gpu"]
      + ["--user-data-dir=\(scratch.path)/profile", "--no-first-run", "--disable-extensions"]
      + arguments + [page.absoluteString]
    // A file, not a pipe: a pipe that nobody empties stops the program when it is full.
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return String(decoding: try Data(contentsOf: output), as: UTF8.self)
  }
}
