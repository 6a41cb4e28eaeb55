import Testing
import Training

@Suite("The loop's decisions")
struct LoopMachineTests {
  /// Everything a loop does until it stops.
  private func actions(
    _ phase: LoopMachine.Phase, stepsDone: Int = 0, isValidated: Bool = true,
    outcome: (Int) -> LoopMachine.StepOutcome = { _ in .updated },
    request: (Int) -> LoopMachine.Request? = { _ in nil },
    evaluation: (Int) -> (isComplete: Bool, request: LoopMachine.Request?) = { _ in (true, nil) }
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
      if action == .evaluate {
        let result = evaluation(machine.stepsDone)
        machine.finishEvaluation(isComplete: result.isComplete, request: result.request)
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

  // MARK: Evaluation

  @Test("A due evaluation saves first and comes with a validation, in this order")
  func evaluates() {
    #expect(
      actions(.init(steps: 2, evaluates: true)) == [
        .step, .step, .save(isPhaseEnd: true), .validate, .evaluate, .recordPhase,
        .stop(.phaseFinished),
      ])
    #expect(
      actions(
        .init(steps: 5, checkpointEvery: 4, validateEvery: 3, evaluates: true, evaluateEvery: 2))
        == [
          .step, .step, .save(isPhaseEnd: false), .validate, .evaluate, .step, .validate, .step,
          .save(isPhaseEnd: false), .validate, .evaluate, .step, .save(isPhaseEnd: true), .validate,
          .evaluate, .recordPhase, .stop(.phaseFinished),
        ])
    #expect(!actions(.init(steps: 4, evaluateEvery: 1)).contains(.evaluate))
  }

  @Test("What was due at the checkpoint and is not known to be complete is done again on resume")
  func resumesEvaluation() {
    let phase = LoopMachine.Phase(steps: 4, evaluates: true, evaluateEvery: 2)
    #expect(
      actions(phase, stepsDone: 2, isValidated: false).prefix(3) == [.validate, .evaluate, .step])
    #expect(actions(phase, stepsDone: 3, isValidated: false).first == .step)
    #expect(
      actions(phase, stepsDone: 4, isValidated: false) == [
        .validate, .evaluate, .recordPhase, .stop(.phaseFinished),
      ])
    #expect(actions(phase, stepsDone: 4) == [.stop(.phaseFinished)])
    #expect(actions(phase, stepsDone: 0, isValidated: false).first == .step)
  }

  @Test("A failed evaluation changes nothing")
  func evaluationFails() {
    let phase = LoopMachine.Phase(steps: 4, evaluates: true, evaluateEvery: 2)
    #expect(actions(phase, evaluation: { _ in (false, nil) }) == actions(phase))
    #expect(actions(phase, evaluation: { _ in (false, .save) }) == actions(phase))
  }

  @Test("An interrupted evaluation stops the loop, and the phase is not recorded")
  func evaluationIsInterrupted() {
    let phase = LoopMachine.Phase(steps: 4, evaluates: true, evaluateEvery: 2)
    #expect(
      actions(phase, evaluation: { $0 == 2 ? (false, .stop) : (true, nil) })
        == [.step, .step, .save(isPhaseEnd: false), .validate, .evaluate, .stop(.interrupted)])
    #expect(
      actions(phase, evaluation: { $0 == 4 ? (false, .stop) : (true, nil) }).suffix(4)
        == [.save(isPhaseEnd: true), .validate, .evaluate, .stop(.interrupted)])
  }

  @Test("An evaluation that is complete when the user asks to stop is not made again")
  func stopsAfterEvaluation() {
    let phase = LoopMachine.Phase(steps: 4, evaluates: true, evaluateEvery: 2)
    #expect(
      actions(phase, evaluation: { $0 == 4 ? (true, .stop) : (true, nil) }).suffix(3)
        == [.evaluate, .recordPhase, .stop(.interrupted)])
    // The wish is told for good, so the next step hears it.
    #expect(
      actions(phase, request: { $0 > 2 ? .stop : nil }, evaluation: { _ in (true, .stop) }).suffix(
        4)
        == [.evaluate, .step, .save(isPhaseEnd: false), .stop(.interrupted)])
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
