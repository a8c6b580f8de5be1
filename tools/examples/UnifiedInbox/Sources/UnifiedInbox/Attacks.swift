import AccountLedger
import Foundation

/// What somebody else, or an accident, can do with callbacks.
///
/// Each has to be refused without a request to a platform: Mallory's mailbox must not become one of
/// Ana's, nor Ana's one of Mallory's.
struct Attacks {
    private let ana: UserID
    private let anasBrowser: Browser
    /// An address that has connected one of Ana's mailboxes.
    private let used: URL
    private let application: Application
    private let platforms: [MailPlatform]
    private let mallory: UserID = "mallory"
    private let mallorysBrowser = Browser()
    /// A mailbox that is connected nowhere yet, so that only the callback stands in the way.
    private let anas = "ana@private.example"
    private let mallorys = "mallory@work.example"

    init(
        on ana: UserID, _ browser: Browser, used: URL, in application: Application,
        _ platforms: [MailPlatform]
    ) async throws {
        self.ana = ana
        anasBrowser = browser
        self.used = used
        self.application = application
        self.platforms = platforms
        _ = try await mallorysBrowser.post(to: application.loginAddress(of: mallory))
    }

    func run() async throws {
        let before = exchangeCount
        try await forge()
        try await lure()
        try await steal()
        try await comeWithoutLogin()
        try await comeLate()
        try await comeAgain()
        try await comeFromAnotherPlatform()
        say("codes", "exchanged meanwhile: \(exchangeCount - before)")
        let counts = try [ana, mallory].map { user in
            "\(user) has \(try application.ledger.accounts(of: user).count)"
        }
        say("accounts", counts.joined(separator: ", "))
    }

    private var exchangeCount: Int { platforms.map(\.exchangeCount).reduce(0, +) }

    /// Ana follows a link of Mallory's, with a state that nobody was given.
    private func forge() async throws {
        let state = URLQueryItem(name: "state", value: String(repeating: "A", count: 43))
        let endpoint = await application.endpoint(of: try platforms.first.orThrow())
        try await visit(
            endpoint.appending(queryItems: [state]), mallorys, in: anasBrowser, "forged")
    }

    /// Mallory begins, and gets Ana to go on: Ana's mailbox would be Mallory's.
    private func lure() async throws {
        let address = try await application.authorizationAddress(for: mallory, at: "mailbridge")
        try await visit(address, anas, in: anasBrowser, "lured")
    }

    /// Ana begins, and Mallory, who has seen the address, goes on: Mallory's would be Ana's.
    private func steal() async throws {
        let address = try await application.authorizationAddress(for: ana, at: "mailbridge")
        try await visit(address, mallorys, in: mallorysBrowser, "stolen")
    }

    /// Ana begins, and goes on in a browser in which nobody is logged in.
    private func comeWithoutLogin() async throws {
        let address = try await application.authorizationAddress(for: ana, at: "mailbridge")
        try await visit(address, anas, in: Browser(), "nobody")
    }

    /// Ana begins, and goes on when the state has ended.
    private func comeLate() async throws {
        let address = try await application.authorizationAddress(
            for: ana, at: "mailbridge", lifetimeSeconds: 1)
        let state = URLComponents(url: address, resolvingAgainstBaseURL: true)?.queryItems?
            .first { $0.name == "state" }?.value
        let token = StateToken(try state.orThrow())
        while case .success = try application.ledger.pendingAuthorization(of: token) {
            try await Task.sleep(for: .milliseconds(50))
        }
        try await visit(address, anas, in: anasBrowser, "expired")
    }

    /// Ana goes back in her browser, to an address that she has used.
    private func comeAgain() async throws {
        try await visit(used, anas, in: anasBrowser, "used")
    }

    /// Ana's state for one platform comes back from another one.
    private func comeFromAnotherPlatform() async throws {
        let address = try await application.authorizationAddress(for: ana, at: "mailbridge")
        let other = await application.endpoint(of: try platforms.last.orThrow())
        let state = URLComponents(url: address, resolvingAgainstBaseURL: true)?.queryItems?
            .filter { $0.name == "state" }
        try await visit(
            other.appending(queryItems: state ?? []), mallorys, in: anasBrowser, "mixed up")
    }

    private func visit(
        _ address: URL, _ mailbox: String, in browser: Browser, _ name: String
    ) async throws {
        say(name, try await browser.get(address.choosing(mailbox)).text)
    }
}
