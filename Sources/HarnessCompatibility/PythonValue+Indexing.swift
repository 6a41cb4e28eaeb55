extension PythonValue {
  /// Python's `self[key]`.
  ///
  /// - Parameter key: A position, counted from the end if negative, or a key.
  /// - Returns: The character, element or value.
  /// - Throws: ``PythonError`` where there is none.
  public func element(at key: PythonValue) throws(PythonError) -> PythonValue {
    switch self {
    case .dictionary(let dictionary):
      if let value = dictionary[key] { return value }
      throw PythonError(.keyError, "no key \(key.representation)")
    case .list(let elements), .tuple(let elements):
      return elements[try position(key, count: elements.count)]
    case .string(let text):
      let scalars = text.unicodeScalars
      let offset = try position(key, count: scalars.count)
      return .string(String(scalars[scalars.index(scalars.startIndex, offsetBy: offset)]))
    default: throw PythonError(.typeError, "'\(typeName)' object is not subscriptable")
    }
  }

  private func position(_ key: PythonValue, count: Int) throws(PythonError) -> Int {
    guard let index = key.integerValue else {
      throw PythonError(
        .typeError, "\(typeName) indices must be integers or slices, not \(key.typeName)")
    }
    let position = index < 0 ? index + count : index
    guard 0..<count ~= position else {
      throw PythonError(.indexError, "\(typeName) index \(index) out of range, length \(count)")
    }
    return position
  }

  /// Python's `self[start:stop:step]`.
  ///
  /// - Parameters:
  ///   - start: First position; `nil` for the end where the walk begins.
  ///   - stop: Position where it ends, itself left out; `nil` for the other end.
  ///   - step: Distance; `nil` for 1.
  /// - Returns: A text, list or tuple.
  /// - Throws: ``PythonError`` for other types and for a step of 0.
  /// - SeeAlso: CPython's `PySlice_AdjustIndices`.
  public func slice(from start: Int?, to stop: Int?, by step: Int?) throws(PythonError)
    -> PythonValue
  {
    let step = step ?? 1
    if step == 0 { throw PythonError(.valueError, "slice step cannot be zero") }
    switch self {
    case .list(let elements):
      return .list(Self.pick(elements, start, stop, step))
    case .tuple(let elements):
      return .tuple(Self.pick(elements, start, stop, step))
    case .string(let text):
      let picked = Self.pick(Array(text.unicodeScalars), start, stop, step)
      return .string(String(pythonScalars: picked))
    default: throw PythonError(.typeError, "'\(typeName)' object is not subscriptable")
    }
  }

  private static func pick<Element>(
    _ elements: [Element], _ start: Int?, _ stop: Int?, _ step: Int
  ) -> [Element] {
    let count = elements.count
    let lowest = step < 0 ? -1 : 0
    let highest = step < 0 ? count - 1 : count
    func clipped(_ bound: Int) -> Int {
      if bound < 0 { return max(bound.addingReportingOverflow(count).partialValue, lowest) }
      return min(bound, highest)
    }
    let first = start.map(clipped) ?? (step < 0 ? highest : lowest)
    let end = stop.map(clipped) ?? (step < 0 ? lowest : highest)
    return stride(from: first, to: end, by: step).map { elements[$0] }
  }
}
