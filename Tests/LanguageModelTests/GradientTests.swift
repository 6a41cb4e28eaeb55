import Compute
import LanguageModel
import TestSupport
import Testing

@Suite("Gradients of models")
struct GradientTests {
  private func norm(_ numbers: [Float]) -> Double {
    numbers.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  @Test("There is a golden for every architecture")
  func coverage() throws {
    let names = ["gpt2", "llama-grouped", "mistral-window", "neox-parallel", "qwen2-tied", "qwen3"]
    #expect(Set(names).isSubset(of: GradientCase.all.map(\.name)))
  }

  @Test(
    "Loss, norm and every tensor's gradient are PyTorch's in float64",
    arguments: GradientCase.all, [false, true])
  func agreesWithPyTorch(_ golden: GradientCase, recomputes: Bool) throws {
    let run = GradientRun(
      try golden.checkpoint(), on: CPUBackend(threads: 2), recomputes: recomputes)
    let loss = run.run([TrainingBatch(try golden.sequences().map { $0[...] })])
    // Relative.
    #expect(abs(loss / (try golden.loss) - 1) < 1e-6)
    let found = run.gradients()
    let wanted = try golden.gradients()
    #expect(Set(found.keys) == Set(wanted.keys))
    let total = try golden.gradientNorm
    let sum = run.parameters.parameters.reduce(0) {
      $0 + run.backend.sumOfSquares($1.gradient)
    }
    #expect(abs(sum.squareRoot() / total - 1) < 1e-6)
    for (name, gradient) in wanted {
      let own = try #require(found[name])
      let difference = norm(zip(own, gradient).map { $0 - $1 })
      // Relative to the tensor's norm; a gradient that is 0 in truth, such as a key bias's, is noise
      // of the order of the whole.
      #expect(difference <= 2e-6 * norm(gradient) + 1e-8 * total, "\(name): \(difference)")
    }
  }

  @Test(
    "Every tensor's gradient is the slope that finite differences in float64 find",
    arguments: GradientCase.all)
  func agreesWithFiniteDifferences(_ golden: GradientCase) throws {
    let backend = ReferenceBackend()
    let run = GradientRun(try golden.checkpoint(), on: backend, rows: 24)
    let batch = TrainingBatch([try golden.sequences()[1][...6]])
    _ = run.run([batch])
    for parameter in run.parameters.parameters {
      let gradient = parameter.gradient
      // The steepest number of the tensor, and one in its middle.
      let places = (0..<gradient.rowCount).flatMap { row in
        (0..<gradient.columnCount).map { (row, $0) }
      }
      let steepest = places.max {
        abs(gradient[$0.0, $0.1]) < abs(gradient[$1.0, $1.1])
      }
      for (row, column) in [try #require(steepest), places[places.count / 2]] {
        let wanted = gradient[row, column]
        let centre = parameter.weights[row, column]
        func loss(at value: Float) -> Double {
          parameter.weights[row, column] = Double(value)
          // Not `losses`, which rounds logits to float32.
          return run.pass.run(batch, scale: 0).reduce(0, +) / Double(batch.targetCount)
        }
        // Weights are read as float32, so the steps are what float32 makes of them.
        func slope(step: Float) -> Double {
          let (above, below) = (Float(centre) + step, Float(centre) - step)
          return (loss(at: above) - loss(at: below)) / (Double(above) - Double(below))
        }
        let found = slope(step: 0x1p-12)
        parameter.weights[row, column] = centre
        #expect(
          abs(found - wanted) <= 2e-5 * abs(wanted) + 2e-6, "\(parameter.name): \(found), \(wanted)"
        )
      }
    }
  }

  @Test(
    "Recomputed activations and the number of threads leave every bit as it is",
    arguments: ["neox-parallel", "neox-sequential-half", "gpt2", "qwen3", "llama-grouped"])
  func sameBits(name: String) throws {
    let golden = GradientCase(name: name)
    let batch = TrainingBatch(try golden.sequences().map { $0[...] })
    let first = GradientRun(try golden.checkpoint(), on: CPUBackend(threads: 1))
    let loss = first.run([batch])
    for (threads, recomputes) in [(1, true), (3, false), (2, true)] {
      let other = GradientRun(
        try golden.checkpoint(), on: CPUBackend(threads: threads), recomputes: recomputes)
      #expect(other.run([batch]) == loss)
      #expect(other.gradients() == first.gradients(), "\(threads) threads")
    }
    #expect(first.pass.losses(batch) == first.pass.run(batch, scale: 0))
  }

  @Test("Micro-batches add up to the whole batch", arguments: ["gpt2", "qwen2-tied"])
  func accumulates(name: String) throws {
    let golden = GradientCase(name: name)
    let sequences = try golden.sequences()
    let run = GradientRun(try golden.checkpoint(), on: CPUBackend(threads: 2))
    let loss = run.run(sequences.map { TrainingBatch([$0[...]]) })
    #expect(abs(loss / (try golden.loss) - 1) < 1e-6)
    let found = run.gradients()
    for (name, gradient) in try golden.gradients() {
      let difference = norm(zip(try #require(found[name]), gradient).map { $0 - $1 })
      #expect(difference <= 2e-6 * norm(gradient) + 1e-8 * (try golden.gradientNorm), "\(name)")
    }
  }

  @Test("Documents end behind the end-of-document id and predict nothing beyond")
  func findsDocuments() {
    let batch = TrainingBatch([[5, 6, 0, 7, 0, 0, 8, 1]], endOfDocument: 0)
    #expect(batch.sequences == [0..<3, 3..<5, 5..<6, 6..<7])
    #expect(batch.targets == [6, 0, -1, 0, -1, -1, 1])
    #expect(batch.positions == [0, 1, 2, 0, 1, 0, 0])
    #expect(TrainingBatch([[5, 6, 7]], endOfDocument: 0).sequences == [0..<2])
    #expect(TrainingBatch([[5, 0, 3]], endOfDocument: 0).sequences == [0..<2])
  }

  @Test(
    "With a document mask a packed sequence is worth as much as its documents alone",
    arguments: ["neox-parallel", "gpt2", "mistral-window"])
  func masksDocuments(name: String) throws {
    let golden = GradientCase(name: name)
    let checkpoint = try golden.checkpoint()
    let documents: [[Int32]] = [[5, 9, 2, 7, 0], [8, 3, 0], [11, 4, 6, 1, 10, 12]]
    let packed = TrainingBatch([documents.flatMap { $0 }[...]], endOfDocument: 0)
    let alone = TrainingBatch(documents.map { $0[...] })
    #expect(packed.targetCount == alone.targetCount)
    let (first, second) = (
      GradientRun(checkpoint, on: CPUBackend(threads: 1)),
      GradientRun(checkpoint, on: CPUBackend(threads: 1))
    )
    #expect(abs(first.run([packed]) - second.run([alone])) < 1e-6)
    let (a, b) = (first.gradients(), second.gradients())
    for (name, gradient) in a {
      let difference = norm(zip(try #require(b[name]), gradient).map { $0 - $1 })
      #expect(difference <= 2e-6 * norm(gradient) + 1e-7, "\(name)")
    }
  }
}
