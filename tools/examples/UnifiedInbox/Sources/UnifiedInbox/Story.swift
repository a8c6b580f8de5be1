import AccountLedger
import Foundation
import ServiceLifecycle

/// What happens to Ana's mailboxes, from the first connection on.
struct Story: Service {
    let application: Application
    let platforms: [MailPlatform]
    let feed: Feed
    private let ana: UserID = "ana"
    private let browser = Browser()

    private var ledger: Ledger { application.ledger }

    func run() async throws {
        chapter("Ana connects four mailboxes at three platforms")
        _ = try await browser.post(to: application.loginAddress(of: ana))
        let first = try await connect("ana@work.example", at: "mailbridge", label: "Work")
        try await connect("ana@home.example", at: "mailbridge", label: "Home")
        try await connect("ana@studio.example", at: "postbox", label: "Studio")
        try await hesitate("ana@club.example", at: "lettergate", label: "Club")

        chapter("What others try with callbacks, and with what Ana has used already")
        let attacks = try await Attacks(on: ana, browser, used: first, in: application, platforms)
        try await attacks.run()

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

    /// Connects a mailbox, and gives the address that it took.
    @discardableResult
    private func connect(
        _ mailbox: String, at platform: PlatformID, label: String
    ) async throws -> URL {
        let address = try await application.authorizationAddress(
            for: ana, at: platform, label: label)
        try await browse(to: address, choosing: mailbox)
        return address
    }

    /// Says no first, and finds the platform out of order then: the address can be used again.
    private func hesitate(
        _ mailbox: String, at platform: PlatformID, label: String
    ) async throws {
        let address = try await application.authorizationAddress(
            for: ana, at: platform, label: label)
        for error in ["access_denied", "temporarily_unavailable"] {
            let item = URLQueryItem(name: "error", value: error)
            say("browser", try await browser.get(address.appending(queryItems: [item])).text)
        }
        try await browse(to: address, choosing: mailbox)
    }

    private func reconnect(_ mailbox: String) async throws {
        let account = try ledger.accounts(of: ana).first { $0.account.email == mailbox }.orThrow()
        try await browse(
            to: application.authorizationAddress(
                for: ana, at: account.platform.orThrow(), reconnecting: account.id),
            choosing: mailbox)
    }

    /// Goes to the platform, chooses a mailbox there, says yes, and is sent back to the
    /// application.
    private func browse(to address: URL, choosing mailbox: String) async throws {
        let answer = try await browser.get(address.choosing(mailbox))
        try await feed.hasPrintedEverything()
        say("browser", answer.text)
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

    private func platform(_ name: PlatformID) -> MailPlatform? {
        platforms.first { $0.name == name }
    }

    // MARK: Telling

    private func chapter(_ title: String) { print("\n\(title)\n") }
}

/// Prints a line of the story.
func say(_ who: String, _ what: String) {
    print("  \(who.padding(toLength: 8, withPad: " ", startingAt: 0)) \(what)")
}

extension URL {
    /// The address of a platform's page with a mailbox chosen there.
    func choosing(_ mailbox: String) -> URL {
        appending(queryItems: [URLQueryItem(name: "mailbox", value: mailbox)])
    }
}
