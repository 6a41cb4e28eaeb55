/// An expression of a template; `offset` counts scalars before it.
indirect enum JinjaExpression: Sendable {
  case constant(PythonValue)
  case name(String, offset: Int)
  case list([JinjaExpression], offset: Int)
  case tuple([JinjaExpression], offset: Int)
  case dictionary([(key: JinjaExpression, value: JinjaExpression)], offset: Int)
  case attribute(JinjaExpression, String, offset: Int)
  case item(JinjaExpression, JinjaExpression, offset: Int)
  case slice(JinjaExpression, JinjaSlice, offset: Int)
  case call(JinjaExpression, JinjaCallArguments, offset: Int)
  /// A filter; without an expression inside a filter block.
  case filter(JinjaExpression, String, JinjaCallArguments, offset: Int)
  case test(JinjaExpression, String, JinjaCallArguments, offset: Int)
  case arithmetic(PythonOperator, JinjaExpression, JinjaExpression, offset: Int)
  case concatenation([JinjaExpression], offset: Int)
  case negated(JinjaExpression, offset: Int)
  case positive(JinjaExpression, offset: Int)
  case not(JinjaExpression)
  case and(JinjaExpression, JinjaExpression)
  case or(JinjaExpression, JinjaExpression)
  case comparison(JinjaExpression, [(JinjaComparison, JinjaExpression)], offset: Int)
  case conditional(
    test: JinjaExpression, then: JinjaExpression, otherwise: JinjaExpression?, offset: Int)
}

struct JinjaSlice: Sendable {
  var start: JinjaExpression?
  var stop: JinjaExpression?
  var step: JinjaExpression?
}

struct JinjaCallArguments: Sendable {
  var positional: [JinjaExpression] = []
  var named: [(name: String, value: JinjaExpression)] = []
}

enum JinjaComparison: Sendable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, contained, notContained
}

/// What is assigned to: a name, a member of a namespace, or several of them.
indirect enum JinjaTarget: Sendable {
  case name(String, offset: Int)
  case member(String, String, offset: Int)
  case several([JinjaTarget], offset: Int)

  var offset: Int {
    switch self {
    case .name(_, let offset), .member(_, _, let offset), .several(_, let offset): offset
    }
  }
}

/// A piece of a template, in reading order.
indirect enum JinjaStatement: Sendable {
  case text(String)
  case output(JinjaExpression, offset: Int)
  case condition([(test: JinjaExpression, body: [JinjaStatement])], otherwise: [JinjaStatement])
  case loop(JinjaLoop)
  case assignment(JinjaTarget, JinjaExpression)
  /// `{% set name %}…{% endset %}` with the filters that its text goes through.
  case capture(JinjaTarget, [JinjaFilterStep], [JinjaStatement])
  case with([(JinjaTarget, JinjaExpression)], [JinjaStatement])
  case filtered([JinjaFilterStep], [JinjaStatement])
}

struct JinjaFilterStep: Sendable {
  let name: String
  let arguments: JinjaCallArguments
  let offset: Int
}

struct JinjaLoop: Sendable {
  let target: JinjaTarget
  let sequence: JinjaExpression
  let condition: JinjaExpression?
  let body: [JinjaStatement]
  let otherwise: [JinjaStatement]
  let offset: Int
}
