/// The world's words in German.
enum GermanWords {
  static let materials = ["Holz", "Eisen", "Glas", "Wolle", "Papier", "Wachs"]

  /// In the order of ``Thing/all``.
  static let things: [GermanNoun] = [
    .init("Löffel", .masculine), .init("Leiter", .feminine), .init("Hocker", .masculine),
    .init("Fass", .neuter), .init("Flöte", .feminine), .init("Rechen", .masculine),
    .init("Schlüssel", .masculine), .init("Amboss", .masculine), .init("Nagel", .masculine),
    .init("Pfanne", .feminine), .init("Kette", .feminine),
    .init("Anker", .masculine),
    .init("Flasche", .feminine), .init("Spiegel", .masculine), .init("Murmel", .feminine),
    .init("Vase", .feminine), .init("Linse", .feminine),
    .init("Kelch", .masculine),
    .init("Schal", .masculine), .init("Socke", .feminine), .init("Mütze", .feminine),
    .init("Decke", .feminine), .init("Handschuh", .masculine), .init("Pullover", .masculine),
    .init("Brief", .masculine), .init("Landkarte", .feminine), .init("Drachen", .masculine),
    .init("Heft", .neuter), .init("Plakat", .neuter),
    .init("Kalender", .masculine),
    .init("Kerze", .feminine), .init("Siegel", .neuter), .init("Malstift", .masculine),
    .init("Wabe", .feminine), .init("Maske", .feminine), .init("Figur", .feminine),
  ]

  /// Of a man and of a woman.
  static let trades: [(man: String, woman: String)] = [
    ("Bäcker", "Bäckerin"), ("Schmied", "Schmiedin"), ("Fischer", "Fischerin"),
    ("Gärtner", "Gärtnerin"), ("Lehrer", "Lehrerin"), ("Schneider", "Schneiderin"),
  ]
  /// Without their endings.
  static let adjectives = ["alt", "klein", "neu", "grau", "schön"]
  static let seasons = ["Frühling", "Sommer", "Herbst", "Winter"]

  /// By mishap and material.
  static let mishaps: [[GermanVerbPhrase]] = [
    [
      .init("poltert", "laut"), .init("klingt", "wie eine Glocke"),
      .init("zerbricht", "in hundert Stücke"), .init("landet", "ohne einen Laut"),
      .init("segelt", "langsam", particle: "hinab"), .init("bekommt", "eine Delle"),
    ],
    [
      .init("schwimmt", "auf den Wellen"), .init("sinkt", "sofort auf den Grund"),
      .init("glitzert", "tief unten"), .init("saugt", particle: "voll", reflexive: true),
      .init("löst", particle: "auf", reflexive: true), .init("treibt", particle: "davon"),
    ],
    [
      .init("verkohlt", "am Rand"), .init("glüht", "rot"), .init("wird", "schwarz vor Ruß"),
      .init("riecht", "nach verbranntem Haar"), .init("geht", "in Flammen", particle: "auf"),
      .init("schmilzt", "zu einer Pfütze"),
    ],
    [
      .init("quillt", particle: "auf"), .init("beginnt", "zu rosten"),
      .init("wird", "blank gewaschen"), .init("tropft", "tagelang"), .init("wird", "zu Brei"),
      .init("lässt", "die Tropfen abperlen"),
    ],
    [
      .init("spaltet", "der Länge nach", reflexive: true),
      .init("verbiegt", "ein wenig", reflexive: true), .init("zersplittert", "völlig"),
      .init("nimmt", "keinen Schaden"), .init("zerreißt", "von oben bis unten"),
      .init("wird", "platt wie eine Münze"),
    ],
    [
      .init("knarrt", "im Wind"), .init("rührt", "nicht von der Stelle", reflexive: true),
      .init("klirrt", "leise"), .init("flattert", "wie eine Fahne"),
      .init("fliegt", "über die Dächer"), .init("wird", "kalt und spröde"),
    ],
  ]

  /// By care and material.
  static let cares: [[GermanVerbPhrase]] = [
    [
      .init("nimmt", "Leim und eine Zwinge"), .init("nimmt", "Zange und Glut"),
      .init("nimmt", "klares Harz"), .init("nimmt", "Nadel und Garn"),
      .init("nimmt", "Kleister und einen Streifen"), .init("nimmt", "ein warmes Messer"),
    ],
    [
      .init("verwendet", "feines Schleifpapier"), .init("verwendet", "Öl und eine Drahtbürste"),
      .init("verwendet", "Essig und einen Lappen"), .init("verwendet", "lauwarme Lauge"),
      .init("verwendet", "einen Staubwedel"), .init("verwendet", "einen Tropfen Spiritus"),
    ],
    [
      .init("wählt", "den luftigen Schuppen"), .init("wählt", "die geölte Truhe"),
      .init("wählt", "die Kiste mit Stroh"), .init("wählt", "den Schrank mit Lavendel"),
      .init("wählt", "die flache Schublade"), .init("wählt", "den kühlen Keller"),
    ],
  ]

  /// By moment and trade.
  static let habits: [[GermanVerbPhrase]] = [
    [
      .init("geht", "in die Backstube"), .init("geht", "in die Schmiede"),
      .init("geht", "zum Hafen"), .init("geht", "ins Gewächshaus"),
      .init("geht", "in die Schule"), .init("geht", "in die Nähstube"),
    ],
    [
      .init("greift", "nach einem Nudelholz"), .init("greift", "nach einem Blasebalg"),
      .init("greift", "nach einem Netz"), .init("greift", "nach einem Spaten"),
      .init("greift", "nach der Kreide"), .init("greift", "nach einem Fingerhut"),
    ],
    [
      .init("bringt", "einen frischen Laib", particle: "mit"),
      .init("bringt", "einen neuen Haken", particle: "mit"),
      .init("bringt", "zwei silberne Forellen", particle: "mit"),
      .init("bringt", "einen Strauß Tulpen", particle: "mit"),
      .init("bringt", "ein Bilderbuch", particle: "mit"),
      .init("bringt", "ein blaues Hemd", particle: "mit"),
    ],
    [
      .init("erzählt", "von der Hitze des Ofens"), .init("erzählt", "von den Funken"),
      .init("erzählt", "von den hohen Wogen"), .init("erzählt", "von den Schnecken"),
      .init("erzählt", "von den lauten Schülern"), .init("erzählt", "von den verlorenen Knöpfen"),
    ],
    [
      .init("hofft", after: ", dass der Teig aufgeht"),
      .init("hofft", after: ", dass die Kohlen heiß bleiben"),
      .init("hofft", after: ", dass die Fische anbeißen"),
      .init("hofft", after: ", dass die Rosen blühen"),
      .init("hofft", after: ", dass die Klasse zuhört"),
      .init("hofft", after: ", dass der Mantel passt"),
    ],
    [
      .init("klopft", "Krümel von der Schürze"),
      .init("wäscht", "den Ruß von den Armen", reflexive: true),
      .init("hängt", "die nassen Netze", particle: "auf"),
      .init("kratzt", "Erde von den Schuhen"),
      .init("korrigiert", "die letzten Hausaufgaben"), .init("zupft", "Fäden vom Ärmel"),
    ],
  ]

  /// By occasion.
  static let manners: [GermanVerbPhrase] = [
    .init("sagt", "danke schön"), .init("bittet", "um Verzeihung"),
    .init("wünscht", "allen einen guten Tag"), .init("sagt", "Gesundheit"),
    .init("klopft", "dreimal", particle: "an"), .init("winkt", "noch lange"),
  ]
}
