import Testing
import Training

@Suite("The loop's decisions")
struct LoopMachineTests {
  /// Everything a loop does until it stops.
  private func actions(
    _ phase: LoopMachine.Phase, stepsDone: Int = 0, isValidated: Bool = true,
    outcome: (Int) -> LoopMachine.StepOutcome = { _ in .updated },
    request: (Int) -> LoopMachine.Request? = { _ in nil }
  ) -> [LoopMachine.Action] {
    var machine = LoopMachine(phase, stepsDone: stepsDone, isValidated: isValidated)
    var actions: [LoopMachine.Action] = []
    while actions.count < 1000 {
      let action = machine.next()
      actions.append(action)
      if case .stop = action { break }
      if action == .step {
        let step = machine.stepsDone + 1
        machine.finishStep(outcome(step), request: request(step))
      }
    }
    return actions
  }

  @Test("A phase saves, validates and is recorded at its end, in this order")
  func end() {
    #expect(
      actions(.init(steps: 2)) == [
        .step, .step, .save(isPhaseEnd: true), .validate, .recordPhase, .stop(.phaseFinished),
      ])
  }

  @Test("Saves and validations come at their intervals, the save first")
  func intervals() {
    #expect(
      actions(.init(steps: 5, checkpointEvery: 2, validateEvery: 4)) == [
        .step, .step, .save(isPhaseEnd: false), .step, .step, .save(isPhaseEnd: false), .validate,
        .step, .save(isPhaseEnd: true), .validate, .recordPhase, .stop(.phaseFinished),
      ])
  }

  @Test("A phase that is resumed at its end does what was missing, and nothing twice")
  func resumedAtEnd() {
    #expect(
      actions(.init(steps: 3), stepsDone: 3, isValidated: false) == [
        .validate, .recordPhase, .stop(.phaseFinished),
      ])
    #expect(actions(.init(steps: 3), stepsDone: 3) == [.stop(.phaseFinished)])
    #expect(
      actions(.init(steps: 3, validateEvery: 2), stepsDone: 2, isValidated: false).first
        == .validate)
    #expect(
      actions(.init(steps: 3, validateEvery: 2), stepsDone: 1, isValidated: false).first == .step)
  }

  @Test("A wish to stop saves once, also where a save was due, and stops before validating")
  func stops() {
    #expect(
      actions(
        .init(steps: 9, checkpointEvery: 2, validateEvery: 2), request: { $0 == 2 ? .stop : nil })
        == [.step, .step, .save(isPhaseEnd: false), .stop(.interrupted)])
    #expect(
      actions(.init(steps: 1), request: { _ in .stop })
        == [.step, .save(isPhaseEnd: true), .stop(.interrupted)])
  }

  @Test("A wish to save is granted and training goes on")
  func saves() {
    #expect(
      actions(.init(steps: 2), request: { $0 == 1 ? .save : nil }).prefix(3)
        == [.step, .save(isPhaseEnd: false), .step])
  }

  @Test("Three skipped steps in a row end the run without a save; two do not")
  func skips() {
    #expect(
      actions(.init(steps: 9, checkpointEvery: 3), outcome: { $0 > 2 ? .skipped : .updated })
        .suffix(3)
        == [.step, .step, .stop(.diverged)])
    let two = actions(
      .init(steps: 9), outcome: { [2, 3, 5, 6].contains($0) ? .skipped : .updated })
    #expect(two.last == .stop(.phaseFinished))
  }
}
