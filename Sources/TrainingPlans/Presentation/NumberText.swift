internal import Foundation

/// Numbers as people read them.
enum NumberText {
  /// A learning rate with three significant digits, such as `1.65e-4`.
  static func rate(_ rate: Double) -> String {
    if rate == 0 { return "0" }
    let parts = String(format: "%.2e", rate).split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return "\(rate)" }
    return "\(trimmed(String(parts[0])))e\(exponent)"
  }

  /// A count with commas between thousands.
  static func grouped(_ number: Int) -> String {
    var text = ""
    let digits = Array(String(number.magnitude))
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return number < 0 ? "-" + text : text
  }

  /// A large number with three significant digits and a power of ten, such as `1.43e15`.
  static func scientific(_ number: Double) -> String {
    let parts = String(format: "%.2e", number).split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return "\(number)" }
    return "\(parts[0])e\(exponent)"
  }

  /// A percentage with at most one digit behind the point.
  static func percent(_ percent: Double) -> String {
    trimmed(String(format: "%.1f", percent)) + " %"
  }

  private static func trimmed(_ text: String) -> String {
    var text = text
    guard text.contains(".") else { return text }
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}

extension String {
  /// The text behind spaces up to a width in characters.
  func paddedLeft(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }

  /// The text before spaces up to a width in characters.
  func paddedRight(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
