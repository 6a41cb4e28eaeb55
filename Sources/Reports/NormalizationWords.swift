/// What choices are compared by, in words.
///
/// - Parameter normalization: As records name it.
/// - Returns: A few words; the name itself if it is unknown.
func words(forNormalization normalization: String) -> String {
  switch normalization {
  case "none": "sum of log p"
  case "characters": "per character"
  case "bytes": "per byte"
  case "tokens": "per token"
  case "mutual_information": "minus log p without context"
  default: normalization
  }
}
