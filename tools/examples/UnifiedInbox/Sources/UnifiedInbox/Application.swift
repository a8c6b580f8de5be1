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
    private let logins = Logins()

    /// Mail platforms throttle by grant; these limits hold for all requests of the process.
    private let limits: GrantLimits

    init(ledger: Ledger, platforms: [MailPlatform]) throws {
        self.ledger = ledger
        limits = try GrantLimits(atOnce: 2, rate: .init(10, per: .seconds(1)))
        self.platforms = Dictionary(uniqueKeysWithValues: platforms.map { ($0.name, $0) })
    }

    /// Takes what browsers send: who logs in, and the callbacks to which platforms send them back.
    func run() async throws {
        let router = Router()
        router.post("login/:user") { _, context in
            let user = UserID(try context.parameters.require("user"))
            var response = Response(status: .noContent)
            response.setCookie(logins.begin(for: user))
            return response
        }
        router.get("callback/:platform") { request, context in
            let name = PlatformID(try context.parameters.require("platform"))
            guard let platform = platforms[name] else { throw HTTPError(.notFound) }
            return try await Callback(ledger: ledger, platform: platform)
                .answer(request.uri.queryParameters, for: logins.user(of: request))
        }
        try await server.run(router)
    }

    // MARK: Connecting an account

    /// Where to send the browser of the user who is logged in, to connect an account or to
    /// reconnect one.
    ///
    /// The state in the address ties the callback to this user: it is random, is valid for ten
    /// minutes and once, and the ledger keeps its digest only.
    func authorizationAddress(
        for user: UserID, at platform: PlatformID, label: String? = nil,
        reconnecting credential: CredentialID? = nil, lifetimeSeconds: Int? = nil
    ) async throws -> URL {
        let session = try ledger.session(user: user)
        let platform = try platforms[platform].orThrow()
        let authorization = try await session.authorize(
            toolkit: platform.toolkit, reconnect: credential, label: label,
            // A user may have several mailboxes of a kind.
            allowMultiple: true, lifetimeSeconds: lifetimeSeconds,
            context: CommandContext(actor: .user(user))
        ).get()
        return try authorization.redirect(to: await endpoint(of: platform)).orThrow()
    }

    /// Where a platform asks the user, and where it sends the browser back to.
    func endpoint(of platform: MailPlatform) async -> URL {
        let callback = await server.address.appending(path: "callback/\(platform.name)")
        return await platform.server.address.appending(path: "authorize")
            .appending(queryItems: [URLQueryItem(name: "redirect", value: callback.absoluteString)])
    }

    /// Where a browser logs in.
    func loginAddress(of user: UserID) async -> URL {
        await server.address.appending(path: "login/\(user)")
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
