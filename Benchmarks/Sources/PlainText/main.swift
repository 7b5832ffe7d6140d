import Hummingbird
import Logging

// The framework's own speed: one route that answers a short text, in the order in which it was asked.
// Usage: PlainText PORT
let router = Router()
router.get("plaintext") { _, _ in "Hello, world!" }
var logger = Logger(label: "plain-text")
logger.logLevel = .warning
let application = Application(
    router: router,
    configuration: .init(
        address: .hostname("127.0.0.1", port: CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8081)),
    logger: logger)
try await application.runService()
