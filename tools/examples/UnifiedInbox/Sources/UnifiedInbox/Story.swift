import AccountLedger
import Foundation
import ServiceLifecycle

/// What happens to Ana's mailboxes, from the first connection on.
struct Story: Service {
    let application: Application
    let platforms: [MailPlatform]
    let feed: Feed
    private let ana: UserID = "ana"

    private var ledger: Ledger { application.ledger }

    func run() async throws {
        chapter("Ana connects four mailboxes at three platforms")
        try await connect("gmail", at: "mailbridge", "ana@work.example", label: "Work")
        try await connect("gmail", at: "mailbridge", "ana@home.example", label: "Home")
        try await connect("outlook", at: "postbox", "ana@studio.example", label: "Studio")
        try await connect("icloud", at: "lettergate", "ana@club.example", label: "Club")
        try await forgeCallback()

        chapter("Which mailbox each toolkit acts as, and why")
        try explainSelections()

        chapter("One inbox, on a day when Home's password was changed and Studio is slow")
        platform("mailbridge")?.changePassword(of: "ana@home.example")
        platform("postbox")?.setSlow("ana@studio.example", true)
        let results = try await application.inbox(of: ana)
        show(results)

        chapter("What the inbox has found out is recorded")
        try await ledger.expire(results.expired())
        try await feed.hasPrintedEverything()
        try explainSelections()

        chapter("Ana connects Home again")
        try await reconnect("ana@home.example")
        try explainSelections()

        chapter("One inbox, of all four")
        platform("postbox")?.setSlow("ana@studio.example", false)
        show(try await application.inbox(of: ana))
    }

    // MARK: What Ana does, in her browser

    private func connect(
        _ toolkit: ToolkitID, at platform: PlatformID, _ mailbox: String, label: String
    ) async throws {
        try await browse(
            to: application.authorizationAddress(for: ana, toolkit, at: platform, label: label),
            choosing: mailbox)
    }

    private func reconnect(_ mailbox: String) async throws {
        let account = try ledger.accounts(of: ana).first { $0.account.email == mailbox }.orThrow()
        try await browse(
            to: application.authorizationAddress(
                for: ana, account.toolkit, at: account.platform.orThrow(),
                reconnecting: account.id),
            choosing: mailbox)
    }

    /// Goes to the platform, chooses a mailbox there, says yes, and is sent back to the
    /// application.
    private func browse(to address: URL, choosing mailbox: String) async throws {
        let answer = try await HTTP.get(
            address.appending(queryItems: [URLQueryItem(name: "mailbox", value: mailbox)]))
        try await feed.hasPrintedEverything()
        say("browser", answer.text)
    }

    /// Somebody wants to link a mailbox of theirs to Ana, with a state that nobody was given.
    private func forgeCallback() async throws {
        let platform = try platform("mailbridge").orThrow()
        let forged = await platform.server.address.appending(path: "authorize").appending(
            queryItems: [
                URLQueryItem(
                    name: "redirect", value: await application.callback(for: platform.name)),
                URLQueryItem(name: "state", value: String(repeating: "A", count: 43)),
                URLQueryItem(name: "mailbox", value: "mallory@work.example"),
            ])
        say("forged", try await HTTP.get(forged).text)
    }

    // MARK: What Ana sees

    private func explainSelections() throws {
        let names = try Names(of: ana, in: ledger)
        for selection in try ledger.session(user: ana).toolkits().map(\.selection) {
            let passedOver = selection.passedOver.map { "\(names[$0.credential]) is \($0.why)" }
            say(
                "\(selection.toolkit)",
                (["acts as \(names[selection.result]), \(reason(selection.because))"] + passedOver)
                    .joined(separator: "; "))
        }
    }

    private func reason(_ rule: Selection.Rule?) -> String {
        switch rule {
        case .onlyUsable: "the only one that is usable"
        case .mostRecentlyConnected: "the one connected most recently"
        case .selected: "which Ana has chosen"
        default: "\(rule?.rawValue ?? "because nothing is connected")"
        }
    }

    private func show(_ results: [AccountResult<[MailPlatform.Message]>]) {
        let inbox = results.flatMap { result in
            (result.value ?? []).map { (label: result.credential.label ?? "", message: $0) }
        }
        for (label, message) in inbox.sorted(by: { $0.message.time < $1.message.time }) {
            say(label, "\(message.time)  \(message.from): \(message.subject)")
        }
        for result in results {
            let label = result.credential.label ?? ""
            switch result.outcome {
            case .success, .skipped: break
            case .expired(let found): say(label, "not available: \(found.reason ?? "expired")")
            case .failure(let error): say(label, "not available: \(error)")
            }
        }
    }

    // MARK: Telling

    private func platform(_ name: PlatformID) -> MailPlatform? {
        platforms.first { $0.name == name }
    }

    private func chapter(_ title: String) { print("\n\(title)\n") }

    private func say(_ who: String, _ what: String) {
        print("  \(who.padding(toLength: 8, withPad: " ", startingAt: 0)) \(what)")
    }
}
