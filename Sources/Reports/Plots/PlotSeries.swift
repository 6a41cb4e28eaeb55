/// A curve of a plot.
struct PlotSeries {
  var name: String
  var style: PlotStyle
  /// Ascending in x.
  var points: [PlotPoint]
  /// Whether a hollow marker means something here, for the legend.
  var hollowMeaning: String?

  init(name: String, style: PlotStyle, points: [PlotPoint], hollowMeaning: String? = nil) {
    self.name = name
    self.style = style
    self.points = points
    self.hollowMeaning = hollowMeaning
  }

  /// Whether there are few enough points to mark each.
  var showsMarkers: Bool { points.count <= 60 }

  /// Whether some point can be drawn.
  var isDrawable: Bool { points.contains { $0.y != nil } }
}

/// A value that holds over the whole plot, and the band around it.
struct PlotLevel {
  var name: String
  var style: PlotStyle
  var value: Double
  var low: Double?
  var high: Double?

  init(
    name: String, style: PlotStyle, value: Double, low: Double? = nil, high: Double? = nil
  ) {
    self.name = name
    self.style = style
    self.value = value
    self.low = low
    self.high = high
  }
}

/// The phases of a run, one after the other.
struct PlotPhases: Equatable {
  /// A phase from one number of tokens to another.
  struct Span: Equatable {
    var name: String
    var start: Double
    var end: Double
  }

  var spans: [Span]
}
