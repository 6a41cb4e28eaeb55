import ArgumentParser
import Files
import Glibc

/// What the process tells its caller by its exit status.
enum ExitStatus {
  static let done = ExitCode(0)
  /// Something failed while running, or was found wrong.
  static let failed = ExitCode(1)
  /// The request was wrong; the message says how to mend it.
  static let badRequest = ExitCode(2)
  /// `compare` alone: B is worse than A beyond the margin.
  static let worse = ExitCode(3)
  /// Stopped by the user, state saved.
  static let interrupted = ExitCode(130)
}

/// A request that cannot be served as it stands; ends the process with status 2.
struct RequestError: Error, CustomStringConvertible {
  /// What is wrong, where, and how to mend it, as whole sentences.
  let description: String

  init(_ description: String) { self.description = description }
}

/// Runs a step whose failure means that the request was wrong: a path, a name, a value.
///
/// - Parameter step: What to do; usually it opens what the user has named.
/// - Returns: What the step returns.
/// - Throws: ``RequestError`` with the step's message.
func checkingRequest<Result>(_ step: () throws -> Result) throws -> Result {
  do {
    return try step()
  } catch let code as ExitCode {
    throw code
  } catch {
    throw RequestError(String(describing: error))
  }
}

/// Writes text to standard error.
///
/// - Parameter text: One or more lines, without the last newline.
func printError(_ text: String) {
  if World.isQuiet { return World.withhold(text) }
  // What was printed before comes before, also where both streams go to one file.
  fflush(nil)
  // Straight to the descriptor: C's `stderr` is a global variable that Swift cannot prove safe.
  let line = Array((text + "\n").utf8)
  var done = 0
  while done < line.count {
    let count = line.withUnsafeBytes { bytes in
      write(STDERR_FILENO, bytes.baseAddress.map { $0 + done }, bytes.count - done)
    }
    if count < 0 && errno == EINTR { continue }
    // Where even the complaint cannot be written there is nobody left to tell.
    if count <= 0 { return }
    done += count
  }
}

/// Reports an error on the right stream and chooses the exit status.
///
/// ArgumentParser's own complaints end with 64 by default; here every wrong request ends with 2.
/// - Parameter error: What a command threw, or the parser did.
/// - Returns: The status to exit with.
func report(_ error: any Error) -> ExitCode {
  switch error {
  case let code as ExitCode: return code
  case let request as RequestError:
    printError("cpteval: \(request.description)")
    return ExitStatus.badRequest
  default: break
  }
  let code = CPTEval.exitCode(for: error)
  switch code {
  case .success:
    print(CPTEval.fullMessage(for: error))
    return ExitStatus.done
  case .validationFailure:
    printError(CPTEval.fullMessage(for: error))
    return ExitStatus.badRequest
  default:
    printError("cpteval: \(error)")
    return ExitStatus.failed
  }
}
