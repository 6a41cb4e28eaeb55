// swift-tools-version: 6.1
import PackageDescription

/// Every Swift target: undeclared imports and implicit existentials are errors of the reader's time.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Numerical code is optimised in debug builds as well, or tests over real checkpoints take minutes.
let fast: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
  name: "cpteval",
  products: [
    .executable(name: "cpteval", targets: ["cpteval"]),
    // For the tests, which load it into other programs.
    .library(name: "FaultInjection", type: .dynamic, targets: ["FaultInjection"]),
  ],
  traits: [
    .trait(
      name: "MPI",
      description: "Train and score on several processes and machines, started by mpirun or Slurm.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // The C floor: kernels and system libraries. No policy.
    .target(
      name: "CKernels",
      cSettings: [.unsafeFlags(["-O3", "-fno-math-errno", "-Wall", "-Wextra"])],
      linkerSettings: [.linkedLibrary("m")]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    // Open MPI or MPICH, whichever the system has chosen; used with the trait MPI alone.
    .systemLibrary(name: "CMPI", pkgConfig: "mpi-c", providers: [.apt(["libopenmpi-dev"])]),

    // The shipped tasks/, as bytes in the binary, so that it works from any folder.
    .target(name: "CEmbeddedTasks"),

    // Data in.
    .target(name: "OrderedJSON", swiftSettings: fast),
    .target(name: "Files", dependencies: ["CKernels", "CZlib", "CZstd"], swiftSettings: fast),
    .target(name: "Tokenization", dependencies: ["Files", "OrderedJSON"], swiftSettings: fast),
    .target(
      name: "Documents", dependencies: ["CLibXML2", "Files", "OrderedJSON"], swiftSettings: fast),
    .target(
      name: "Corpus", dependencies: ["Documents", "Files", "OrderedJSON", "Tokenization"],
      swiftSettings: fast),
    .target(
      name: "BenchmarkMaking", dependencies: ["Corpus", "Documents", "OrderedJSON", "Statistics"],
      swiftSettings: fast),
    .target(name: "HarnessCompatibility", dependencies: ["OrderedJSON"], swiftSettings: fast),
    .target(
      name: "YAMLDocuments", dependencies: ["HarnessCompatibility", "OrderedJSON", "Yams"],
      swiftSettings: strict),
    .target(
      name: "EvaluationTasks",
      dependencies: [
        "CEmbeddedTasks", "Files", "HarnessCompatibility", "OrderedJSON", "YAMLDocuments",
      ], swiftSettings: strict),

    .target(
      name: "Contamination",
      dependencies: [
        "Corpus", "Documents", "EvaluationTasks", "Files", "OrderedJSON", "Records",
      ],
      swiftSettings: fast),

    // Processes that work together.
    .target(
      name: "Communication",
      dependencies: [.target(name: "CMPI", condition: .when(traits: ["MPI"]))],
      swiftSettings: fast),

    // The model.
    .target(name: "Compute", dependencies: ["CKernels"], swiftSettings: fast),
    .target(
      name: "LanguageModel", dependencies: ["Compute", "Files", "OrderedJSON"],
      swiftSettings: fast),

    // Training.
    .target(
      name: "TrainingPlans",
      dependencies: [
        "Documents", "Files", "HarnessCompatibility", "LanguageModel", "OrderedJSON",
        "Tokenization", "YAMLDocuments",
      ], swiftSettings: strict),
    .target(
      name: "Training",
      dependencies: [
        "Communication", "Compute", "Corpus", "Files", "LanguageModel", "OrderedJSON", "Records",
        "TrainingPlans",
      ], swiftSettings: fast),
    .target(
      name: "Experiments",
      dependencies: [
        "Communication", "Comparison", "Compute", "Corpus", "EvaluationTasks", "Files",
        "HarnessCompatibility", "LanguageModel", "OrderedJSON", "Records", "Scoring", "Statistics",
        "Tokenization",
        "Training", "TrainingPlans",
      ], swiftSettings: strict),

    // Results out.
    .target(name: "Statistics", swiftSettings: fast),
    .target(
      name: "Comparison",
      dependencies: [
        "Files", "HarnessCompatibility", "OrderedJSON", "Records", "Statistics",
      ], swiftSettings: strict),
    .target(
      name: "Scoring",
      dependencies: [
        "Communication", "Compute", "EvaluationTasks", "Files", "HarnessCompatibility",
        "LanguageModel",
        "OrderedJSON", "Records", "Statistics", "Tokenization",
      ], swiftSettings: fast),
    .target(name: "Records", swiftSettings: strict),
    .target(name: "Reports", dependencies: ["Files", "Records"], swiftSettings: strict),

    // What the demonstration is about.
    .target(
      name: "DemoWorld", dependencies: ["Files", "OrderedJSON", "Statistics"], swiftSettings: fast),

    // What the machine and the product do, measured; used by nothing but `cpteval bench`.
    .target(
      name: "Benchmarks",
      dependencies: [
        "Communication", "Compute", "EvaluationTasks", "Files", "HarnessCompatibility",
        "LanguageModel",
        "OrderedJSON", "Records", "Scoring", "Tokenization", "Training", "TrainingPlans",
      ], swiftSettings: fast),

    .executableTarget(
      name: "cpteval",
      dependencies: [
        argumentParser, logging, "BenchmarkMaking", "Benchmarks", "Communication", "Comparison",
        "Compute",
        "Contamination", "Corpus", "DemoWorld", "Documents", "EvaluationTasks", "Experiments",
        "Files", "HarnessCompatibility", "LanguageModel", "OrderedJSON", "Records", "Reports",
        "Scoring", "Tokenization", "Training", "TrainingPlans",
      ], swiftSettings: strict),

    // Tests. AgreementTests holds the goldens, EndToEndTests runs the built binary.
    // FaultInjection and SaveProbe are what TrainingTests kills in the middle of a save.
    .target(
      name: "FaultInjection", path: "Tests/FaultInjection",
      cSettings: [.unsafeFlags(["-Wall", "-Wextra"])]),
    .executableTarget(
      name: "SaveProbe", dependencies: ["Files", "OrderedJSON", "Training"],
      path: "Tests/SaveProbe",
      swiftSettings: strict),
    .target(name: "TestSupport", dependencies: ["OrderedJSON"], path: "Tests/TestSupport"),
    .testTarget(
      name: "OrderedJSONTests",
      dependencies: ["OrderedJSON", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "FilesTests",
      dependencies: ["CKernels", "CZstd", "Files", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "TokenizationTests",
      dependencies: ["Files", "OrderedJSON", "TestSupport", "Tokenization"], swiftSettings: strict),
    .testTarget(
      name: "DocumentsTests",
      dependencies: ["Documents", "Files", "OrderedJSON", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "CorpusTests",
      dependencies: ["Corpus", "Documents", "Files", "OrderedJSON", "TestSupport", "Tokenization"],
      swiftSettings: strict),
    .testTarget(
      name: "BenchmarkMakingTests",
      dependencies: [
        "BenchmarkMaking", "Corpus", "Documents", "OrderedJSON", "Statistics", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "DemoWorldTests",
      dependencies: ["DemoWorld", "Files", "OrderedJSON", "Statistics", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "HarnessCompatibilityTests",
      dependencies: ["HarnessCompatibility", "OrderedJSON", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "EvaluationTasksTests",
      dependencies: [
        "EvaluationTasks", "Files", "HarnessCompatibility", "OrderedJSON", "TestSupport",
        "YAMLDocuments",
      ], swiftSettings: strict),
    .testTarget(
      name: "ContaminationTests",
      dependencies: [
        "Contamination", "Corpus", "Documents", "EvaluationTasks", "Files", "OrderedJSON",
        "Records", "TestSupport",
      ], swiftSettings: strict),
    .testTarget(
      name: "CommunicationTests", dependencies: ["Communication"], swiftSettings: strict),
    .testTarget(
      name: "ComputeTests",
      dependencies: ["CKernels", "Compute", "TestSupport"], swiftSettings: fast),
    .testTarget(
      name: "LanguageModelTests",
      dependencies: ["Compute", "Files", "LanguageModel", "OrderedJSON", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "TrainingPlansTests",
      dependencies: ["OrderedJSON", "TestSupport", "Tokenization", "TrainingPlans"],
      swiftSettings: strict),
    .testTarget(
      name: "StatisticsTests",
      dependencies: ["OrderedJSON", "Statistics", "TestSupport"], swiftSettings: fast),
    .testTarget(
      name: "ScoringTests",
      dependencies: [
        "Compute", "EvaluationTasks", "Files", "HarnessCompatibility", "LanguageModel",
        "OrderedJSON", "Records", "Scoring", "TestSupport", "Tokenization",
      ], swiftSettings: strict),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Compute", "Corpus", "Experiments", "Files", "LanguageModel", "OrderedJSON", "Records",
        "SaveProbe", "TestSupport", "Training", "TrainingPlans",
      ], swiftSettings: fast),
    .testTarget(
      name: "ComparisonTests",
      dependencies: [
        "Comparison", "Files", "HarnessCompatibility", "OrderedJSON", "Records", "Statistics",
        "TestSupport",
      ], swiftSettings: strict),
    .testTarget(
      name: "ReportsTests",
      dependencies: ["Records", "Reports", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "BenchmarksTests",
      dependencies: [
        "Benchmarks", "Compute", "EvaluationTasks", "Files", "HarnessCompatibility",
        "LanguageModel", "OrderedJSON", "Records", "Scoring", "TestSupport", "Tokenization",
        "Training", "TrainingPlans",
      ], swiftSettings: strict),
    .testTarget(
      name: "AgreementTests",
      dependencies: [
        "Compute", "EvaluationTasks", "Files", "HarnessCompatibility",
        "LanguageModel", "OrderedJSON", "Records", "Scoring", "TestSupport", "Tokenization",
      ], swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["OrderedJSON", "TestSupport", "cpteval"], swiftSettings: strict),
  ]
)
