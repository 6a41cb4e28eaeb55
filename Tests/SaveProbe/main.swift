import Files
import Glibc
import OrderedJSON
import Training

// What TrainingTests run in a process of its own, to kill it or to let its calls fail:
//
//   SaveProbe save FOLDER STEP SEED     saves a checkpoint that is a function of step and seed
//   SaveProbe prune FOLDER COUNT        keeps that many checkpoints
//   SaveProbe log FILE FROM TO          appends a line for each of these steps
//   SaveProbe lock FOLDER               takes the lock, says so, and holds it until its input ends

func fail(_ text: String, status: Int32 = 1) -> Never {
  let bytes = Array((text + "\n").utf8)
  _ = write(2, bytes, bytes.count)
  exit(status)
}

let arguments = Array(CommandLine.arguments.dropFirst())

func number(_ index: Int) -> Int {
  guard index < arguments.count, let number = Int(arguments[index]) else {
    fail("argument \(index + 1) should be a number", status: 2)
  }
  return number
}

guard arguments.count >= 2 else { fail("a command and a path are needed", status: 2) }
let path = arguments[1]

do {
  switch arguments[0] {
  case "save":
    let outcome = try ProbeContent(step: number(2), seed: number(3)).save(
      in: CheckpointStore(runFolder: path))
    print(outcome)
  case "prune":
    print(try CheckpointStore(runFolder: path).prune(keepLast: number(2)))
  case "log":
    let log = try StepLog(path: path)
    for step in number(2)...number(3) { try log.append(["step": .integer(step), "loss": 0.5]) }
  case "lock":
    let lock = try FolderLock(folder: path)
    print("locked")
    fflush(nil)
    while readLine() != nil {}
    lock.release()
  default: fail("unknown command \(arguments[0])", status: 2)
  }
} catch {
  fail("\(error)")
}
