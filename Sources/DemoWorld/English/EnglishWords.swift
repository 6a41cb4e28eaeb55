/// The world's words in English.
enum EnglishWords {
  static let materials = ["wood", "iron", "glass", "wool", "paper", "wax"]

  /// In the order of ``Thing/all``.
  static let things = [
    "spoon", "ladder", "stool", "barrel", "flute", "rake",
    "key", "anvil", "nail", "pan", "chain", "anchor",
    "bottle", "mirror", "marble", "vase", "lens", "goblet",
    "scarf", "sock", "cap", "blanket", "glove", "pullover",
    "letter", "map", "kite", "booklet", "poster", "calendar",
    "candle", "seal", "crayon", "honeycomb", "mask", "figurine",
  ]

  static let trades = [
    "baker", "smith", "fisher", "gardener", "teacher", "tailor",
  ]
  static let adjectives = ["old", "small", "new", "grey", "pretty"]
  static let seasons = ["spring", "summer", "autumn", "winter"]

  /// By mishap and material.
  static let mishaps: [[EnglishVerbPhrase]] = [
    [
      .init("clatter", "loudly"), .init("ring", "like a bell"),
      .init("break", "into a hundred pieces"), .init("land", "without a sound"),
      .init("glide", "down slowly"), .init("get", "a dent"),
    ],
    [
      .init("float", "on the waves"), .init("sink", "to the bottom at once"),
      .init("glitter", "deep below"), .init("soak", "up water"), .init("fall", "apart"),
      .init("drift", "away"),
    ],
    [
      .init("char", "along the edge"), .init("glow", "red"), .init("go", "black with soot"),
      .init("smell", "of burnt hair"), .init("go", "up in flames"), .init("melt", "into a puddle"),
    ],
    [
      .init("swell", "up"), .init("begin", "to rust"), .init("come", "out shining"),
      .init("drip", "for days"), .init("turn", "to pulp"), .init("let", "the drops roll off"),
    ],
    [
      .init("split", "lengthwise"), .init("bend", "a little"), .init("fly", "into splinters"),
      .init("take", "no harm"), .init("tear", "from end to end"), .init("go", "flat as a coin"),
    ],
    [
      .init("creak", "in the wind"), .init("stay", "where it is"), .init("tinkle", "softly"),
      .init("flap", "like a flag"), .init("fly", "over the roofs"),
      .init("grow", "cold and brittle"),
    ],
  ]

  /// By care and material.
  static let cares: [[EnglishVerbPhrase]] = [
    [
      .init("take", "glue and a clamp"), .init("take", "tongs and embers"),
      .init("take", "clear resin"), .init("take", "needle and yarn"),
      .init("take", "paste and a strip"), .init("take", "a warm knife"),
    ],
    [
      .init("use", "fine sandpaper"), .init("use", "oil and a wire brush"),
      .init("use", "vinegar and a cloth"), .init("use", "lukewarm suds"),
      .init("use", "a feather duster"), .init("use", "a drop of spirits"),
    ],
    [
      .init("choose", "the airy shed"), .init("choose", "the oiled chest"),
      .init("choose", "the crate with straw"), .init("choose", "the cupboard with lavender"),
      .init("choose", "the flat drawer"), .init("choose", "the cool cellar"),
    ],
  ]

  /// By moment and trade.
  static let habits: [[EnglishVerbPhrase]] = [
    [
      .init("walk", "to the bakehouse"), .init("walk", "to the forge"),
      .init("walk", "to the harbour"), .init("walk", "to the greenhouse"),
      .init("walk", "to school"), .init("walk", "to the sewing room"),
    ],
    [
      .init("reach", "for a rolling pin"), .init("reach", "for a bellows"),
      .init("reach", "for a net"), .init("reach", "for a spade"),
      .init("reach", "for the chalk"), .init("reach", "for a thimble"),
    ],
    [
      .init("bring", "a fresh loaf"), .init("bring", "a new hook"),
      .init("bring", "two silver trout"), .init("bring", "a bunch of tulips"),
      .init("bring", "a picture book"), .init("bring", "a blue shirt"),
    ],
    [
      .init("talk", "about the heat of the oven"), .init("talk", "about the sparks"),
      .init("talk", "about the high waves"), .init("talk", "about the snails"),
      .init("talk", "about the noisy pupils"), .init("talk", "about the lost buttons"),
    ],
    [
      .init("hope", "that the dough rises"), .init("hope", "that the coals stay hot"),
      .init("hope", "that the fish bite"), .init("hope", "that the roses bloom"),
      .init("hope", "that the class listens"), .init("hope", "that the coat fits"),
    ],
    [
      .init("brush", "crumbs off the apron"), .init("wash", "soot off both arms"),
      .init("hang", "up the wet nets"), .init("scrape", "earth off the shoes"),
      .init("correct", "the last exercise books"), .init("pick", "threads off the sleeve"),
    ],
  ]

  /// By occasion.
  static let manners: [EnglishVerbPhrase] = [
    .init("say", "thank you"), .init("beg", "pardon"), .init("wish", "everybody a good day"),
    .init("say", "bless you"), .init("knock", "three times"), .init("wave", "for a long time"),
  ]
}
