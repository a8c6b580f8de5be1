import AccountLedger
import Foundation
import LedgerLifecycle
import Logging
import ServiceLifecycle

/// One inbox of four mailboxes at three mail platforms.
///
/// Everything runs in this process, on ports of loopback that the system chooses: the platforms,
/// the application that embeds the ledger, and browsers. Read `Application.swift` and
/// `Callback.swift` first; they are what you would write. `MailPlatform.swift` stands for services
/// that others run.
@main
struct UnifiedInbox {
    static func main() async throws {
        // A ledger is a directory. This one is new, and is thrown away at the end.
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "unified-inbox-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let ledger = try Ledger.open(at: directory.path)

        let platforms = MailPlatform.three
        let application = try Application(ledger: ledger, platforms: platforms)
        let feed = Feed(of: ledger)
        let story = Story(application: application, platforms: platforms, feed: feed)

        // The ledger first, so that it is closed last: after the servers, and after the loop that
        // follows its changes.
        let services: [any Service] =
            [LedgerService(ledger, with: [LedgerCompanion { try await feed.follow() }])]
            + platforms + [application]
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { .init(service: $0) } + [
                    // When the story is over, everything shuts down.
                    .init(service: story, successTerminationBehavior: .gracefullyShutdownGroup)
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: LoopbackServer.quietLogger))
        try await group.run()
    }
}
