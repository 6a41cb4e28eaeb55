/// Scalars of scripts in Unicode 16, as Oniguruma has them, packed as ``PackedNumbers``: gap before
/// each range, and its length.
enum ScriptTables {
  static let arabic: StaticString = #"""
    P`15161>131P11:;J1\31R1`2`1`7O125[21M`bl1c3@[;2`22f171P1@`351W4Sk3OS23g14Phg141K1211211:14111161
    4111111312112111111111121124171414111:1A53151Ad12
    """#

  static let armenian: StaticString = #"""
    aY1V12b123S\m15
    """#

  static let bengali: StaticString = #"""
    P\2418222F1711342922248142152I
    """#

  static let bopomofo: StaticString = #"""
    ZG2i`;[1`3P1
    """#

  static let common: StaticString = #"""
    0Q2J6J_11?15G1O1Q>W1552Dd31916111mC161>131P11l41T@1Q42iV11e<4R91__13W22[6211]V11=174161321UH<2g2
    1;3;1?AQ1o1V113261K1AY134jDF;EPMP8dC2P11Y3P@n2b<E111I?844k2231j22c4@P1V191`1P2Oa2_11h2X5P^6P2PXF
    R1V33U5:d71P51[<1>2b^D2`6:FS11C14c411P1J6J;:1]12P2717:5R834]139`2=c1]1T7KT]^14lj3j76d=l4d3l1f7:W
    12n13A827N4m1e6D<D<g29IW4e21W2122122241<11171Q21428171L141511371d:2T92b1aS5T2\2m1RF\14T3<?2?1?1U
    1:^5h1J12=\14972>6j4hN4A3=3g34o26<41?<4h18:6X18N2<42n1d:<>2=3:5h17?2;697c41V3WPQH1NP3
    """#

  static let cyrillic: StaticString = #"""
    PP1U42Y5`j5;P51\21WS4P1PRNP3^lE2P`h1n1Q11
    """#

  static let devanagari: StaticString = #"""
    PX2a24?2JPkW1P1P`L:
    """#

  static let georgian: StaticString = #"""
    PU4V111512[114`l2[123PR4V11151
    """#

  static let greek: StaticString = #"""
    `K4132411411113111D1o1>@VY65b1545d21P:F262V126281111111O2e11?1>261C2319W91naR11j^E_2A1oRd1V2
    """#

  static let han: StaticString = #"""
    Pd;J1i2<f6_1111I9>4TNP^6P2P`DPXF^;2Z3XXM2<2^PT1PgY1P1jQ46n62Rd5>aY7?^CR]2n@R_1[j45PS4
    """#

  static let hangul: StaticString = #"""
    PX4P8^a72Q8n2a3OQ2OQgMMSDTm:<G4a1Tm9O36262623
    """#

  static let hebrew: StaticString = #"""
    a\1g18K46XYm1J151112121:
    """#

  static let hiragana: StaticString = #"""
    QR<f263Qko2o8B1M3]U@1
    """#

  static let inherited: StaticString = #"""
    PH`3e82T>;J1PG4kZ4OQ@31=17416132V6P2\@2R6Q1ii34[32U[c1@@>_N1R71jR41Tn^1^12GPA3A827N4bj[H`7
    """#

  static let katakana: StaticString = #"""
    QU<j223`7@`6_11h2^Pc1:1]1bR\14171211o83b11>4
    """#

  static let khmer: StaticString = #"""
    Pl5n22:6:V?P1
    """#

  static let lao: StaticString = #"""
    Qd3211151H111G2511171:24
    """#

  static let latin: StaticString = #"""
    Q2J6J_11?15G1O1Q>W15k`6V16a1545=1V2Q2P8a;1=1@=]4261K1AY1gf2P1ReNV33S2221118E>`I[11914flC7jP1J6JU
    Q261Z119Uje1O66
    """#

  static let myanmar: StaticString = #"""
    PP4P5PZV1OQ3P1`RKD
    """#

  static let tamil: StaticString = #"""
    Rl2216331432111232333<4533142161>EUnT2b1=1
    """#

  static let telugu: StaticString = #"""
    PP3=131G1@291314721321242:79
    """#

  static let thai: StaticString = #"""
    Q`3j15L
    """#

  static let tibetan: StaticString = #"""
    Ph3X21T14W11T11?1742
    """#
}
