import AccountLedger
import Foundation
import Hummingbird
import ServiceLifecycle

/// The application: it lets users connect mailboxes, and shows all of them as one inbox.
///
/// It stores no token of a provider or platform, and no table of its own: which accounts a user has
/// is the ledger's to know.
struct Application: Service {
    let ledger: Ledger
    private let platforms: [PlatformID: MailPlatform]
    private let server = LoopbackServer()

    /// Mail platforms throttle by grant; these limits hold for all requests of the process.
    private let limits: GrantLimits

    init(ledger: Ledger, platforms: [MailPlatform]) throws {
        self.ledger = ledger
        limits = try GrantLimits(atOnce: 2, rate: .init(10, per: .seconds(1)))
        self.platforms = Dictionary(uniqueKeysWithValues: platforms.map { ($0.name, $0) })
    }

    // MARK: Connecting an account

    /// Where to send a user's browser to connect an account, or to reconnect one.
    ///
    /// The state in the address ties the callback to this user: it is random, is valid for ten
    /// minutes and once, and the ledger keeps its digest only.
    func authorizationAddress(
        for user: UserID, _ toolkit: ToolkitID, at platform: PlatformID, label: String? = nil,
        reconnecting credential: CredentialID? = nil
    ) async throws -> URL {
        let session = try ledger.session(user: user)
        let authorization = try await session.authorize(
            toolkit: toolkit, reconnect: credential, label: label,
            // A user may have several mailboxes of a kind.
            allowMultiple: true, context: CommandContext(actor: .user(user))
        ).get()
        let callback = URLQueryItem(name: "redirect", value: await callback(for: platform))
        let endpoint = try await platforms[platform].orThrow().server.address
            .appending(path: "authorize").appending(queryItems: [callback])
        return try authorization.redirect(to: endpoint).orThrow()
    }

    /// Where a platform sends the browser back to.
    func callback(for platform: PlatformID) async -> String {
        await server.address.appending(path: "callback/\(platform)").absoluteString
    }

    /// Takes the callbacks of the platforms, to which they send the browser back.
    func run() async throws {
        let router = Router()
        router.get("callback/:platform") { request, context in
            let query = request.uri.queryParameters
            guard let state = query["state"], let code = query["code"] else {
                throw HTTPError(.badRequest)
            }
            let platform = try context.parameters.require("platform")
            return try await callback(
                from: PlatformID(platform), state: StateToken(String(state)), code: String(code))
        }
        try await server.run(router)
    }

    /// Exchanges the code for a grant, and ties the grant to whoever began with the state.
    private func callback(
        from platform: PlatformID, state: StateToken, code: String
    ) async throws -> String {
        let address = try await platforms[platform].orThrow().server.address
        let answer = try await HTTP.get(
            address.appending(path: "exchange")
                .appending(queryItems: [URLQueryItem(name: "code", value: code)]))
        guard answer.status == 200 else { return "refused: the platform does not know the code" }
        let grant = try JSONDecoder().decode(MailPlatform.Grant.self, from: answer.body)
        let outcome = try await ledger.link(
            state: state, grant: GrantID(grant.id),
            account: ProviderAccount(
                provider: ProviderID(grant.provider), subject: .init(grant.email),
                email: grant.email),
            platform: platform)
        switch outcome {
        case .applied(let receipt), .unchanged(let receipt):
            return "\(receipt.kind?.rawValue ?? "known"): \(grant.email) at \(platform)"
        case .refused(let refusal):
            return "refused: \(refusal.name)"
        }
    }

    // MARK: One inbox

    /// Asks every mailbox of a user at once; each that cannot answer in two seconds is given up.
    func inbox(of user: UserID) async throws -> [AccountResult<[MailPlatform.Message]>] {
        let options = FanOutOptions(width: 8, timeout: .seconds(2), limits: limits)
        return try await ledger.fanOut(over: user, options: options) { account in
            try await messages(of: account)
        }
    }

    /// Asks one mailbox.
    private func messages(of account: Credential) async throws -> [MailPlatform.Message] {
        let platform = try account.platform.flatMap { platforms[$0] }.orThrow()
        let answer = try await HTTP.get(
            platform.server.address.appending(path: "grants/\(account.grant)/messages"))
        switch answer.status {
        case 200: return try JSONDecoder().decode([MailPlatform.Message].self, from: answer.body)
        // The user has to connect again: the ledger is to know.
        case 401: throw GrantVerdict.expired(reason: "401 from \(platform.name)")
        default: throw HTTP.Unexpected(status: answer.status)
        }
    }
}
