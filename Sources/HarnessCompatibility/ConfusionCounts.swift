/// How often each class was meant and predicted, for F1 and the Matthews correlation.
struct ConfusionCounts {
  /// Number of classes; classes are 0..<classes.
  let classes: Int
  /// Documents per pair, at `[gold · classes + predicted]`.
  var counts: [Int]

  /// Counts the documents' predictions.
  ///
  /// It is `nil` if a value is no prediction with one right choice.
  init?(_ values: [MetricValue]) {
    var pairs: [(Int, Int)] = []
    for value in values {
      guard case .prediction(let gold, let predicted) = value, let right = gold.single, right >= 0
      else { return nil }
      pairs.append((right, predicted))
    }
    classes = (pairs.map { max($0.0, $0.1) }.max() ?? 0) + 1
    counts = Array(repeating: 0, count: classes * classes)
    for (gold, predicted) in pairs { counts[gold * classes + predicted] += 1 }
  }

  init(classes: Int) {
    self.classes = classes
    counts = Array(repeating: 0, count: classes * classes)
  }

  /// The F1 score of class 1 against class 0.
  ///
  /// As scikit-learn's `f1_score` has it by default; `nil` for more classes, on which that raises an
  /// error. No positive at all gives 0.
  var f1: Double? {
    guard classes <= 2 else { return nil }
    guard classes == 2 else { return 0 }
    let truePositives = counts[3]
    let denominator = 2 * truePositives + counts[1] + counts[2]
    return denominator == 0 ? 0 : Double(2 * truePositives) / Double(denominator)
  }

  /// The Matthews correlation of any number of classes, 0 where it has no denominator, as
  /// scikit-learn's `matthews_corrcoef` has it.
  var matthewsCorrelation: Double {
    var gold = [Double](repeating: 0, count: classes)
    var predicted = gold
    var correct = 0.0
    var total = 0.0
    for row in 0..<classes {
      for column in 0..<classes {
        let count = Double(counts[row * classes + column])
        gold[row] += count
        predicted[column] += count
        total += count
        if row == column { correct += count }
      }
    }
    let covariance = correct * total - zip(gold, predicted).reduce(0) { $0 + $1.0 * $1.1 }
    let goldVariance = total * total - gold.reduce(0) { $0 + $1 * $1 }
    let predictedVariance = total * total - predicted.reduce(0) { $0 + $1 * $1 }
    let product = goldVariance * predictedVariance
    return product == 0 ? 0 : covariance / product.squareRoot()
  }
}
