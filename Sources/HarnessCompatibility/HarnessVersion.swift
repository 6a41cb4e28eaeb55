/// The behaviour of lm-evaluation-harness that a run mirrors, where releases differ.
///
/// Source: tags v0.4.9.1 and v0.4.9.2 of lm-eval; everything newer up to commit 4e7e0d4 behaves like
/// the second, as far as scores are concerned.
public enum HarnessVersion: String, Sendable, CaseIterable {
  case v0_4_9_1 = "lm-eval-0.4.9.1"
  case v0_4_9_2 = "lm-eval-0.4.9.2"

  /// Whether a continuation without context that already begins with the prefix token keeps that
  /// token as its context, instead of getting a second one.
  ///
  /// Source: `lm_eval/api/model.py`, `TemplateLM.loglikelihood`.
  public var reusesLeadingPrefixToken: Bool { self != .v0_4_9_1 }

  /// Whether no special tokens are added to a text that spells the prefix token at its beginning.
  ///
  /// Source: `lm_eval/models/huggingface.py`, `tok_encode`, and `models/utils.py`, `has_bos_prefix`.
  public var recognisesPrefixInText: Bool { self != .v0_4_9_1 }

  /// What becomes of the beginning-of-sequence token when nobody says.
  ///
  /// Source: `lm_eval/models/huggingface.py`; `add_bos_token` was `False` by default up to v0.4.9.1
  /// and leaves the choice to the tokenizer since pull request 3347.
  public var defaultBeginningOfSequence: BeginningOfSequence {
    self == .v0_4_9_1 ? .never : .tokenizer
  }

  /// Whether the standard error of an unweighted group mean is the one for weighted means.
  ///
  /// Source: `lm_eval/api/group.py`, `Group.aggregate`; mended by pull request 3882.
  public var poolsErrorsOfUnweightedGroups: Bool { self == .v0_4_9_1 }
}

/// Whether texts get a beginning-of-sequence token.
public enum BeginningOfSequence: String, Sendable, CaseIterable {
  /// As the tokenizer's post-processor has it.
  case tokenizer
  /// One token in any case; never two.
  case always
  /// No special tokens at all around a text.
  case never
}
