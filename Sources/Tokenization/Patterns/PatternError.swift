/// Why a regular expression cannot be used.
struct PatternError: Error, Equatable {
  /// What is wrong, as a clause without a full stop.
  let problem: String
}
