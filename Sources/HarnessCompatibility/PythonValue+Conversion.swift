extension PythonValue {
  /// Python's `int(text)`.
  ///
  /// - Parameter text: Decimal digits of any script, with a sign, single underscores between digits and
  ///   white space around; `nil` where Python raises `ValueError`.
  public init?(decimalText text: String) {
    guard let value = PythonNumber.integer(text) else { return nil }
    self = value
  }
}
