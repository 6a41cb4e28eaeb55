import EvaluationTasks
public import Files
import HarnessCompatibility
import OrderedJSON

extension ScoringTasks {
  /// Tells selections apart that may give different scores: over every request of every document, and
  /// what is done with the answers.
  ///
  /// Program versions do not enter: a score does not depend on them, or it was a mistake.
  /// - Parameter settings: What the tasks are scored with.
  /// - Returns: SHA-256.
  /// - Complexity: O(text).
  public func identity(settings: ScoringSettings) -> SHA256Digest {
    var hasher = SHA256Hasher()
    // Lengths stand before texts, so that no two lists of texts run together alike.
    func add(_ text: String) {
      hasher.update("\(text.utf8.count):")
      hasher.update(text)
    }
    add("cpteval scores 1")
    add(settings.version.rawValue)
    add(settings.beginningOfSequence?.rawValue ?? "default")
    for task in tasks {
      add(task.name)
      add(task.configuration.serialized())
      add("\(task.shots) \(task.documents.count)")
      for document in task.documents {
        add("\(document.id) \(document.gold) \(document.target)")
        for request in document.requests {
          add(request.context)
          add(request.continuation)
        }
      }
    }
    return hasher.finalize()
  }
}
